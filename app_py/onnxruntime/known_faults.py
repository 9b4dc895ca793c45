"""What engines are known to compute wrongly in silence, refused before it happens."""

from collections.abc import Sequence

import numpy as np

from . import engines
from .errors import Fail, InvalidArgument
from .errors import NotImplemented as Unsupported
from .feeds import Array, Feed
from .onnx_header import OnnxHeader, ValueInfo
from .tensor_types import STRING

_ADDS_UP = frozenset(
    {"Add", "Sub", "Mul", "MatMul", "Gemm", "Pow", "Sum", "ReduceSum", "ReduceProd", "CumSum", "Neg", "Range"}
)
"""Operators whose results may need more than 32 bits though their inputs do not."""


def check_model(provider: str, header: OnnxHeader) -> None:
    """Refuse models of which an engine is known to compute something else."""
    engine = engines.get(provider)
    opset = header.opsets.get("ai.onnx", header.opsets.get("", 0))
    if engine.newest_opset and opset > engine.newest_opset:
        raise Fail(
            "The model's {what} {found} is too new for this engine, which knows up to {newest}. "
            "Save the model with an older one.",
            what="opset",
            found=opset,
            newest=engine.newest_opset,
            code="model-too-new",
        )
    wide = ("tensor(int64)", "tensor(uint64)")
    adds_up = any(name in _ADDS_UP for _, name in header.operators)
    long_in, long_out = (any(value.type in wide for value in values) for values in (header.inputs, header.outputs))
    if not engine.holds_64_bits and adds_up and long_in and long_out:
        raise Unsupported(
            "NOT_IMPLEMENTED : {engine} computes 64-bit integers in 32 bits, so that sums and products may be wrong; "
            "use the provider {complete}.",
            engine=engine.title,
            complete=engines.complete().id,
            code="unsupported-type",
        )


def check_values(provider: str, inputs: Sequence[ValueInfo], feeds: Sequence[Feed]) -> None:
    """Refuse values with which an engine computes nonsense, though ONNX allows them."""
    engine = engines.get(provider)
    if engine.holds_everything:
        return
    for value, feed in zip(inputs, feeds, strict=True):
        if isinstance(feed, np.ndarray):
            _check_array(engine, value, feed)


def _check_array(engine: engines.Engine, value: ValueInfo, array: Array) -> None:
    complete = engines.complete().id
    if value.type == STRING and not engine.holds_strings:
        raise InvalidArgument(
            f"Input '{value.name}' holds strings, which {engine.id} cannot; use the provider {complete}."
        )
    if array.dtype.kind in "iu" and array.dtype.itemsize == 8 and not engine.holds_64_bits and _exceeds(array):
        raise InvalidArgument(
            f"Input '{value.name}' holds numbers beyond 32 bits, which {engine.title} cannot; use the provider "
            f"{complete}."
        )
    if array.size == 0 and not engine.holds_empty:
        raise InvalidArgument(
            f"Input '{value.name}' of shape {array.shape} has a zero-size axis, which {engine.title} cannot hold; "
            f"use the provider {complete}."
        )
    if not engine.holds_non_finite and array.dtype.kind == "f" and not np.isfinite(array).all():
        raise InvalidArgument(
            f"Input '{value.name}' holds NaN or infinity, which {engine.api} does not carry reliably; use the "
            f"provider {complete}, or numpy.nan_to_num."
        )


def _exceeds(array: Array) -> bool:
    limits = np.iinfo(np.int32)
    return bool(array.size) and (int(array.max()) > limits.max or int(array.min()) < limits.min)
