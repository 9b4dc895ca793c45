"""Graphs that no target of ours can take, whatever its operators: each refused with one sentence."""

from pathlib import Path

import onnx
import onnx_ir as ir
from google.protobuf.message import DecodeError

from build.errors import BuildError

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
    """Read an ONNX file, its external data included. `BuildError` says in one sentence what is wrong with it."""
    proto = _read_proto(path)
    for tensor in _tensors(proto):
        if tensor.data_location == onnx.TensorProto.EXTERNAL:
            _check_external(path, tensor)
    try:
        onnx.load_external_data_for_model(proto, str(path.parent))
        model = ir.from_proto(proto)
    except Exception as error:  # damaged protobufs fail in many ways, all of them the file's fault
        raise BuildError(f"{path.name} is a damaged ONNX model: {_first_line(error)}") from error
    if not list(model.graph):
        raise BuildError(f"{path.name} holds a graph without any node")
    return model


def _read_proto(path: Path) -> onnx.ModelProto:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BuildError(f"{path} cannot be read: {error.strerror or error}") from error
    proto = onnx.ModelProto()
    try:
        proto.ParseFromString(data)
    except DecodeError as error:
        raise BuildError(f"{path.name} is not an ONNX file; expected a serialized ModelProto (.onnx)") from error
    if not proto.HasField("graph") or not proto.opset_import or not proto.ir_version:
        raise BuildError(f"{path.name} is not an ONNX file; it has no graph or declares no operator set")
    return proto


def _tensors(proto: onnx.ModelProto) -> list[onnx.TensorProto]:
    attributes = [attribute.t for node in proto.graph.node for attribute in node.attribute if attribute.HasField("t")]
    return [*proto.graph.initializer, *attributes]


def _check_external(path: Path, tensor: onnx.TensorProto) -> None:
    location = {entry.key: entry.value for entry in tensor.external_data}.get("location", "")
    folder = path.parent.resolve()
    file = (folder / location).resolve()
    if not file.is_relative_to(folder):
        raise BuildError(f"{path.name} keeps {tensor.name} in {location}, outside its own folder; that is not followed")
    if not file.is_file():
        raise BuildError(f"{path.name} keeps {tensor.name} in the external file {location}, which is not beside it")


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


def general_refusal(node: ir.Node) -> str | None:
    """Why this node cannot be lowered to anything, or None."""
    if node.domain not in ("", "ai.onnx"):
        return f"it belongs to the domain {node.domain}, and browser engines know the standard operators only"
    if node.op_type in QUANTIZED:
        return (
            "it computes with quantized integers, and the target has floating-point kernels only; lower the float model"
        )
    if node.op_type in CONTROL_FLOW:
        return "it branches or loops while the model runs; export the model with the branch or the count fixed"
    for value in (*node.inputs, *node.outputs):
        if value is not None and isinstance(value.type, ir.SequenceType | ir.OptionalType):
            return "it works on sequences or optional values; browser engines take tensors only"
        if value is not None and value.dtype == ir.DataType.STRING:
            return "it works on strings; browser engines take numbers only"
    return None
