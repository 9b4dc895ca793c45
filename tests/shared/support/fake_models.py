"""Models for fake engines: the file names the padding, the reference holds the right answer."""

import io

import numpy as np

from app_py.styles.manifest import FileSpec, ModelSpec
from tests.shared.support import onnx_bytes

INPUT = np.random.default_rng(7).uniform(0, 255, (1, 3, 32, 48)).astype(np.float32)
MODEL = onnx_bytes.model()


def right(
    tensor: np.ndarray[tuple[int, ...], np.dtype[np.float32]],
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """What the model computes."""
    return 255 - tensor


def spec(padding: str = "reflect", style: str = "mosaic", width: int = 8) -> ModelSpec:
    name = f"{style}-nc{width}" + ("-zeropad" if padding == "zero" else "")
    return ModelSpec(
        id=name,
        style=style,
        title=style.title(),
        width=width,
        padding=padding,
        model=FileSpec(f"{name}.onnx", len(MODEL), "0" * 64),
        opset=7,
        licence="MIT",
        reference=FileSpec(f"{name}.reference.npz", 1, "1" * 64),
        preview=None,
    )


class FakeFiles:
    """Implements `choice.ModelFiles`; `zero` tells whether styles have a zero-padded variant."""

    def __init__(self, zero: bool = False) -> None:
        self._zero = zero

    async def read(self, file: FileSpec) -> bytes:
        if file.file.endswith(".onnx"):
            return MODEL
        out = io.BytesIO()
        np.savez(out, input=INPUT, output=right(INPUT))
        return out.getvalue()

    def zero_padded(self, asked: ModelSpec) -> ModelSpec | None:
        return spec("zero", asked.style, asked.width) if self._zero else None
