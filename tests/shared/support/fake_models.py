"""Models for fake engines: the file names the padding, the reference holds the right answer."""

import io
from dataclasses import replace

import numpy as np

from app_py.styles.manifest import FileSpec, ModelSpec
from tests.shared.support import onnx_bytes

INPUT = np.random.default_rng(7).uniform(0, 255, (1, 3, 32, 48)).astype(np.float32)
MODEL = onnx_bytes.model()
STYLED_MODEL = onnx_bytes.model((("x", onnx_bytes.FLOAT, (1, 3, "H", "W")), ("style", onnx_bytes.FLOAT, (1, None))))
"""Of a network to which a style is a vector."""


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


PREDICTOR = FileSpec("predictor.onnx", 4, "0" * 64)


def vector_style(name: str, network: str, *vector: float) -> ModelSpec:
    """A style that is numbers for a shared network; of paintings there is a predictor."""
    file = FileSpec(f"{network}.onnx", len(STYLED_MODEL), "2" * 64)
    predictor = PREDICTOR if network == "painting" else None
    base = replace(spec(style=network), model=file, reference=None, network=network, predictor=predictor)
    return replace(base, id=f"{network}:{name}", style=f"{network}:{name}", title=name, vector=vector)


class FakeFiles:
    """Implements `choice.ModelFiles`; `zero` tells whether styles have a zero-padded variant."""

    def __init__(self, zero: bool = False) -> None:
        self._zero = zero

    async def read(self, file: FileSpec) -> bytes:
        if file.file.endswith(".onnx"):
            return STYLED_MODEL if file.bytes == len(STYLED_MODEL) else MODEL
        out = io.BytesIO()
        np.savez(out, input=INPUT, output=right(INPUT))
        return out.getvalue()

    def zero_padded(self, asked: ModelSpec) -> ModelSpec | None:
        return spec("zero", asked.style, asked.width) if self._zero else None
