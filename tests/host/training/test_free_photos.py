"""Photos and paintings out of packages: bundles, pieces, and what is no photograph."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from build.common.errors import BuildError
from build.training.free_photos import write_photos
from build.training.rcc import read_bundle


def bundle(files: dict[str, bytes], *, compress: bool) -> bytes:
    """A resource bundle of version 3 with its files in the folder `a`."""
    names, contents, nodes, name_at = b"", b"", [], []
    for name in ["a", *files]:
        name_at.append(len(names))
        names += struct.pack(">HI", len(name), 0) + name.encode("utf-16-be")
    for data in files.values():
        stored = struct.pack(">I", len(data)) + zlib.compress(data) if compress else data
        nodes.append(len(contents))
        contents += struct.pack(">I", len(stored)) + stored
    tree = struct.pack(">IHIIQ", 0, 2, 1, 1, 0) + struct.pack(">IHIIQ", name_at[0], 2, len(files), 2, 0)
    for at, content_at in zip(name_at[1:], nodes, strict=True):
        tree += struct.pack(">IHHHIQ", at, 1 if compress else 0, 0, 0, content_at, 0)
    head = 24
    offsets = (head, head + len(tree), head + len(tree) + len(contents))
    return b"qres" + struct.pack(">4I", 3, *offsets) + bytes(4) + tree + contents + names


@pytest.mark.parametrize("compress", [False, True])
def test_a_bundle_gives_its_files(compress: bool) -> None:
    files = {"one.txt": b"first" * 50, "zwei-ä.bin": bytes(range(256))}
    assert dict(read_bundle(bundle(files, compress=compress))) == {f"a/{name}": data for name, data in files.items()}


def test_another_file_is_no_bundle() -> None:
    with pytest.raises(BuildError, match="not a compiled Qt resource bundle"):
        list(read_bundle(b"PK\x03\x04" + bytes(40)))


def test_each_photograph_is_written_once_and_drawings_are_not(tmp_path: Path) -> None:
    folder = tmp_path / "usr/share/gcompris-qt/rcc"
    folder.mkdir(parents=True)

    def encoded(image: Image.Image, kind: str) -> bytes:
        buffer = io.BytesIO()
        image.save(buffer, kind)
        return buffer.getvalue()

    photo = encoded(Image.radial_gradient("L").convert("RGB"), "JPEG")
    drawing = encoded(Image.new("RGBA", (300, 300), (255, 0, 0, 9)), "PNG")
    icon = encoded(Image.new("RGB", (40, 40)), "PNG")
    files = {"same.jpg": photo, "again.jpg": photo, "drawing.png": drawing, "icon.png": icon, "cut.jpg": photo[:99]}
    empty = bundle({"list.txt": b""}, compress=False)
    for name in (
        "erase",
        "explore_world_animals",
        "explore_farm_animals",
        "explore_world_music",
        "categorization",
        "details",
    ):
        (folder / f"{name}.rcc").write_bytes(empty)
    (folder / "explore_monuments.rcc").write_bytes(bundle(files, compress=True))
    assert write_photos(tmp_path, tmp_path / "out") == 1
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["explore_monuments-same.jpg"]
