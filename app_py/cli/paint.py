"""`python -m app_py paint`: files one after the other; one that fails is said in a sentence, and the rest goes on."""

import argparse
import sys

from tqdm import tqdm

from app_py.cli.host_painter import HostPainter, Options
from app_py.cli.sources import Source, list_sources
from app_py.cli.whole_file import whole_file
from app_py.errors import AppError
from app_py.photo.encode import picture_format


def paint_files(arguments: argparse.Namespace) -> int:
    """0, or 1 where a file could not be painted. Raises `AppError` where nothing can be begun."""
    out, kind = arguments.out, arguments.format
    sources = list_sources(arguments.files, out, arguments.style, kind)
    if len(sources) == 1 and sources[0].target == out and not sources[0].is_video:
        kind = _format_of(sources[0])
    options = Options(
        longest_px=arguments.size,
        strength_percent=arguments.strength,
        keep_colours=arguments.keep_colours,
        format=picture_format(kind),
        quality=arguments.quality,
        steady=arguments.steady,
    )
    painter = HostPainter(arguments.style, arguments.models, options)
    if arguments.resume:
        sources = tuple(source for source in sources if not source.target.exists())
    failed = 0
    # Without a terminal tqdm draws nothing; the lines below are said in both cases.
    with tqdm(sources, unit="file", disable=None) as bar:
        for source in bar:
            bar.set_postfix_str(source.path.name)
            try:
                said = paint_source(painter, source)
            except AppError as error:
                failed += 1
                tqdm.write(f"{source.path}: {error}", file=sys.stderr)
            else:
                tqdm.write(f"{source.path} → {said}")
    if len(sources) > 1 or failed:
        print(f"{len(sources) - failed} of {len(sources)} painted.")
    return 1 if failed else 0


def _format_of(source: Source) -> str:
    kinds = {".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".webp": "webp"}
    kind = kinds.get(source.target.suffix.lower())
    if kind is None:
        raise AppError(f"{source.target}: paintings are written as png, jpg or webp.", code="output-invalid")
    return kind


def paint_source(painter: HostPainter, source: Source) -> str:
    """Paint one file. What to say of it."""
    if source.is_video:
        from app_py.cli.video import paint_video

        return paint_video(painter, source)
    try:
        data = source.path.read_bytes()
    except OSError as error:
        raise AppError(f"could not be read: {error.strerror}.", code="photo-unreadable") from error
    try:
        file, photo, painted = painter.paint_bytes(data)
    except MemoryError as error:
        raise AppError("There is not enough memory for it. Choose a smaller --size.", code="out-of-memory") from error
    with whole_file(source.target) as part:
        part.write_bytes(file)
    wanted = painter.options.longest_px
    reduced = max(painted) < min(max(photo), wanted or max(photo))
    return f"{source.target} ({painted}{', as large as the free memory allows' if reduced else ''})"
