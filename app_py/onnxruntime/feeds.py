"""Checking what a caller feeds to a model, with onnxruntime's words, before anything crosses to an engine."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from . import engines
from .errors import InvalidArgument
from .onnx_header import ValueInfo
from .tensor_types import BY_TENSOR, STRING, array_type_name

Array = npt.NDArray[Any]


def check_feeds(inputs: Sequence[ValueInfo], feeds: Mapping[str, Any]) -> list[Array]:
    """The arrays for `inputs`, in that order: dense, C-contiguous and little-endian, copied only where they were not.

    Raises `InvalidArgument` for a missing or unknown name and for a wrong type, rank or size. NaN and infinities are
    values like any other, as in onnxruntime.
    """
    if not isinstance(feeds, Mapping):
        raise InvalidArgument(f"The feeds must be a dict of input name to array, not {_type_name(feeds)}.")
    missing = [value.name for value in inputs if value.name not in feeds]
    if missing:
        raise InvalidArgument(f"Required inputs ({missing}) are missing from input feed ({list(feeds)}).")
    names = [value.name for value in inputs]
    for name in feeds:
        if name not in names:
            raise InvalidArgument(f"Invalid input name: {name}. The model's inputs are {', '.join(names)}.")
    return [_check_feed(value, feeds[value.name]) for value in inputs]


def check_limits(provider: str, inputs: Sequence[ValueInfo], arrays: Sequence[Array]) -> None:
    """Refuse values with which an engine computes nonsense silently, though ONNX allows them."""
    engine, complete = engines.get(provider), engines.complete().id
    for value, array in zip(inputs, arrays, strict=True):
        if value.type == STRING and not engine.holds_strings:
            raise InvalidArgument(
                f"Input '{value.name}' holds strings, which {provider} cannot; use the provider {complete}."
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


def check_output_names(outputs: Sequence[ValueInfo], asked: "Iterable[str] | None") -> tuple[str, ...]:
    """The outputs to return: all for None or an empty list; `InvalidArgument` for a name the model does not have."""
    names = tuple(value.name for value in outputs)
    if isinstance(asked, str):
        raise InvalidArgument(f"The output names must be a list of names or None, not the string '{asked}'.")
    wanted = tuple(asked or ())
    for name in wanted:
        if name not in names:
            raise InvalidArgument(f"Invalid output name: {name}. The model's outputs are {', '.join(names)}.")
    return wanted or names


def _check_feed(value: ValueInfo, given: Any) -> Array:
    if value.type == STRING:
        return _check_strings(value, given)
    expected = BY_TENSOR[value.type]
    if isinstance(given, np.ndarray):
        array: Array = given
    elif given is None:
        raise InvalidArgument(f"The feed for input '{value.name}' is None; expected an array, {value.type}.")
    else:
        array = _to_array(value, given)
    if array_type_name(array) != value.type:
        raise InvalidArgument(
            f"Unexpected input data type for input '{value.name}'. Actual: ({array_type_name(array)}) , "
            f"expected: ({value.type}). Convert it with array.astype(numpy.{expected.dtype})."
        )
    _check_shape(value, array)
    return np.ascontiguousarray(array, dtype=expected.dtype.newbyteorder("<")).reshape(array.shape)


def _check_strings(value: ValueInfo, given: Any) -> Array:
    array = given if isinstance(given, np.ndarray) else np.asarray(given, dtype=object)
    if array.dtype.kind not in "USO" or not all(isinstance(text, str | bytes) for text in array.flat):
        raise InvalidArgument(
            f"Unexpected input data type for input '{value.name}'. Actual: ({array_type_name(array)}) , "
            f"expected: ({value.type}). Give an array of str."
        )
    _check_shape(value, array)
    texts = [text.decode() if isinstance(text, bytes) else str(text) for text in array.flat]
    return np.array(texts, dtype=object).reshape(array.shape)


def _to_array(value: ValueInfo, given: Any) -> Array:
    try:
        return np.asarray(given, dtype=BY_TENSOR[value.type].dtype)
    except (TypeError, ValueError) as error:
        raise InvalidArgument(
            f"The feed for input '{value.name}' is {_type_name(given)}; expected an array, {value.type}."
        ) from error


def _check_shape(value: ValueInfo, array: Array) -> None:
    if value.shape is None:
        return
    if array.ndim != len(value.shape):
        raise InvalidArgument(
            f"Invalid rank for input: {value.name} Got: {array.ndim} Expected: {len(value.shape)}. "
            f"The model takes {_shape_text(value)}."
        )
    wrong = [
        f"index: {axis} Got: {got} Expected: {expected}"
        for axis, (got, expected) in enumerate(zip(array.shape, value.shape, strict=True))
        if isinstance(expected, int) and expected >= 0 and got != expected
    ]
    if wrong:
        raise InvalidArgument(
            f"Got invalid dimensions for input: {value.name} for the following indices: {'; '.join(wrong)}. "
            f"The model takes {_shape_text(value)}."
        )


def _shape_text(value: ValueInfo) -> str:
    axes = ", ".join("?" if axis is None else str(axis) for axis in value.shape or ())
    return f"{value.type} [{axes}]"


def _type_name(value: object) -> str:
    return f"a {type(value).__name__}"
