"""Values that do not depend on the picture: constants, and what is computed from a style vector.

They are numpy arrays here, not part of the plan: constants are folded while planning, and scale and shift of a style
are computed once for each style.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app_py.kernels.onnx_graph import Node

Array = NDArray[Any]
Feeds = Mapping[str, Array]

PROBES = 2
"""Feeds on which equality of two computed values is tried."""


@dataclass(frozen=True, eq=False)
class SmallValue:
    """`compute` gives the array for feeds of the small inputs; `probes` are its results for `PROBES` random feeds.

    What several values are computed from is computed once for a mapping of feeds, which must not change afterwards.
    """

    compute: Callable[[Feeds], Array]
    probes: tuple[Array, ...]
    constant: Array | None = None

    def same_as(self, other: "SmallValue") -> bool:
        """Whether both are equal for every feed, as far as the probes show."""
        pairs = [(a.reshape(-1), b.reshape(-1)) for a, b in zip(self.probes, other.probes, strict=True)]
        alike = all(a.size == b.size or 1 in (a.size, b.size) for a, b in pairs)
        return alike and all(np.allclose(a, b, rtol=1e-5, atol=1e-7) for a, b in pairs)


def constant(array: Any) -> SmallValue:
    value = np.asarray(array)
    return SmallValue(lambda feeds: value, (value,) * PROBES, value)


def small_input(name: str, shape: Sequence[int]) -> SmallValue:
    """An input of the model that is no picture."""
    probes = tuple(np.random.default_rng(seed).random(shape, np.float32) for seed in range(PROBES))
    return SmallValue(lambda feeds: feeds[name], probes)


def combine(function: Callable[..., Array], *values: SmallValue) -> SmallValue:
    """`function` of arrays, applied to values."""
    if all(value.constant is not None for value in values):
        return constant(function(*(value.constant for value in values)))
    known: tuple[Feeds, Array] | None = None

    def compute(feeds: Feeds) -> Array:
        nonlocal known
        if known is None or known[0] is not feeds:
            known = (feeds, function(*(value.compute(feeds) for value in values)))
        return known[1]

    return SmallValue(
        compute,
        tuple(function(*arrays) for arrays in zip(*(value.probes for value in values), strict=True)),
    )


def per_channel(value: SmallValue, channels: int, axis: int) -> SmallValue | None:
    """`[channels]` of a value that broadcasts over a picture of rank 4 along `axis`; None where it does not."""

    def spread(array: Array) -> Array:
        shape = [1] * (4 - array.ndim) + list(array.shape)
        if len(shape) != 4 or any(side != 1 for i, side in enumerate(shape) if i != axis):
            raise ValueError(shape)
        return np.broadcast_to(array.reshape(-1), (channels,))

    try:
        return combine(spread, value)
    except ValueError:
        return None


def _axes(node: Node, axes: "Array | None") -> tuple[int, ...] | None:
    listed = node.integers("axes") if axes is None else [int(axis) for axis in axes.reshape(-1)]
    return None if not listed else tuple(listed)


def _reshape(node: Node, x: Array, shape: Array) -> Array:
    wanted = [
        x.shape[i] if side == 0 and not node.integer("allowzero", 0) else int(side) for i, side in enumerate(shape)
    ]
    return x.reshape(wanted)


def _unsqueeze(node: Node, x: Array, axes: "Array | None" = None) -> Array:
    return np.expand_dims(x, _axes(node, axes) or ())


def _squeeze(node: Node, x: Array, axes: "Array | None" = None) -> Array:
    return np.squeeze(x, _axes(node, axes))


def _reduce(function: Callable[..., Array]) -> Callable[..., Array]:
    def reduce(node: Node, x: Array, axes: "Array | None" = None) -> Array:
        return function(x, axis=_axes(node, axes), keepdims=bool(node.integer("keepdims", 1)))

    return reduce


def _conv(node: Node, x: Array, weights: Array, bias: "Array | None" = None) -> Array:
    """A convolution of one pixel by a kernel of one pixel is a product of matrices."""
    if weights.shape[2:] != (1, 1) or x.shape[2:] != (1, 1) or any(node.integers("pads") or ()):
        raise ValueError("a convolution of a small input by other than 1 x 1")
    made: Array = np.einsum("nchw,oc->nohw", x, weights[:, :, 0, 0])
    return made if bias is None else made + bias.reshape(1, -1, 1, 1)


def _gemm(node: Node, a: Array, b: Array, c: "Array | None" = None) -> Array:
    left = a.T if node.integer("transA", 0) else a
    right = b.T if node.integer("transB", 0) else b
    made: Array = node.number("alpha", 1.0) * (left @ right)
    return made if c is None else made + node.number("beta", 1.0) * c


def _slice(node: Node, x: Array, *rest: Array) -> Array:
    named = ("starts", "ends", "axes", "steps")
    lists: list[Any] = [array.reshape(-1).tolist() for array in rest] or [node.integers(name) for name in named]
    starts, ends, axes, steps = [*lists, None, None, None, None][:4]
    axes = axes if axes is not None else list(range(len(starts or ())))
    index = [slice(None)] * x.ndim
    for i, axis in enumerate(axes):
        start, end, step = int((starts or [])[i]), int((ends or [])[i]), int(steps[i]) if steps else 1
        # An end before the first element counts from the end in Python, and is none in ONNX.
        index[axis] = slice(start, None if step < 0 and end < -x.shape[axis] else end, step)
    return x[tuple(index)]


def _gather(node: Node, x: Array, indices: Array) -> Array:
    return np.take(x, indices.astype(np.int64), axis=node.integer("axis", 0))


def _concat(node: Node, *parts: Array) -> Array:
    return np.concatenate(parts, axis=node.integer("axis", 0))


def _constant_of_shape(node: Node, shape: Array) -> Array:
    value = node.attributes.get("value", np.zeros(1, np.float32))
    return np.full([int(side) for side in shape], np.asarray(value).reshape(-1)[0])


_CAST = {1: np.float32, 6: np.int32, 7: np.int64, 10: np.float16, 11: np.float64}


def _cast(node: Node, x: Array) -> Array:
    return x.astype(_CAST[node.integer("to", 1)])


def _constant(node: Node) -> Array:
    for name in ("value", "value_float", "value_int", "value_floats", "value_ints"):
        if name in node.attributes:
            kind = np.int64 if name.startswith("value_int") else np.float32
            value = node.attributes[name]
            return value if isinstance(value, np.ndarray) else np.asarray(value, kind)
    raise ValueError("a constant of another kind")


def _softmax(node: Node, x: Array) -> Array:
    axis = node.integer("axis", -1)
    powers = np.exp(x - x.max(axis=axis, keepdims=True))
    made: Array = powers / powers.sum(axis=axis, keepdims=True)
    return made


def _divide(node: Node, a: Array, b: Array) -> Array:
    return a // b if a.dtype.kind in "iu" and b.dtype.kind in "iu" else a / b


OPERATORS: dict[str, Callable[..., Array]] = {
    "Add": lambda node, a, b: a + b,
    "Cast": _cast,
    "Concat": _concat,
    "Constant": _constant,
    "ConstantOfShape": _constant_of_shape,
    "Conv": _conv,
    "Div": _divide,
    "Dropout": lambda node, x, *rest: x,
    "Exp": lambda node, x: np.exp(x),
    "Flatten": lambda node, x: x.reshape(int(np.prod(x.shape[: node.integer("axis", 1)])), -1),
    "Gather": _gather,
    "Gemm": _gemm,
    "Identity": lambda node, x: x,
    "MatMul": lambda node, a, b: a @ b,
    "Mul": lambda node, a, b: a * b,
    "Neg": lambda node, x: -x,
    "Pow": lambda node, a, b: a**b,
    "Reciprocal": lambda node, x: 1 / x,
    "ReduceMean": _reduce(np.mean),
    "ReduceSum": _reduce(np.sum),
    "Relu": lambda node, x: np.maximum(x, 0),
    "Reshape": _reshape,
    "Sigmoid": lambda node, x: 1 / (1 + np.exp(-x)),
    "Slice": _slice,
    "Softmax": _softmax,
    "Sqrt": lambda node, x: np.sqrt(x),
    "Squeeze": _squeeze,
    "Sub": lambda node, a, b: a - b,
    "Tanh": lambda node, x: np.tanh(x),
    "Transpose": lambda node, x: np.transpose(x, node.integers("perm")),
    "Unsqueeze": _unsqueeze,
}
"""What may be computed of small values, as numpy does it: operator -> function of the node and its inputs' arrays."""
