"""Operators that a target lacks -> the definitions that ONNX itself gives for them.

ONNX defines many operators by others (HardSwish, Mish, Gelu, ...). Such a definition becomes a function of the model,
which the inliner then writes out. Those whose definition overflows, or that lack one in older opsets, have a rule.
"""

from collections.abc import Collection
from typing import Any

import onnx
import onnx_ir as ir
from onnx_ir.passes import common

from build.compiler.passes.applied import Applied, GraphPass
from build.compiler.passes.default_attributes import schema
from build.compiler.passes.prepare import declared_opset, fold, infer_shapes

# What these mean depends on the opset of the file; the rules read all others by their form.
AMBIGUOUS = ("Softmax", "LogSoftmax", "Hardmax")
DOMAIN = "expanded"


def expand_functions(kept: Collection[str]) -> GraphPass:
    """A step that writes out operators that have a definition and are not in `kept`."""

    def step(model: ir.Model) -> Applied:
        count = 0
        # A definition may use operators that have to be written out themselves.
        while found := _expand_once(model, kept):
            count += found
            infer_shapes(model)
            fold(model)
        return Applied.times(count)

    return step


def _expand_once(model: ir.Model, kept: Collection[str]) -> int:
    opset = declared_opset(model)
    calls = 0
    for index, node in enumerate(model.graph):
        if node.domain or node.op_type in kept:
            continue
        body = _definition(node, opset)
        if body is None:
            continue
        body.name, body.domain = f"{node.op_type}_{index}", DOMAIN
        _set_opset(body, opset)
        try:
            function = ir.serde.deserialize_function(body)
        except ir.serde.SerdeError:
            continue
        model.functions[function.identifier()] = function
        node.domain, node.op_type = DOMAIN, body.name
        calls += 1
    if calls:
        model.graph.opset_imports[DOMAIN] = 1
        common.InlinePass()(model)
        model.graph.opset_imports.pop(DOMAIN, None)
    return calls


def _definition(node: ir.Node, opset: int) -> onnx.FunctionProto | None:
    """ONNX's definition of this node, or None where there is none. The node gets its defaults, which it refers to.

    Many definitions came years after their operators, which did not change meanwhile: the oldest one that has the
    node's inputs and attributes is taken.
    """
    for version in range(opset, onnx.defs.onnx_opset_version() + 1):
        declared = schema(node.op_type, version)
        if declared is None or declared.since_version not in (version, schema_version(node.op_type, opset)):
            continue
        if set(node.attributes) - set(declared.attributes) or len(node.inputs) > declared.max_input:
            return None
        body = _body(node, declared)
        if body is not None:
            if any(inner.op_type in AMBIGUOUS for inner in body.node):
                return None
            _fill_defaults(node, declared)
            return body
    return None


def _set_opset(body: onnx.FunctionProto, opset: int) -> None:
    """Declare the opset of the file, as the inliner demands: no operator of `AMBIGUOUS` meaning is in the body."""
    for entry in body.opset_import:
        if entry.domain == "":
            entry.version = opset


def schema_version(op_type: str, opset: int) -> int:
    """The version in which the operator of `opset` was introduced, or 0."""
    declared = schema(op_type, opset)
    return 0 if declared is None else declared.since_version


def _body(node: ir.Node, declared: Any) -> onnx.FunctionProto | None:
    # `Any`: onnx's type stubs lack what follows.
    if declared.has_function:
        return _function(declared.function_body.SerializeToString())
    if not declared.has_context_dependent_function:
        return None
    types = [_type_bytes(value) for value in node.inputs]
    if any(one is None for one in types):
        return None
    call = ir.serde.serialize_node(node).SerializeToString()
    return _function(declared.get_context_dependent_function(call, types))


def _function(data: bytes) -> onnx.FunctionProto:
    proto = onnx.FunctionProto()
    proto.ParseFromString(data)
    return proto


def _fill_defaults(node: ir.Node, declared: onnx.defs.OpSchema) -> None:
    for name, attribute in declared.attributes.items():
        if name not in node.attributes and attribute.default_value.name:
            node.attributes.add(ir.serde.deserialize_attribute(attribute.default_value))


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
