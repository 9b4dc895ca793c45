"""The command line as a person calls it, with a style of the project."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from app_py.cli.main import main
from tests.support.paths import ROOT

STYLE = "great-wave-nc8"


@dataclass(frozen=True)
class Said:
    """The exit status, and what was written to standard output and to standard error."""

    status: int
    out: str
    err: str


Paint = Callable[..., Said]


@pytest.fixture
def paint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Paint:
    if not (ROOT / "models" / f"{STYLE}.onnx").is_file():
        pytest.skip(f"needs models/{STYLE}.onnx: python -m build models")
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object) -> Said:
        words = list(map(str, arguments))
        if "--style" not in words:
            words += ["--style", STYLE]
        try:
            status = main(["paint", *words])
        except SystemExit as error:
            status = int(str(error.code))
        said = capsys.readouterr()
        return Said(status, said.out, said.err)

    return call
