"""`SparseTensor` by onnxruntime's name, in Python's memory. No engine of a browser is fed one.

Source of the formats: onnxruntime/core/framework/sparse_tensor.h
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .devices import check_cpu
from .errors import InvalidCall
from .tensor_types import Array, array_type_name


class OrtSparseFormat(enum.IntEnum):
    """How the places of the values are told."""

    ORT_SPARSE_UNDEFINED = 0
    ORT_SPARSE_COO = 1
    ORT_SPARSE_CSRC = 2
    ORT_SPARSE_BLOCK_SPARSE = 4


@dataclass(frozen=True)
class SparseCooView:
    """Coordinates: int64, `[count]` in the flattened tensor or `[count, 2]`."""

    _indices: Array

    def indices(self) -> Array:
        return self._indices


@dataclass(frozen=True)
class SparseCsrcView:
    """Compressed rows: int64, the columns `[count]`, and `[rows + 1]` where each row begins among them."""

    _inner: Array
    _outer: Array

    def inner(self) -> Array:
        return self._inner

    def outer(self) -> Array:
        return self._outer


@dataclass(frozen=True)
class SparseTensor:
    """A tensor of which only some values are kept. Its arrays cannot be written."""

    _shape: tuple[int, ...]
    _values: Array
    _view: SparseCooView | SparseCsrcView

    @staticmethod
    def sparse_coo_from_numpy(
        dense_shape: Sequence[int], values: Array, coo_indices: Array, ort_device: Any
    ) -> "SparseTensor":
        check_cpu(ort_device)
        return SparseTensor(tuple(dense_shape), _frozen(values), SparseCooView(_indices(coo_indices)))

    @staticmethod
    def sparse_csr_from_numpy(
        dense_shape: Sequence[int], values: Array, inner_indices: Array, outer_indices: Array, ort_device: Any
    ) -> "SparseTensor":
        check_cpu(ort_device)
        view = SparseCsrcView(_indices(inner_indices), _indices(outer_indices))
        return SparseTensor(tuple(dense_shape), _frozen(values), view)

    def values(self) -> Array:
        return self._values

    def as_coo_view(self) -> SparseCooView:
        if not isinstance(self._view, SparseCooView):
            raise InvalidCall("The sparse tensor is not in COO format.")
        return self._view

    def as_csrc_view(self) -> SparseCsrcView:
        if not isinstance(self._view, SparseCsrcView):
            raise InvalidCall("The sparse tensor is not in CSR(C) format.")
        return self._view

    def to_cuda(self, ort_device: Any) -> "SparseTensor":
        """Never possible: raises `RuntimeError`."""
        check_cpu(ort_device)
        raise InvalidCall("There is no CUDA device in a browser.")

    def format(self) -> OrtSparseFormat:
        coo = isinstance(self._view, SparseCooView)
        return OrtSparseFormat.ORT_SPARSE_COO if coo else OrtSparseFormat.ORT_SPARSE_CSRC

    def dense_shape(self) -> list[int]:
        return list(self._shape)

    def data_type(self) -> str:
        return f"sparse_{array_type_name(self._values)}"

    def device_name(self) -> str:
        return "cpu"


def _frozen(array: Array) -> Array:
    if not isinstance(array, np.ndarray):
        raise InvalidCall(f"A sparse tensor's values are a numpy array, not a {type(array).__name__}.")
    copy = np.array(array)
    copy.flags.writeable = False
    return copy


def _indices(array: Array) -> Array:
    if np.asarray(array).dtype != np.int64:
        raise InvalidCall("The indices of a sparse tensor are of int64.")
    return _frozen(array)
