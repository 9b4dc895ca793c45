"""`python -m build wheels`."""

import argparse
from pathlib import Path

from build.common.files import write_atomically
from build.common.paths import ROOT
from build.runtime.wheel import build_wheel
from build.wheels import onnxruntime_pyodide


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="default: %(default)s")


def run(arguments: argparse.Namespace) -> int:
    """Write the wheels and say where they are."""
    painter = build_wheel(ROOT)
    ours = (onnxruntime_pyodide.build(ROOT), onnxruntime_pyodide.build_webgpu(ROOT))
    for name, data in ((painter.name, painter.data), *ours):
        write_atomically(arguments.out / name, data)
        print(f"{arguments.out / name}: {len(data) / 1e6:.1f} MB")
    return 0
