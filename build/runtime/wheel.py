"""The wheel of `app_py` that Pyodide installs, built by hatchling so that the same sources give the same bytes."""

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from build.common.errors import BuildError
from build.common.files import sha256_of

# Everything that hatchling reads to build the wheel.
METADATA = ("pyproject.toml", "README.md", "LICENSE")
# 2020-02-02, hatchling's own default, stated so that a SOURCE_DATE_EPOCH of the machine cannot change the bytes.
SOURCE_DATE_EPOCH = "1580601600"


@dataclass(frozen=True)
class Wheel:
    """A built wheel: its file name and its bytes."""

    name: str
    data: bytes


def fingerprint(root: Path) -> str:
    """The sha256 of everything the wheel is made from: equal fingerprints, equal wheels."""
    sources = [path for path in (root / "app_py").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    inputs = sorted(sources) + [root / name for name in METADATA if (root / name).exists()]
    lines = [f"{path.relative_to(root).as_posix()} {sha256_of(path.read_bytes())}" for path in inputs]
    return sha256_of("\n".join(lines).encode())


def build_wheel(root: Path) -> Wheel:
    """Build the wheel of the project at `root`; `BuildError` with hatchling's own words where that fails."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
            cwd=root,
            env={**os.environ, "SOURCE_DATE_EPOCH": SOURCE_DATE_EPOCH},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        wheels = list(Path(folder).glob("*.whl"))
        if done.returncode != 0 or len(wheels) != 1:
            words = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()
            raise BuildError(f"hatchling could not build the wheel of app_py: {words[-1]}")
        return Wheel(wheels[0].name, wheels[0].read_bytes())
