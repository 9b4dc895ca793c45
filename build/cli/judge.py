"""`python -m build judge`."""

import argparse
import io
from collections.abc import Sequence
from pathlib import Path

from build.cli.models import FOLDER
from build.common.errors import BuildError
from build.common.paths import ROOT
from build.evaluate.independent_network import Observer, View
from build.evaluate.report import contact_sheet, replace_section, table
from build.evaluate.subject import Subject, of_checkpoint, of_gallery
from build.evaluate.verdict import Verdict, judge, load_photos
from build.models.manifest import read_shared
from build.models.sources import Source, find_sources
from build.training.card import style_name
from build.training.pictures import UNREADABLE, open_rgb
from build.training.state import write_or_explain

PHOTOS = ROOT / "www" / "photos"
LARGEST_SHEET_BYTES = 1_000_000
SHEET_QUALITIES = (85, 75, 65, 55)


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "models", nargs="*", help="ids to judge, such as udnie-nc16 or painting:udnie (default: every checkpoint)"
    )
    parser.add_argument(
        "--photos", type=Path, default=PHOTOS, help="folder of photos to judge on (default: %(default)s)"
    )
    parser.add_argument("--size", type=int, default=384, metavar="PX", help="longest side of the photos (%(default)s)")
    parser.add_argument(
        "--paintings", type=Path, help="folder of the paintings, named like the styles; without it, style is not judged"
    )
    parser.add_argument("--page", type=Path, help="Markdown file whose marked section takes the table")
    parser.add_argument("--sheet", type=Path, help="WebP file to write the contact sheet to")


def run(arguments: argparse.Namespace) -> int:
    """Judge, print the table, and write what was asked for."""
    subjects = select_subjects(arguments.models)
    photos = load_photos(arguments.photos, arguments.size)
    observer = Observer()
    paintings = view_paintings(arguments.paintings, observer) if arguments.paintings else {}
    verdicts: list[Verdict] = []
    for subject in subjects:
        verdicts.append(judge(subject, photos, observer, paintings))
        print(f"{subject.id} judged ({len(verdicts)} of {len(subjects)})", flush=True)
    text = table(verdicts)
    print(text)
    if arguments.sheet:
        buffer = io.BytesIO()
        sheet = contact_sheet(photos, verdicts)
        for quality in SHEET_QUALITIES:
            buffer = io.BytesIO()
            sheet.save(buffer, "WEBP", quality=quality, method=6)
            if buffer.tell() <= LARGEST_SHEET_BYTES:
                break
        write_or_explain(arguments.sheet, buffer.getvalue())
    if arguments.page:
        replace_section(arguments.page, text)
    return 0


def select_subjects(wanted: Sequence[str]) -> list[Subject]:
    """The styles with these ids, those of the gallery by their ids with a colon; or every checkpoint at hand."""
    trained = [name for name in wanted if ":" not in name]
    named = [name for name in wanted if ":" in name]
    subjects = [of_checkpoint(source) for source in select(find_sources(), trained)] if trained or not named else []
    return subjects + [_of_gallery(name) for name in named]


def _of_gallery(name: str) -> Subject:
    styles = {style["id"]: style for style in read_shared(FOLDER, "styles")}
    networks = {network["id"]: network for network in read_shared(FOLDER, "networks")}
    if name not in styles:
        raise BuildError(f"the gallery has no style {name}; `python -m build models` lists what there is")
    return of_gallery(styles[name], networks[styles[name]["network"]], FOLDER)


def select(sources: list[Source], wanted: list[str]) -> list[Source]:
    """The sources with the ids in `wanted`, or all; `BuildError` for an id that is not at hand."""
    known = {source.model_id: source for source in sources}
    missing = [name for name in wanted if name not in known]
    if missing:
        raise BuildError(f"no checkpoint of {', '.join(missing)} is at hand; there are: {', '.join(known) or 'none'}")
    if not sources:
        raise BuildError(
            "no checkpoint is at hand; train one (python -m build train) or put one into models/checkpoints"
        )
    return [known[name] for name in wanted] if wanted else sources


def view_paintings(folder: Path, observer: Observer) -> dict[str, View]:
    """The observer's view of each picture in `folder`, by the style's name that its file name makes."""
    if not folder.is_dir():
        raise BuildError(f"the folder of paintings {folder} does not exist")
    views = {}
    for path in sorted(folder.iterdir()):
        try:
            views[style_name(path.stem)] = observer.look(open_rgb(path))
        except UNREADABLE:
            continue
    return views
