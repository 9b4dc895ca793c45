"""Files are written whole or not at all."""

from pathlib import Path

import pytest

from build.files import write_atomically


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
