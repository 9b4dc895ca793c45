"""Photos and folders on the command line."""

import re
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from PIL import Image

from app_py.cli import host_painter
from app_py.cli.memory import BYTES_PER_PIXEL, MOST_PIXELS, most_pixels
from app_py.photo.decode import resize
from app_py.photo.sizing import Size
from app_py.photo.tensors import to_image, to_tensor
from tests.host.paint.conftest import STYLE, Paint
from tests.support.paths import ROOT


def photo(path: Path, width: int = 60, height: int = 40) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows, columns = np.mgrid[0:height, 0:width]
    image = np.stack([columns * 4, rows * 6, (rows + columns) % 16 * 15], axis=2).astype(np.uint8)
    Image.fromarray(image).save(path)
    return path


def test_a_photo_becomes_what_the_network_makes_of_it(paint: Paint, tmp_path: Path) -> None:
    said = paint(photo(tmp_path / "cat.png"), "--size", 32)
    assert said.status == 0
    assert said.err == ""
    painted = np.asarray(Image.open(tmp_path / "painted" / f"cat-{STYLE}.png"))
    image = resize(np.asarray(Image.open(tmp_path / "cat.png")), Size(21, 32))
    session = onnxruntime.InferenceSession(ROOT / "models" / f"{STYLE}.onnx", providers=["CPUExecutionProvider"])
    (output,) = session.run(None, {session.get_inputs()[0].name: to_tensor(image)})
    np.testing.assert_array_equal(painted, to_image(output, Size(21, 32)))


def test_original_is_the_photos_own_size(paint: Paint, tmp_path: Path) -> None:
    assert paint(photo(tmp_path / "cat.jpg", 611, 403), "--size", "original").status == 0
    assert Image.open(tmp_path / "painted" / f"cat-{STYLE}.png").size == (611, 403)


def test_a_folder_is_painted_with_its_subfolders_and_no_painting_twice(paint: Paint, tmp_path: Path) -> None:
    for name in ("a.png", "a.jpg", "sub/b.png"):
        photo(tmp_path / "in" / name)
    (tmp_path / "in" / "notes.txt").write_text("no photo")
    for _ in range(2):
        said = paint(tmp_path / "in", "--out", tmp_path / "in" / "out", "--size", 24)
        assert said.status == 0
        assert "3 of 3 painted." in said.out
        found = sorted(path.relative_to(tmp_path / "in" / "out").as_posix() for path in tmp_path.rglob("out/**/*.png"))
        assert found == [f"a-{STYLE}-2.png", f"a-{STYLE}.png", f"sub/b-{STYLE}.png"]


def test_what_fails_is_said_in_a_sentence_and_the_rest_goes_on(paint: Paint, tmp_path: Path) -> None:
    (tmp_path / "text.jpg").write_text("no photo")
    (tmp_path / "empty.png").touch()
    names = ("missing.jpg", "text.jpg", "empty.png")
    said = paint(*names, photo(tmp_path / "tiny.png", 5, 5), photo(tmp_path / "good.png"), "--size", 24)
    assert said.status == 1
    assert (tmp_path / "painted" / f"good-{STYLE}.png").is_file()
    assert "1 of 5 painted." in said.out
    lines = [line for line in said.err.splitlines() if line]
    assert [line.split(":")[0] for line in lines] == [*names, str(tmp_path / "tiny.png")]
    for line, words in zip(lines, ("No such file", "not a picture", "empty", "too small"), strict=True):
        assert words in line
    assert "Traceback" not in said.err
    assert not list((tmp_path / "painted").glob(".*"))


def test_a_file_can_be_named_and_its_ending_is_the_format(paint: Paint, tmp_path: Path) -> None:
    assert paint(photo(tmp_path / "cat.png"), "--out", "wave.jpg").status == 0
    assert Image.open("wave.jpg").format == "JPEG"
    assert paint("cat.png", "--format", "webp").status == 0
    assert Image.open(f"painted/cat-{STYLE}.webp").format == "WEBP"


def test_strength_nothing_is_the_photo(paint: Paint, tmp_path: Path) -> None:
    source = photo(tmp_path / "cat.png")
    assert paint(source, "--strength", 0, "--out", "same.png").status == 0
    np.testing.assert_array_equal(Image.open("same.png"), Image.open(source))


def test_resume_leaves_what_is_there(paint: Paint, tmp_path: Path) -> None:
    photo(tmp_path / "in" / "a.png")
    paint("in", "--size", 24)
    painted = tmp_path / "painted" / f"a-{STYLE}.png"
    painted.write_bytes(b"kept")
    photo(tmp_path / "in" / "b.png")
    said = paint("in", "--size", 24, "--resume")
    assert said.status == 0
    assert painted.read_bytes() == b"kept"
    assert (tmp_path / "painted" / f"b-{STYLE}.png").is_file()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nothing"], "There is no photo and no video in nothing"),
        (["a.png", "--style", "van-gogh"], f"There is no style 'van-gogh'. There are: .*{STYLE}"),
        (["a.png", "--models", "nowhere"], "There is no list of styles at nowhere"),
        (["a.png", "a.png", "--out", "one.png"], "names one file, but more is to be painted"),
        (["a.png", "--out", "a.png"], "is the file that is to be painted"),
        (["a.png", "--out", "a.mp4"], "is not of the kind of a.png"),
        (["a.png", "--out", "a.tga"], "paintings are written as png, jpg or webp"),
        (["a.png", "--size", "7"], "'7' is neither a number of pixels from 8 on nor 'original'"),
        (["a.png", "--strength", "101"], "'101' is no number from 0 to 100"),
    ],
)
def test_what_cannot_be_begun_is_said(paint: Paint, tmp_path: Path, arguments: list[str], words: str) -> None:
    (tmp_path / "nothing").mkdir()
    photo(tmp_path / "a.png")
    said = paint(*arguments)
    assert said.status == 2
    assert re.search(words, said.err), said.err
    assert "Traceback" not in said.err


def test_where_nothing_can_be_written_is_said(paint: Paint, tmp_path: Path) -> None:
    (tmp_path / "painted").write_text("a file where the folder should be")
    said = paint(photo(tmp_path / "cat.png"), "--size", 24)
    assert said.status == 1
    assert "could not be written: " in said.err
    assert (tmp_path / "painted").read_text() == "a file where the folder should be"


def test_a_photo_for_which_there_is_no_memory_is_painted_smaller_and_that_is_said(
    paint: Paint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host_painter, "most_pixels", lambda: 30 * 20)
    said = paint(photo(tmp_path / "cat.png"), "--size", "original")
    assert said.status == 0
    assert Image.open(tmp_path / "painted" / f"cat-{STYLE}.png").size == (30, 20)
    assert "30×20, as large as the free memory allows" in said.out


def test_the_free_memory_is_read_where_the_system_says_it(tmp_path: Path) -> None:
    meminfo = tmp_path / "meminfo"
    assert most_pixels(meminfo) == MOST_PIXELS
    meminfo.write_text("MemTotal: 9000 kB\nMemAvailable:    1000000 kB\n")
    assert most_pixels(meminfo) == int(0.7 * 1024e6 / BYTES_PER_PIXEL)
    meminfo.write_text("MemTotal: 9000 kB\n")
    assert most_pixels(meminfo) == MOST_PIXELS
