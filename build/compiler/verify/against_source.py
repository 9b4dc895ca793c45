"""A lowered graph against its source, both run by onnxruntime on the host."""

import numpy as np
import onnx_ir as ir
from numpy.typing import NDArray

from build.common.errors import BuildError
from build.compiler.sizes import Sides
from build.compiler.verify.host import Difference, start_session

# Of the range of the expected output: sums in another order differ in the last bits of float32, and depth adds up.
TOLERANCE = 1e-4
HALF_TOLERANCE = 2e-2
# Heights and widths tried where they are not known: neither square nor multiples of 4 first; then, for networks that
# must halve their input evenly, multiples of 32.
GUESSES = ((90, 70), (96, 64))

Feeds = dict[str, NDArray[np.generic]]


def verify_against_source(
    source: ir.Model, lowered: bytes, sides: Sides, tolerance: float = TOLERANCE
) -> tuple[Difference, float]:
    """The worst difference over all outputs, and the range of that output. `BuildError` beyond `tolerance` of it.

    Inputs are seeded noise: floats in -1..1 and then in 0..255, integers 0 and 1. An input keeps its declared shape or
    takes `sides`. Where the source makes infinities or NaN of them, so must the lowered model.
    """
    feeds, expected = _run_source(source, sides)
    results = [_compare(lowered, feeds, expected, tolerance)]
    pictures = _as_pictures(feeds)
    try:
        expected = _run(_to_bytes(source), pictures, "the source")
    except BuildError:
        # It takes some of its numbers for indices, and there are none so large.
        return results[0]
    results.append(_compare(lowered, pictures, expected, tolerance))
    return max(results, key=lambda result: result[0].maximum / result[1])


def _compare(
    lowered: bytes, feeds: Feeds, expected: list[NDArray[np.generic]], tolerance: float
) -> tuple[Difference, float]:
    """The difference of the output that is the furthest off for its range, and that range."""
    found = _run(lowered, feeds, "the lowered model")
    worst = Difference(0.0, 0.0, 1.0)
    for index, (mine, theirs) in enumerate(zip(found, expected, strict=True)):
        difference = Difference.between(np.asarray(mine, np.float32), np.asarray(theirs, np.float32))
        if not difference.maximum <= tolerance * difference.span:
            raise BuildError(
                f"output {index} of the lowered model is off by {difference.maximum:.3g} where values reach"
                f" {difference.span:.3g}; more than {tolerance:g} of that, so nothing was written"
            )
        if index == 0 or difference.maximum / difference.span > worst.maximum / worst.span:
            worst = difference
    return worst, worst.span


def _run_source(source: ir.Model, sides: Sides) -> tuple[Feeds, list[NDArray[np.generic]]]:
    """Inputs that the source accepts, and what it makes of them."""
    data = _to_bytes(source)
    for guess in GUESSES[:-1]:
        feeds = make_feeds(source, sides, guess)
        try:
            return feeds, _run(data, feeds, "the source")
        except BuildError:
            continue
    feeds = make_feeds(source, sides, GUESSES[-1])
    return feeds, _run(data, feeds, "the source")


def make_feeds(model: ir.Model, sides: Sides, guess: tuple[int, int] = GUESSES[0]) -> Feeds:
    """Seeded inputs for every input that is not an initializer; `guess` is (height, width) where they are open."""
    rng = np.random.default_rng(0)
    feeds: Feeds = {}
    for value in model.graph.inputs:
        if value.name is None or value.name in model.graph.initializers:
            continue
        if value.dtype is None:
            raise BuildError(f"input {value.name} has no type, so nothing can be compared")
        shape = sides.get(value.name) or _guess(value, guess)
        dtype = value.dtype.numpy()
        if np.issubdtype(dtype, np.floating):
            feeds[value.name] = rng.uniform(-1, 1, shape).astype(dtype)
        else:
            feeds[value.name] = rng.integers(0, 2, shape).astype(dtype)
    return feeds


def _as_pictures(feeds: Feeds) -> Feeds:
    """The same feeds with floats from 0..255 instead of -1..1."""
    return {
        name: ((array.astype(np.float64) + 1) * 127.5).astype(array.dtype)
        if np.issubdtype(array.dtype, np.floating)
        else array
        for name, array in feeds.items()
    }


def _to_bytes(model: ir.Model) -> bytes:
    data: bytes = ir.to_proto(model).SerializeToString()
    return data


def _guess(value: ir.Value, guess: tuple[int, int]) -> tuple[int, ...]:
    """The declared shape, with plausible sides for those left open."""
    if value.shape is None:
        raise BuildError(f"input {value.name} has no shape, so nothing can be compared; give one with --shape")
    usual = (1, 3, *guess) if len(value.shape) == 4 else (1,) * len(value.shape)
    return tuple(side if isinstance(side, int) and side > 0 else usual[axis] for axis, side in enumerate(value.shape))


def _run(model: bytes, feeds: Feeds, what: str) -> list[NDArray[np.generic]]:
    try:
        outputs: list[NDArray[np.generic]] = start_session(model, what).run(None, feeds)
    except BuildError:
        raise
    except Exception as error:  # onnxruntime raises classes of its own that it does not export
        shapes = ", ".join(f"{name} {list(array.shape)}" for name, array in feeds.items())
        line = str(error).splitlines()[0][:200]
        raise BuildError(
            f"onnxruntime could not run {what} with {shapes}: {line}; give other shapes with --shape"
        ) from error
    return outputs
