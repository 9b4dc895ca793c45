"""A lowered style model against torch, run by onnxruntime on the host."""

import numpy as np
import onnxruntime
import torch

from build.common.errors import BuildError
from build.compiler.verify.session import Difference, Floats, start_session
from build.models.export.network import SIDE_MULTIPLE, TransformerNet

# On the 0..255 scale: a twentieth of the step between two grey levels.
TOLERANCE = 0.05
PICTURE_SPAN = 255.0
# Weights rounded to float16 move the picture by less than one grey level.
HALF_TOLERANCE = 1.0
# (H, W): one that needs no padding, one that is neither square nor a multiple of 4.
SIZES: tuple[tuple[int, int], ...] = ((64, 64), (45, 58))

Sizes = tuple[tuple[int, int], ...]


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
