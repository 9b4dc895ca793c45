"""Operators that a target lacks -> the definitions that ONNX itself gives for them.

ONNX defines many operators by others (HardSwish, Mish, Gelu, LayerNormalization, ReduceL2, ...). Such a definition
becomes a function of the model, which the inliner then writes out.
"""

from collections.abc import Callable, Collection
from typing import Any

import onnx
import onnx_ir as ir
from onnx_ir.passes import common

from build.rules.default_attributes import schema
from build.rules.prepare import declared_opset, fold, infer_shapes

# Their own rules do better than their definitions.
KEPT = ("Softmax", "Clip", "PRelu", "Dropout", "Range", "Resize")


def expand_functions(supported: Collection[str]) -> Callable[[ir.Model], int]:
    """A step that writes out operators that are not in `supported` and have a definition."""

    def step(model: ir.Model) -> int:
        count = 0
        # A definition may use operators that have to be written out themselves.
        while found := _expand_once(model, supported):
            count += found
            infer_shapes(model)
            fold(model)
        return count

    return step


def _expand_once(model: ir.Model, supported: Collection[str]) -> int:
    opset = declared_opset(model)
    calls = 0
    for index, node in enumerate(model.graph):
        if node.domain or node.op_type in supported or node.op_type in KEPT:
            continue
        body = _definition(node, opset)
        if body is None:
            continue
        body.name, body.domain = f"{node.op_type}_{index}", "expanded"
        function = ir.serde.deserialize_function(body)
        model.functions[function.identifier()] = function
        node.domain, node.op_type = "expanded", body.name
        calls += 1
    if calls:
        model.graph.opset_imports["expanded"] = 1
        common.InlinePass()(model)
        model.graph.opset_imports.pop("expanded", None)
    return calls


def _definition(node: ir.Node, opset: int) -> onnx.FunctionProto | None:
    """ONNX's definition of this node in operators of `opset`, or None where there is none."""
    declared = schema(node.op_type, opset)
    if declared is None:
        return None
    # onnx's type stubs lack what follows.
    lax: Any = declared
    if lax.has_function:
        return _readable(lax.function_body, opset)
    if not lax.has_context_dependent_function:
        return None
    types = [_type_bytes(value) for value in node.inputs]
    if any(one is None for one in types):
        return None
    call = ir.serde.serialize_node(node).SerializeToString()
    return _readable(onnx.FunctionProto.FromString(lax.get_context_dependent_function(call, types)), opset)


def _readable(proto: onnx.FunctionProto, opset: int) -> onnx.FunctionProto | None:
    """A copy that imports `opset`, or None where its operators mean something else there."""
    for entry in proto.opset_import:
        if entry.domain == "":
            if any(not _same_meaning(node.op_type, entry.version, opset) for node in proto.node):
                return None
            entry.version = opset
    return proto


def _same_meaning(op_type: str, one: int, other: int) -> bool:
    first, second = schema(op_type, one), schema(op_type, other)
    return first is not None and second is not None and first.since_version == second.since_version


def _type_bytes(value: ir.Value | None) -> bytes | None:
    if value is None:
        return b""
    if value.type is None:
        return None
    proto = onnx.TypeProto()
    ir.serde.serialize_type_into(proto, value.type)
    if value.shape is not None:
        ir.serde.serialize_shape_into(proto, value.shape)
    data: bytes = proto.SerializeToString()
    return data
