"""What Python in a bare page paints with, without the studio: imported inside Pyodide (`start_python`)."""

from collections.abc import Callable

import numpy as np

from app_py.onnxruntime import platform as platforms
from app_py.photo.tensors import NchwTensor
from app_py.styles.library import Library
from app_py.styles.manifest import ModelSpec

platform = platforms.current()


async def fetch(url: str, _on_progress: Callable[[int, int], None]) -> bytes:
    """The library's addresses are relative to `www/`; a bare page has its files below the root."""
    return await platform.fetch(url.replace("../", "/", 1))


library = Library(fetch)
models: dict[str, ModelSpec] = {}


async def open_library() -> None:
    """Fill `models`, by id."""
    models.update({model.id: model for model in await library.open()})


def picture(height: int, width: int) -> NchwTensor:
    """Noise, float32 `(1, 3, height, width)`, 0..255: the same at every call."""
    return np.random.default_rng(5).uniform(0, 255, (1, 3, height, width)).astype(np.float32)
