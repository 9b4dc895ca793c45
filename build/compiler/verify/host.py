"""A lowered style model against torch, run by onnxruntime on the host."""

from dataclasses import dataclass

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray

from build.common.errors import BuildError
from build.models.export.network import SIDE_MULTIPLE, TransformerNet

# On the 0..255 scale: a twentieth of the step between two grey levels.
TOLERANCE = 0.05
PICTURE_SPAN = 255.0
# Weights rounded to float16 move the picture by less than one grey level.
HALF_TOLERANCE = 1.0
# (H, W): one that needs no padding, one that is neither square nor a multiple of 4.
SIZES: tuple[tuple[int, int], ...] = ((64, 64), (45, 58))

Floats = NDArray[np.float32]
Sizes = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Difference:
    """How far two outputs are apart, on the scale of the output, and how far from zero what was expected reaches."""

    maximum: float
    mean: float
    span: float = 0.0

    @classmethod
    def between(cls, found: Floats, expected: Floats) -> "Difference":
        """The difference of two arrays of one shape.

        NaN is equal to NaN, and an infinity to itself; beside anything else they are infinitely wrong.
        """
        if found.shape != expected.shape:
            raise BuildError(f"the output has shape {found.shape} where {expected.shape} was expected")
        same = (found == expected) | (np.isnan(found) & np.isnan(expected))
        with np.errstate(invalid="ignore"):
            error = np.where(same, 0.0, np.abs(found.astype(np.float64) - expected))
        if not np.isfinite(error).all():
            return cls(float("inf"), float("inf"), span_of(expected))
        return cls(float(error.max(initial=0)), float(error.mean()) if error.size else 0.0, span_of(expected))


def span_of(values: Floats) -> float:
    """How far from zero the finite ones of `values` reach, 1e-6 at least: what a difference is measured by."""
    return max(float(np.max(np.abs(values, dtype=np.float64), initial=0, where=np.isfinite(values))), 1e-6)


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
    # Its log is no part of what we say: all that is wrong with a file comes as an exception as well.
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises classes of its own that it does not export
        line = (str(error).splitlines() or ["no reason given"])[0][:300]
        raise BuildError(f"onnxruntime refuses {what}: {line}") from error


def verify_against_torch(
    model: bytes, net: TransformerNet, name: str, sizes: Sizes | None = None, tolerance: float = TOLERANCE
) -> Difference:
    """The largest difference from `net` over `sizes`; `BuildError` where it exceeds `tolerance` or a shape is wrong.

    `tolerance` is on the scale of 0..255; where the network's values reach beyond it, it grows alike.
    """
    session = start_session(model)
    worst = Difference(0.0, 0.0)
    for index, (height, width) in enumerate(sizes or SIZES):
        found, expected = _run_both(session, net, (height, width), index)
        sides = tuple(-(-side // SIDE_MULTIPLE) * SIDE_MULTIPLE for side in (height, width))
        if found.shape != (1, 3, *sides):
            raise BuildError(f"{name}: {height}x{width} gave {found.shape}, expected (1, 3, {sides[0]}, {sides[1]})")
        difference = Difference.between(found, expected)
        allowed = tolerance * max(difference.span / PICTURE_SPAN, 1.0)
        if not difference.maximum <= allowed:
            raise BuildError(
                f"{name}: at {height}x{width} the lowered model is off from torch by {difference.maximum:.4g} where"
                f" values reach {difference.span:.4g}, more than {allowed:.4g}; nothing was written"
            )
        worst = max(worst, difference, key=lambda d: d.maximum)
    return worst


def _run_both(
    session: onnxruntime.InferenceSession, net: TransformerNet, size: tuple[int, int], seed: int
) -> tuple[Floats, Floats]:
    """What onnxruntime and torch make of one picture; `BuildError` where one of them cannot."""
    height, width = size
    try:
        picture = sample_picture(height, width, seed)
        return session.run(None, {session.get_inputs()[0].name: picture})[0], run_torch(net, picture)
    except Exception as error:  # memory is what runs out, and each of the two says so with a class of its own
        line = (str(error).splitlines() or [type(error).__name__])[0][:200]
        raise BuildError(
            f"a picture of {height}x{width} px could not be painted to verify the file ({line}); give a smaller --size"
        ) from error
