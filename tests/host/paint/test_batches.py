"""Batches, and the program of the docs that spreads them with Ray Data."""

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from app_py.cli.batches import PaintBatch, unpainted
from tests.host.paint.conftest import STYLE, Paint
from tests.host.paint.test_photos import photo
from tests.support.paths import ROOT


def test_a_batch_is_painted_and_what_fails_has_its_sentence(paint: Paint, tmp_path: Path) -> None:
    del paint  # for its models and its folder
    photo(tmp_path / "in" / "a.png")
    (tmp_path / "in" / "b.png").write_text("no photo")
    rows = unpainted([tmp_path / "in"], tmp_path / "out", STYLE)
    batch = {name: np.array([row[name] for row in rows], object) for name in ("path", "target")}
    painted = PaintBatch(STYLE)(batch)
    assert [Path(path).name for path in painted["path"]] == ["a.png", "b.png"]
    assert painted["error"][0] == ""
    assert "not a picture" in painted["error"][1]
    # Begun again, it goes on with what is not there.
    assert [Path(row["path"]).name for row in unpainted([tmp_path / "in"], tmp_path / "out", STYLE)] == ["b.png"]


@pytest.mark.skipif(find_spec("ray") is None, reason='needs Ray: pip install "ray[data]"')
def test_the_program_of_the_docs_paints_a_folder_with_ray(paint: Paint, tmp_path: Path) -> None:
    del paint
    text = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    (program,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    (tmp_path / "program.py").write_text(program)
    for index in range(3):
        photo(tmp_path / "in" / f"{index}.png")
    (tmp_path / "in" / "bad.png").write_text("no photo")
    command = [sys.executable, str(tmp_path / "program.py"), str(tmp_path / "in"), str(tmp_path / "out"), STYLE]
    done = subprocess.run(command, cwd=ROOT, env=_environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "out").glob("*.png"))) == 3
    assert "bad.png This is a text file, not a picture" in done.stdout


def _environment() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": str(ROOT)}
