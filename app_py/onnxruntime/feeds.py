"""Checking what a caller feeds to a model, with onnxruntime's words, before anything crosses to an engine."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from .errors import InvalidArgument, InvalidCall, InvalidType
from .held import HeldValue
from .onnx_header import ValueInfo
from .tensor_types import BY_TENSOR, STRING, array_type_name
from .tensor_types import Array as Array

Feed = Array | HeldValue
"""What an engine is fed: numbers from here, or a value that it holds."""


def check_feeds(inputs: Sequence[ValueInfo], feeds: Mapping[str, Any]) -> list[Feed]:
    """The feeds for `inputs`, in that order: dense, C-contiguous and little-endian, copied only where they were not.

    Raises `InvalidArgument` for a missing or unknown name and for a wrong type, rank or size. NaN and infinities are
    values like any other, as in onnxruntime.
    """
    if not isinstance(feeds, Mapping):
        raise InvalidArgument(f"The feeds must be a dict of input name to array, not {_type_name(feeds)}.")
    names = [value.name for value in inputs]
    if names != list(feeds):
        _check_names(names, feeds)
    return [_check_feed(value, feeds[value.name]) for value in inputs]


def _check_names(names: Sequence[str], feeds: Mapping[str, Any]) -> None:
    missing = [name for name in names if name not in feeds]
    if missing:
        raise InvalidArgument(f"Required inputs ({missing}) are missing from input feed ({list(feeds)}).")
    for name in feeds:
        if name not in names:
            raise InvalidArgument(f"Invalid input name: {name}. The model's inputs are {', '.join(names)}.")


def check_output_names(outputs: Sequence[ValueInfo], asked: "Iterable[str] | None") -> tuple[str, ...]:
    """The outputs to return: all for None or an empty list; `InvalidArgument` for a name the model does not have."""
    names = tuple(value.name for value in outputs)
    if asked is None:
        return names
    if isinstance(asked, str):
        raise InvalidType(f"The output names must be a list of names or None, not the string '{asked}'.")
    if not isinstance(asked, Iterable):
        raise InvalidType(f"The output names must be a list of names or None, not {_type_name(asked)}.")
    wanted = tuple(asked)
    if not all(isinstance(name, str) for name in wanted):
        raise InvalidType(f"The output names must be a list of names or None, not {list(wanted)}.")
    for name in wanted:
        if name not in names:
            raise InvalidArgument(f"Invalid output name: {name}. The model's outputs are {', '.join(names)}.")
    return wanted or names


def _check_feed(value: ValueInfo, given: Any) -> Feed:
    if isinstance(given, HeldValue):
        _check_type(value, given.type)
        _check_shape(value, given.shape)
        return given
    if value.type == STRING:
        return _check_strings(value, given)
    if isinstance(given, np.ndarray):
        # Masks and matrices are numpy's own, and have other rules for shapes.
        array: Array = np.asarray(given)
    elif given is None:
        raise InvalidArgument(f"The feed for input '{value.name}' is None; expected an array, {value.type}.")
    else:
        array = _to_array(value, given)
    _check_type(value, array_type_name(array))
    _check_shape(value, array.shape)
    if array.flags.c_contiguous and array.dtype.isnative:
        return array
    return np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<")).reshape(array.shape)


def _check_type(value: ValueInfo, actual: str) -> None:
    if actual != value.type:
        kind = InvalidCall if actual.startswith("numpy.") else InvalidArgument
        remedy = f" Convert it with array.astype(numpy.{BY_TENSOR[value.type].dtype})." if value.type != STRING else ""
        raise kind(
            f"Unexpected input data type for input '{value.name}'. Actual: ({actual}) , expected: ({value.type})."
            f"{remedy}"
        )


def _check_strings(value: ValueInfo, given: Any) -> Array:
    array = given if isinstance(given, np.ndarray) else np.asarray(given, dtype=object)
    if array.dtype.kind == "V" and array.dtype.names is None:
        array = np.array([element.tobytes() for element in array.flat], dtype=object).reshape(array.shape)
    if array.dtype.kind not in "USO" or not all(isinstance(text, str | bytes) for text in array.flat):
        raise InvalidArgument(
            f"Unexpected input data type for input '{value.name}'. Actual: ({array_type_name(array)}) , "
            f"expected: ({value.type}). Give an array of str."
        )
    _check_shape(value, array.shape)
    texts = [_to_text(value, text) for text in array.flat]
    return np.array(texts, dtype=object).reshape(array.shape)


def _to_text(value: ValueInfo, given: str | bytes) -> str:
    try:
        text = given if isinstance(given, str) else given.decode()
    except UnicodeDecodeError as error:
        raise InvalidArgument(f"Input '{value.name}' holds bytes that are no UTF-8: {given!r}.") from error
    if "\0" in text:
        raise InvalidArgument(
            f"Input '{value.name}' holds a string with a NUL, at which the engines of a browser end it: {text!r}."
        )
    return text


def _to_array(value: ValueInfo, given: Any) -> Array:
    try:
        return np.asarray(given, dtype=BY_TENSOR[value.type].dtype)
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidCall(
            f"The feed for input '{value.name}' is {_type_name(given)}; expected an array, {value.type}."
        ) from error


def _check_shape(value: ValueInfo, shape: tuple[int, ...]) -> None:
    if value.shape is None or shape == value.shape:
        return
    if len(shape) != len(value.shape):
        raise InvalidArgument(
            f"Invalid rank for input: {value.name} Got: {len(shape)} Expected: {len(value.shape)}. "
            f"The model takes {_shape_text(value)}."
        )
    wrong = [
        f"index: {axis} Got: {got} Expected: {expected}"
        for axis, (got, expected) in enumerate(zip(shape, value.shape, strict=True))
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
