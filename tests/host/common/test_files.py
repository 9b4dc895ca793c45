"""Files are written whole or not at all."""

from pathlib import Path

import pytest

from build.common.errors import BuildError
from build.common.files import write_atomically


def test_content_and_folders_are_made(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a" / "b.bin", b"new")
    assert (tmp_path / "a" / "b.bin").read_bytes() == b"new"
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b.bin"]


@pytest.mark.parametrize("step", ["chmod", "replace"])
@pytest.mark.parametrize("interruption", [KeyboardInterrupt, OSError])
def test_an_interruption_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, interruption: type[BaseException]
) -> None:
    target = tmp_path / "b.bin"
    target.write_bytes(b"old")

    def interrupt(*_: object) -> None:
        raise interruption

    monkeypatch.setattr(Path, step, interrupt)
    with pytest.raises(interruption):
        write_atomically(target, b"new")
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize(("name", "reason"), [
    ("folder", "it is a folder, and a file was expected"), ("n" * 300, "too long"),
    ("file/a.onnx", "file is a file, and a folder was expected"),
])  # fmt: skip
def test_a_path_that_cannot_be_written_is_named_with_the_reason(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"old")
    with pytest.raises(BuildError, match=rf"{name} cannot be written: .*{reason}; .*choose another path") as caught:
        write_atomically(tmp_path / name, b"new")
    assert isinstance(caught.value, OSError), "callers that know another remedy ask for the errno"
    assert caught.value.errno
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


def test_a_name_that_just_fits_is_written(tmp_path: Path) -> None:
    write_atomically(tmp_path / ("n" * 255), b"new")
    assert (tmp_path / ("n" * 255)).read_bytes() == b"new"
