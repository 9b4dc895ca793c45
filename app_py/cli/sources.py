"""Which files are painted, and where each painting goes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app_py.errors import AppError

PICTURES = frozenset(
    (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif", ".jp2", ".ppm", ".tga")
)
VIDEOS = frozenset((".mp4", ".m4v", ".mov", ".webm", ".mkv", ".avi", ".mpg", ".mpeg", ".ts", ".3gp", ".ogv"))
SUFFIXES = {"png": ".png", "jpeg": ".jpg", "webp": ".webp"}

VIDEO_SUFFIX = {".webm": ".webm", ".mkv": ".mkv", ".mov": ".mov"}
"""A painted video keeps these containers; all others become mp4."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file to be painted, and the file that its painting goes to."""

    path: Path
    target: Path

    @property
    def is_video(self) -> bool:
        return is_video(self.path)


def is_video(path: Path) -> bool:
    return path.suffix.lower() in VIDEOS


def list_sources(files: Sequence[Path], out: Path, style: str, picture_format: str) -> tuple[Source, ...]:
    """What to paint: files as they are named, and of folders all photos and videos, with their subfolders.

    Args:
        out: a folder, or, where a single file is painted, a file's name.

    Raises:
        AppError: `nothing-to-paint`, `output-invalid`.
    """
    if _is_file_name(out):
        if len(files) != 1 or files[0].is_dir():
            raise AppError(f"{out} names one file, but more is to be painted. Name a folder.", code="output-invalid")
        if is_video(files[0]) != is_video(out):
            raise AppError(f"{out} is not of the kind of {files[0]}. Choose another ending.", code="output-invalid")
        if out.resolve() == files[0].resolve():
            raise AppError(f"{out} is the file that is to be painted. Choose another name.", code="output-invalid")
        return (Source(files[0], out),)
    found = list(_expand(files, out))
    if not found:
        raise AppError(f"There is no photo and no video in {', '.join(map(str, files))}.", code="nothing-to-paint")
    return tuple(_with_targets(found, out, style, SUFFIXES[picture_format]))


def _is_file_name(out: Path) -> bool:
    return not out.is_dir() and out.suffix.lower() in PICTURES | VIDEOS


def _expand(files: Sequence[Path], out: Path) -> Iterator[tuple[Path, Path]]:
    """Each file, with the folder below `out` that its painting goes to; what was painted before is no source."""
    inside = out.resolve()
    for named in files:
        if not named.is_dir():
            yield named, Path()
            continue
        for path in sorted(named.rglob("*")):
            known = path.suffix.lower() in PICTURES | VIDEOS and not path.name.startswith(".")
            if known and path.is_file() and inside not in path.resolve().parents:
                yield path, path.parent.relative_to(named)


def _with_targets(found: Iterable[tuple[Path, Path]], out: Path, style: str, picture_suffix: str) -> Iterator[Source]:
    taken: set[Path] = set()
    label = style.translate(str.maketrans(":*,", "--+"))
    for path, below in found:
        suffix = VIDEO_SUFFIX.get(path.suffix.lower(), ".mp4") if is_video(path) else picture_suffix
        target = out / below / f"{path.stem}-{label}{suffix}"
        number = 2
        while target in taken:
            # Two photos of one name, such as cat.jpg and cat.png.
            target = out / below / f"{path.stem}-{label}-{number}{suffix}"
            number += 1
        taken.add(target)
        yield Source(path, target)
