"""Where the project lies."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
"""The project's root: the folder with `pyproject.toml`."""

BENCHMARKS = ROOT / "benchmarks"
"""What was measured: the history of speeds, parity, conformance."""
