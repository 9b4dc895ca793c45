"""`python -m build photos`: photographs and paintings of free licence, out of Debian packages, to train on."""

import argparse
import hashlib
import io
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from build.common.debian import unpack_packages
from build.paintings.gcompris import PACKAGE as GCOMPRIS
from build.paintings.gcompris import bundle, read_paintings
from build.training.photos import PHOTO_PX
from build.training.pictures import UNREADABLE, shrink
from build.training.state import write_or_explain

PACKAGES = (
    GCOMPRIS,
    "lomiri-wallpapers-16.04",
    "mate-backgrounds",
    "plasma-workspace-wallpapers",
    "palapeli-data",
)
# GCompris' activities that hold photographs, and what in them is none.
PHOTO_ACTIVITIES = (
    "explore_monuments",
    "erase",
    "explore_world_animals",
    "explore_farm_animals",
    "explore_world_music",
    "categorization",
    "details",
)
NO_PHOTO = re.compile(r"Gogh|Tanguy|Auvers|alphabets|numbers|/details/.*_\d+\.webp$")
PICTURE = re.compile(r"\.(jpe?g|png|webp)$", re.IGNORECASE)
# Folders of the wallpaper packages, relative to the file system's root; each wallpaper once, not in every size.
WALLPAPERS = (
    "usr/share/backgrounds/*.jpg",
    "usr/share/backgrounds/mate/nature/*.jpg",
    "usr/share/wallpapers/*/contents/images/*.jpg",
    "usr/share/palapeli/collection/*.jpg",
)
SMALLEST_PX = 150
QUALITY = 93


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", type=Path, help="folder for the photos; who made them is told beside it")
    parser.add_argument("--paintings", type=Path, help="folder for the paintings that the packages hold")


def run(arguments: argparse.Namespace) -> int:
    """Download the packages, and write what is in them."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        unpack_packages(root, PACKAGES)
        count = write_photos(root, arguments.out)
        # Beside the photos, not among them: training counts what is no picture.
        notices = arguments.out.with_name(f"{arguments.out.name}-notices")
        notices.mkdir(exist_ok=True)
        for package in PACKAGES:
            shutil.copy(root / "usr/share/doc" / package / "copyright", notices / f"{package}.txt")
        print(f"{count} photos in {arguments.out}, their authors and licences in {notices}")
        if arguments.paintings:
            print(f"{write_paintings(root, arguments.paintings)} paintings in {arguments.paintings}")
    return 0


def write_photos(root: Path, out: Path) -> int:
    """Every photograph, its short side at most `PHOTO_PX`, each once; how many there were."""
    out.mkdir(parents=True, exist_ok=True)
    seen: set[str] = set()
    for name, data in photographs(root):
        try:
            opened = Image.open(io.BytesIO(data))
            # A photograph fills its frame: what is see-through is a drawing.
            if "A" in opened.getbands() or opened.mode == "P" or min(opened.size) < SMALLEST_PX:
                continue
            image = shrink(opened.convert("RGB"), PHOTO_PX)
        except UNREADABLE:
            continue
        digest = hashlib.sha256(image.tobytes()).hexdigest()
        if digest in seen:
            continue
        seen.add(digest)
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=QUALITY)
        write_or_explain(out / f"{name}.jpg", buffer.getvalue())
    return len(seen)


def photographs(root: Path) -> Iterator[tuple[str, bytes]]:
    """A name and the file's bytes of every candidate."""
    for activity in PHOTO_ACTIVITIES:
        for path, data in bundle(root, activity):
            if PICTURE.search(path) and not NO_PHOTO.search(path):
                yield f"{activity}-{Path(path).stem}", data
    for pattern in WALLPAPERS:
        largest: dict[str, Path] = {}
        for file in sorted(root.glob(pattern)):
            name = file.parents[2].name if "contents" in file.parts else file.stem
            if name not in largest or file.stat().st_size > largest[name].stat().st_size:
                largest[name] = file
        for name, file in largest.items():
            yield f"wallpaper-{name}", file.read_bytes()


def write_paintings(root: Path, out: Path) -> int:
    """The paintings of GCompris; how many there were."""
    paintings = dict(read_paintings(root))
    for name, data in paintings.items():
        write_or_explain(out / name, data)
    return len(paintings)
