"""What is wrong with an ONNX model by ONNX's own rules, asked of its checker and of onnxruntime."""

import re
from collections.abc import Iterable, Iterator

import onnx
from google.protobuf.message import Message

from build.common.errors import BuildError

STANDARD = ("", "ai.onnx")
# A domain of which the checker knows nothing, for operators that it finds too old and engines run.
RETIRED = "retired"
GROUPED = ("Conv", "ConvTranspose")


def graphs_of(proto: onnx.ModelProto) -> Iterator[onnx.GraphProto]:
    """The graph and all graphs within its nodes and functions."""
    yield proto.graph
    for nodes in (proto.graph.node, *(function.node for function in proto.functions)):
        yield from _subgraphs(nodes)


def nodes_of(proto: onnx.ModelProto) -> Iterator[onnx.NodeProto]:
    """All nodes, those of subgraphs and functions included."""
    for nodes in (*(graph.node for graph in graphs_of(proto)), *(function.node for function in proto.functions)):
        yield from nodes


def _subgraphs(nodes: Iterable[onnx.NodeProto]) -> Iterator[onnx.GraphProto]:
    for node in nodes:
        for attribute in node.attribute:
            for graph in (*([attribute.g] if attribute.HasField("g") else []), *attribute.graphs):
                yield graph
                yield from _subgraphs(graph.node)


def text_fault_of(message: Message) -> str | None:
    """A name or another text of the model, or of a part of it, that is none; who reads it later would fail."""
    for field, value in message.ListFields():
        parts = [value] if isinstance(value, str | bytes | Message) else value
        if field.type == field.TYPE_MESSAGE:
            fault = next(filter(None, map(text_fault_of, parts)), None)
            if fault is not None:
                return fault
        elif field.type == field.TYPE_STRING and any(isinstance(part, bytes) for part in parts):
            return f"its {field.name} is not in UTF-8"
    if isinstance(message, onnx.AttributeProto) and message.type == message.STRING and not _is_text(message.s):
        return f"the value of its attribute {message.name} is not in UTF-8"
    return None


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def fault_of(proto: onnx.ModelProto) -> str | None:
    """Which rule of ONNX the model breaks, or None. What onnx's checker minds and engines run is no fault."""
    for value in (*proto.graph.input, *proto.graph.output):
        if not value.HasField("type"):
            return f"it declares no type for {value.name}"
    lenient = onnx.ModelProto()
    lenient.CopyFrom(proto)
    # Files of older IR versions must list weights among the inputs, and engines do not insist.
    lenient.ir_version = max(lenient.ir_version, 4)
    return form_fault(lenient) or _group_fault(proto) or _agreed(inference_fault(proto), proto)


def form_fault(proto: onnx.ModelProto) -> str | None:
    """What onnx's checker finds wrong with nodes and names, or None."""
    try:
        onnx.checker.check_model(_without_what_engines_run(proto))
    except Exception as error:  # the checker raises more than its own class, all of it about the model
        return one_line(error)
    return None


def inference_fault(proto: onnx.ModelProto) -> str | None:
    """What does not fit together of shapes, types and values, as far as onnx can tell, or None."""
    try:
        onnx.shape_inference.infer_shapes(proto, check_type=True, strict_mode=True, data_prop=True)
    except Exception as error:  # what is wrong in a graph comes as errors of many classes
        return one_line(error)
    return None


def one_line(error: BaseException) -> str:
    """What onnx said first, without its line breaks and the names of its own classes."""
    while error.__cause__ is not None:
        error = error.__cause__
    said = re.sub(r"\[\w+InferenceError\] |Inference error\(s\): |==> Context: ", "", str(error))
    return " ".join(said.split())[:300] or type(error).__name__


def _without_what_engines_run(proto: onnx.ModelProto) -> onnx.ModelProto:
    """A copy in which the checker finds nothing to mind but what engines would mind, too."""
    copy = onnx.ModelProto()
    copy.CopyFrom(proto)
    copy.graph.name = copy.graph.name or "graph"
    opset = _standard_opset(copy)
    declared = {entry.domain for entry in copy.opset_import}
    copy.opset_import.extend(
        onnx.helper.make_opsetid(domain, opset) for domain in (*STANDARD, RETIRED) if domain not in declared
    )
    for value in (*copy.graph.input, *copy.graph.output):
        if value.type.HasField("tensor_type"):
            value.type.tensor_type.shape.SetInParent()
    for node in nodes_of(copy):
        if node.domain in STANDARD:
            node.domain = RETIRED if _is_retired(node.op_type, opset) else ""
    return copy


def _standard_opset(proto: onnx.ModelProto) -> int:
    versions = [entry.version for entry in proto.opset_import if entry.domain in STANDARD]
    return versions[0] if versions else 1


def _is_retired(op_type: str, opset: int) -> bool:
    try:
        return bool(onnx.defs.get_schema(op_type, opset, "").deprecated)
    except onnx.defs.SchemaError:
        return False


def _group_fault(proto: onnx.ModelProto) -> str | None:
    """A convolution in groups that its channels do not divide into, which onnx's inference does not look at."""
    sides = {tensor.name: list(tensor.dims) for graph in graphs_of(proto) for tensor in graph.initializer}
    constants = [node for node in nodes_of(proto) if node.op_type == "Constant"]
    sides |= {node.output[0]: list(attribute.t.dims) for node in constants for attribute in node.attribute}
    for node in nodes_of(proto):
        if node.domain in STANDARD and node.op_type in GROUPED:
            groups = next((attribute.i for attribute in node.attribute if attribute.name == "group"), 1)
            channels = (sides.get(node.input[1]) or [0])[0]
            if groups < 1 or channels % groups:
                return f"a {node.op_type} has its {channels or 'unknown number of'} channels in {groups} groups"
    return None


def _agreed(fault: str | None, proto: onnx.ModelProto) -> str | None:
    """A fault that onnx's inference finds, where onnxruntime refuses the model, too: onnx errs at times."""
    if fault is None:
        return None
    from build.compiler.verify.session import start_session  # onnxruntime, which most files do without

    try:
        start_session(proto.SerializeToString(), "the model")
    except BuildError:
        return fault
    return None
