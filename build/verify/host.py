"""A lowered style model against torch, run by onnxruntime on the host."""

from dataclasses import dataclass

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray

from build.errors import BuildError
from build.export.network import SIDE_MULTIPLE, TransformerNet

# On the 0..255 scale: a twentieth of the step between two grey levels.
TOLERANCE = 0.05
# Weights rounded to float16 move the picture by less than one grey level.
HALF_TOLERANCE = 1.0
# (H, W): one that needs no padding, one that is neither square nor a multiple of 4.
SIZES: tuple[tuple[int, int], ...] = ((64, 64), (45, 58))

Floats = NDArray[np.float32]
Sizes = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Difference:
    """How far two outputs are apart, on the scale of the output."""

    maximum: float
    mean: float

    @classmethod
    def between(cls, found: Floats, expected: Floats) -> "Difference":
        """The difference of two arrays of one shape; a NaN on either side is infinitely wrong."""
        if found.shape != expected.shape:
            raise BuildError(f"the output has shape {found.shape} where {expected.shape} was expected")
        error = np.abs(found.astype(np.float64) - expected)
        if not np.isfinite(error).all():
            return cls(float("inf"), float("inf"))
        return cls(float(error.max(initial=0)), float(error.mean()) if error.size else 0.0)


def sample_picture(height: int, width: int, seed: int = 0) -> Floats:
    """A float32 picture `[1,3,height,width]` in 0..255 with smooth areas, edges and noise, the same for a seed."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    waves = [np.sin(x / (7 + 3 * plane) + plane) * np.cos(y / (5 + plane)) for plane in range(3)]
    picture = 127.5 + 90 * np.stack(waves) + 60 * ((x // 9 + y // 6) % 2 - 0.5) + rng.normal(0, 8, (3, height, width))
    clipped: Floats = np.clip(picture, 0, 255).astype(np.float32)[None]
    return clipped


def run_torch(net: TransformerNet, picture: Floats) -> Floats:
    """The module's output for one picture."""
    with torch.inference_mode():
        output: Floats = net(torch.from_numpy(picture)).numpy()
    return output


def start_session(model: bytes, what: str = "the lowered model") -> onnxruntime.InferenceSession:
    """An onnxruntime session on the CPU; `BuildError` where it refuses the file, which the message calls `what`."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises classes of its own that it does not export
        line = (str(error).splitlines() or ["no reason given"])[0][:300]
        raise BuildError(f"onnxruntime refuses {what}: {line}") from error


def verify_against_torch(
    model: bytes, net: TransformerNet, name: str, sizes: Sizes | None = None, tolerance: float = TOLERANCE
) -> Difference:
    """The largest difference from `net` over `sizes`; `BuildError` where it exceeds `tolerance` or a shape is wrong."""
    session = start_session(model)
    input_name = session.get_inputs()[0].name
    worst = Difference(0.0, 0.0)
    for index, (height, width) in enumerate(sizes or SIZES):
        picture = sample_picture(height, width, seed=index)
        found = session.run(None, {input_name: picture})[0]
        expected = run_torch(net, picture)
        sides = tuple(-(-side // SIDE_MULTIPLE) * SIDE_MULTIPLE for side in (height, width))
        if found.shape != (1, 3, *sides):
            raise BuildError(f"{name}: {height}x{width} gave {found.shape}, expected (1, 3, {sides[0]}, {sides[1]})")
        difference = Difference.between(found, expected)
        if not difference.maximum <= tolerance:
            raise BuildError(
                f"{name}: at {height}x{width} the lowered model is off from torch by {difference.maximum:.4g} of 255,"
                f" more than {tolerance}; nothing was written"
            )
        worst = max(worst, difference, key=lambda d: d.maximum)
    return worst
