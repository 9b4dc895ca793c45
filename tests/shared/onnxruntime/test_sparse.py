"""Sparse tensors in Python's memory, as onnxruntime's."""

import numpy as np
import pytest

from app_py.onnxruntime.devices import OrtDevice
from app_py.onnxruntime.errors import InvalidCall
from app_py.onnxruntime.ort_value import OrtValue
from app_py.onnxruntime.sparse import OrtSparseFormat, SparseTensor

CPU = OrtDevice()
VALUES = np.array([1.5, 2.5], np.float32)
COLUMNS, ROWS = np.array([1, 0], np.int64), np.array([0, 1, 2], np.int64)


def test_compressed_rows() -> None:
    tensor = SparseTensor.sparse_csr_from_numpy([2, 3], VALUES, COLUMNS, ROWS, CPU)
    assert (tensor.format(), tensor.dense_shape(), tensor.device_name()) == (
        OrtSparseFormat.ORT_SPARSE_CSRC,
        [2, 3],
        "cpu",
    )
    assert tensor.values().tolist() == [1.5, 2.5]
    assert tensor.as_csrc_view().inner().tolist() == [1, 0]
    assert tensor.as_csrc_view().outer().tolist() == [0, 1, 2]
    with pytest.raises(InvalidCall, match="not in COO format"):
        tensor.as_coo_view()
    for inner, outer in ((COLUMNS.astype(np.int32), ROWS), (COLUMNS, ROWS.astype(np.int32))):
        with pytest.raises(InvalidCall, match="of int64"):
            SparseTensor.sparse_csr_from_numpy([2, 3], VALUES, inner, outer, CPU)


def test_its_numbers_are_its_own() -> None:
    given = VALUES.copy()
    tensor = SparseTensor.sparse_coo_from_numpy([9], given, COLUMNS, CPU)
    given[:] = 0
    assert tensor.values().tolist() == [1.5, 2.5]
    for kept in (tensor.values(), tensor.as_coo_view().indices()):
        with pytest.raises(ValueError, match="read-only"):
            kept[0] = 3


@pytest.mark.parametrize("device", [OrtDevice("cuda"), CPU])
def test_no_other_device_has_one(device: OrtDevice) -> None:
    tensor = SparseTensor.sparse_coo_from_numpy([9], VALUES, COLUMNS, CPU)
    with pytest.raises(RuntimeError, match=r"CPU holds all values|no CUDA device"):
        tensor.to_cuda(device)


def test_other_devices_are_refused() -> None:
    cuda = OrtDevice("cuda")
    with pytest.raises(InvalidCall, match="the CPU holds all values"):
        SparseTensor.sparse_coo_from_numpy([9], VALUES, COLUMNS, cuda)
    with pytest.raises(InvalidCall, match="the CPU holds all values"):
        SparseTensor.sparse_csr_from_numpy([2, 3], VALUES, COLUMNS, ROWS, cuda)


def test_formats_have_onnxruntimes_numbers() -> None:
    assert [int(kind) for kind in OrtSparseFormat] == [0, 1, 2, 4]


def test_a_value_that_is_one_says_so() -> None:
    value = OrtValue.ort_value_from_sparse_tensor(SparseTensor.sparse_coo_from_numpy([9], VALUES, COLUMNS, CPU))
    assert (value.is_sparse_tensor(), value.is_tensor(), value.has_value()) == (True, False, True)
    assert value.data_type() == "sparse_tensor(float)"
