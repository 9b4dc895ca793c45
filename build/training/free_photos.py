"""`python -m build photos`: photographs and paintings of free licence, out of Debian packages, to train on."""

import argparse
import hashlib
import io
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from build.common.errors import BuildError
from build.training.photos import PHOTO_PX
from build.training.pictures import UNREADABLE, shrink
from build.training.rcc import read_bundle
from build.training.state import write_or_explain

GCOMPRIS = "gcompris-qt-data"
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
PAINTING = re.compile(r"(Gogh|Tanguy|Auvers).*_background\.webp$")
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
# A puzzle of a painting: its pieces' names and where their centres lie, as parts of the board's sides.
BOARD = re.compile(r"paintings/resource/board/.*\.qml$")
PIECE = re.compile(r'"pixmapfile" : "image/([^"]+)",\s*"x" : "?([\d.]+)"?,\s*"y" : "?([\d.]+)"?')
BOARD_WIDTH, BOARD_HEIGHT = 702, 515
PIECE_NUMBER = re.compile(r"[_-]?[a-z]?\d+\.webp$")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", type=Path, help="folder for the photos; who made them is told beside it")
    parser.add_argument("--paintings", type=Path, help="folder for the paintings that the packages hold")


def run(arguments: argparse.Namespace) -> int:
    """Download the packages, and write what is in them."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        download(root)
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


def download(root: Path) -> None:
    """Unpack the packages below `root`; nothing is installed. `BuildError` where apt or the network is missing."""
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise BuildError("this needs apt-get and dpkg-deb (Debian, Ubuntu); elsewhere, use a folder of your own photos")
    done = subprocess.run(
        ["apt-get", "download", *PACKAGES],
        cwd=root,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode:
        raise BuildError(
            f"apt-get could not download the photos: {(done.stderr.strip() or 'no message').splitlines()[-1]}"
        )
    for package in root.glob("*.deb"):
        subprocess.run(["dpkg-deb", "-x", str(package), str(root)], check=True)


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
        for path, data in _bundle(root, activity):
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
    """The paintings of GCompris' puzzles, put together, and those it shows whole; how many there were."""
    files = dict(_bundle(root, "paintings"))
    pieces = {Path(path).name: data for path, data in files.items() if path.endswith(".webp")}
    count = 0
    for path, data in sorted(files.items()):
        found = PIECE.findall(data.decode()) if BOARD.search(path) else []
        if found:
            buffer = io.BytesIO()
            assemble([(Image.open(io.BytesIO(pieces[name])), float(x), float(y)) for name, x, y in found]).save(
                buffer, "PNG"
            )
            write_or_explain(out / f"{PIECE_NUMBER.sub('', found[0][0])}.png", buffer.getvalue())
            count += 1
    for path, data in _bundle(root, "details"):
        if PAINTING.search(path):
            write_or_explain(out / Path(path).name.replace("_background", ""), data)
            count += 1
    return count


def assemble(pieces: list[tuple[Image.Image, float, float]]) -> Image.Image:
    """One picture of pieces and the places of their centres, as parts of the board."""
    corners = [(x * BOARD_WIDTH - i.width / 2, y * BOARD_HEIGHT - i.height / 2) for i, x, y in pieces]
    left, top = min(x for x, _ in corners), min(y for _, y in corners)
    placed = [(image, round(x - left), round(y - top)) for (image, _, _), (x, y) in zip(pieces, corners, strict=True)]
    size = (max(x + image.width for image, x, _ in placed), max(y + image.height for image, _, y in placed))
    picture = Image.new("RGB", size)
    for image, x, y in placed:
        picture.paste(image.convert("RGB"), (x, y), image.getchannel("A") if "A" in image.getbands() else None)
    return picture


def _bundle(root: Path, activity: str) -> Iterator[tuple[str, bytes]]:
    return read_bundle((root / "usr/share/gcompris-qt/rcc" / f"{activity}.rcc").read_bytes())
