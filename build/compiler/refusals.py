"""Files that hold no valid graph, and graphs that a target cannot take whatever is done: one sentence for each."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import onnx_ir as ir
from google.protobuf.message import DecodeError

from build.common.errors import BuildError
from build.common.file_kind import mistaken_for
from build.compiler.targets.operators import key_of
from build.compiler.targets.target import Target
from build.compiler.validity import STANDARD, fault_of, graphs_of, nodes_of, one_line, text_fault_of

QUANTIZED = (
    "QuantizeLinear",
    "DequantizeLinear",
    "DynamicQuantizeLinear",
    "QLinearConv",
    "QLinearMatMul",
    "ConvInteger",
    "MatMulInteger",
)
CONTROL_FLOW = ("If", "Loop", "Scan")


def load_graph(path: Path) -> ir.Model:
    """Read an ONNX file, its external data included. `BuildError` says in one sentence what is wrong with it.

    Sparse weights come as dense ones, which mean the same. What is returned keeps the rules of ONNX, so that whatever
    reads its nodes later need not doubt them.
    """
    proto = _read_proto(path)
    _open_sides(proto)
    garbled = text_fault_of(proto)
    if garbled is not None:
        raise BuildError(f"{path.name} is a damaged ONNX model: {garbled}")
    for tensor in _tensors(proto):
        if tensor.data_location == onnx.TensorProto.EXTERNAL:
            _check_external(path, tensor)
    try:
        onnx.load_external_data_for_model(proto, str(path.parent))
        _make_dense(proto)
        fault = fault_of(proto)
        model = ir.from_proto(proto) if fault is None else None
    except Exception as error:  # damaged protobufs fail in many ways, all of them the file's fault
        raise BuildError(f"{path.name} is a damaged ONNX model: {one_line(error)}") from error
    if model is None:
        raise BuildError(f"{path.name} is not a valid ONNX model: {fault}; export it again")
    return model


def _read_proto(path: Path) -> onnx.ModelProto:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BuildError(f"{path} cannot be read: {error.strerror or error}") from error
    mistaken = mistaken_for(data)
    if mistaken is not None:
        raise BuildError(f"{path.name} is not an ONNX file: it {mistaken}")
    proto = onnx.ModelProto()
    try:
        proto.ParseFromString(data)
    except DecodeError as error:
        raise BuildError(f"{path.name} is not an ONNX file; expected a serialized ModelProto (.onnx)") from error
    if not proto.HasField("graph") or not proto.opset_import or not proto.ir_version:
        raise BuildError(f"{path.name} is not an ONNX file; it has no graph or declares no operator set")
    if not proto.graph.node:
        raise BuildError(f"{path.name} holds a graph without any node")
    return proto


def _open_sides(proto: onnx.ModelProto) -> None:
    """Sides below 1 -> open ones: older TensorFlow and PaddlePaddle write -1, some exporters 0."""
    for value in (*proto.graph.input, *proto.graph.output):
        for side in value.type.tensor_type.shape.dim if value.type.HasField("tensor_type") else ():
            if side.HasField("dim_value") and side.dim_value < 1:
                side.ClearField("dim_value")
    negative = [
        value
        for value in proto.graph.value_info
        if any(side.HasField("dim_value") and side.dim_value < 0 for side in value.type.tensor_type.shape.dim)
    ]
    for value in negative:
        proto.graph.value_info.remove(value)


def _tensors(proto: onnx.ModelProto) -> Iterator[onnx.TensorProto]:
    for graph in graphs_of(proto):
        yield from graph.initializer
    for node in nodes_of(proto):
        yield from (attribute.t for attribute in node.attribute if attribute.HasField("t"))


def _make_dense(proto: onnx.ModelProto) -> None:
    """Sparse initializers and Constants -> dense ones."""
    for graph in graphs_of(proto):
        graph.initializer.extend(_dense(sparse) for sparse in graph.sparse_initializer)
        graph.ClearField("sparse_initializer")
    for node in nodes_of(proto):
        for attribute in node.attribute:
            if attribute.HasField("sparse_tensor"):
                attribute.CopyFrom(onnx.helper.make_attribute("value", _dense(attribute.sparse_tensor)))


def _dense(sparse: onnx.SparseTensorProto) -> onnx.TensorProto:
    """The same numbers under the same name, zeros written out."""
    onnx.checker.check_sparse_tensor(sparse)
    values, indices = (onnx.numpy_helper.to_array(part) for part in (sparse.values, sparse.indices))
    dense = np.zeros(sparse.dims, values.dtype)
    if indices.ndim == 1:
        dense.flat[indices] = values
    else:
        dense[tuple(indices.T)] = values
    return onnx.numpy_helper.from_array(dense, sparse.values.name)


def _check_external(path: Path, tensor: onnx.TensorProto) -> None:
    location = {entry.key: entry.value for entry in tensor.external_data}.get("location", "")
    folder = path.parent.resolve()
    file = (folder / location).resolve()
    if not file.is_relative_to(folder):
        raise BuildError(f"{path.name} keeps {tensor.name} in {location}, outside its own folder; that is not followed")
    if not file.is_file():
        raise BuildError(f"{path.name} keeps {tensor.name} in the external file {location}, which is not beside it")


def general_refusal(node: ir.Node, target: Target) -> str | None:
    """Why this node cannot be lowered to anything that `target` runs, or None."""
    if node.domain not in STANDARD:
        if key_of(node) in target.operators:
            return None
        return f"it belongs to the domain {node.domain}, of which {target.name} has no {node.op_type}"
    if node.op_type in target.operators:
        return _type_refusal(node, target)
    if node.op_type in QUANTIZED:
        return f"it computes with quantized integers, and {target.name} lacks such kernels; lower the float model"
    if node.op_type in CONTROL_FLOW:
        return "it branches or loops while the model runs; export the model with the branch or the count fixed"
    return _type_refusal(node, target)


def _type_refusal(node: ir.Node, target: Target) -> str | None:
    """A target holds sequences and strings where it has operators that are for nothing else."""
    values = [value for value in (*node.inputs, *node.outputs) if value is not None]
    if "SequenceAt" not in target.operators and any(
        isinstance(value.type, ir.SequenceType | ir.OptionalType) for value in values
    ):
        return f"it works on sequences or optional values, and {target.name} takes tensors only"
    if "StringNormalizer" not in target.operators and any(value.dtype == ir.DataType.STRING for value in values):
        return f"it works on strings, and {target.name} takes numbers only"
    return None
