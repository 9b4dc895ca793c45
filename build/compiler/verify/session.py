"""Running an ONNX file in onnxruntime on the host, and how far two outputs are apart."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from build.common.errors import BuildError

Floats = NDArray[np.float32]
Array = NDArray[np.generic]
Feeds = Mapping[str, Array]


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
        error = errors_of(found, expected)
        if not np.isfinite(error).all():
            return cls(float("inf"), float("inf"), span_of(expected))
        return cls(float(error.max(initial=0)), float(error.mean()) if error.size else 0.0, span_of(expected))


def errors_of(found: Floats, expected: Floats) -> NDArray[np.float64]:
    """The absolute difference of every element; infinite where only one is no finite number, or another one."""
    if found.shape != expected.shape:
        raise BuildError(f"the output has shape {found.shape} where {expected.shape} was expected")
    same = (found == expected) | (np.isnan(found) & np.isnan(expected))
    with np.errstate(invalid="ignore"):
        error: NDArray[np.float64] = np.where(same, 0.0, np.abs(found.astype(np.float64) - expected))
    return np.nan_to_num(error, nan=np.inf, posinf=np.inf)


def span_of(values: Floats) -> float:
    """How far from zero the finite ones of `values` reach, 1e-6 at least: what a difference is measured by."""
    return max(float(np.max(np.abs(values, dtype=np.float64), initial=0, where=np.isfinite(values))), 1e-6)


def start_session(
    model: bytes, what: str = "the lowered model", *, optimize: bool = True
) -> onnxruntime.InferenceSession:
    """An onnxruntime session on the CPU; `BuildError` where it refuses the file, which the message calls `what`."""
    options = onnxruntime.SessionOptions()
    # Its log is no part of what we say: all that is wrong with a file comes as an exception as well.
    options.log_severity_level = 4
    if not optimize:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises classes of its own that it does not export
        line = (str(error).splitlines() or ["no reason given"])[0][:300]
        raise BuildError(f"onnxruntime refuses {what}: {line}") from error


# What onnxruntime calls the types of inputs.
TYPES = {"tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(float16)": np.float16}


def fitted(session: onnxruntime.InferenceSession, feeds: Feeds) -> Feeds:
    """The same numbers in the types that the model takes: lowering makes floats of bytes and of other floats."""
    wanted = {value.name: TYPES.get(value.type) for value in session.get_inputs()}
    return {
        name: array if (dtype := wanted.get(name)) is None else array.astype(dtype, copy=False)
        for name, array in feeds.items()
    }


def run_session(session: onnxruntime.InferenceSession, feeds: Feeds, what: str) -> list[Array]:
    """The outputs for `feeds`; `BuildError` where onnxruntime cannot, which the message says of `what`."""
    try:
        outputs: list[Array] = session.run(None, dict(feeds))
    except Exception as error:  # onnxruntime raises classes of its own that it does not export
        shapes = ", ".join(f"{name} {list(array.shape)}" for name, array in feeds.items())
        line = (str(error).splitlines() or [type(error).__name__])[0][:200]
        raise BuildError(
            f"onnxruntime could not run {what} with {shapes}: {line}; give other shapes to try it with by"
            " --sample-shape, or inputs that mean something by --feeds"
        ) from error
    return outputs
