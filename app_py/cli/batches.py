"""The painter as a function of batches, for programs that spread work over machines; `docs/command-line.md` has one."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from app_py.cli.host_painter import HostPainter, Options
from app_py.cli.main import MODELS
from app_py.cli.paint import paint_source
from app_py.cli.sources import Source, list_sources
from app_py.errors import AppError

Batch = dict[str, npt.NDArray[Any]]
"""Columns of equal length: `path` and `target`, and in what comes back `error`, which is empty where it was painted."""


def unpainted(files: Sequence[Path], out: Path, style: str, picture_format: str = "png") -> list[dict[str, str]]:
    """A row for each photo and video whose painting is not there yet, as `list_sources` finds them."""
    sources = list_sources(files, out, style, picture_format)
    return [{"path": str(it.path), "target": str(it.target)} for it in sources if not it.target.exists()]


class PaintBatch:
    """Called with batches of what `unpainted` gives; opens the style once."""

    def __init__(self, style: str, options: Options | None = None, models: str = str(MODELS), threads: int = 1) -> None:
        self._painter = HostPainter(style, Path(models), options, threads)

    def __call__(self, batch: Batch) -> Batch:
        errors = [self._paint(Path(path), Path(target)) for path, target in zip(*self._columns(batch), strict=True)]
        return {**batch, "error": np.array(errors, object)}

    def _columns(self, batch: Batch) -> tuple[list[str], list[str]]:
        return [str(path) for path in batch["path"]], [str(target) for target in batch["target"]]

    def _paint(self, path: Path, target: Path) -> str:
        try:
            paint_source(self._painter, Source(path, target))
        except AppError as error:
            return str(error)
        return ""
