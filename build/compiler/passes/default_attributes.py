"""Attributes that older operator sets do not know -> gone, where they have their default and so change nothing."""

import onnx
import onnx_ir as ir

from build.compiler.passes.applied import Applied, GraphPass


def drop_unknown_defaults(opset: int) -> GraphPass:
    """A step that drops what the schemas of `opset` lack."""

    def step(model: ir.Model) -> Applied:
        written_in = model.graph.opset_imports.get("", opset)
        return Applied.times(sum(_drop(node, written_in, opset) for node in model.graph if node.domain == ""))

    return step


def _drop(node: ir.Node, written_in: int, opset: int) -> int:
    old, new = schema(node.op_type, opset), schema(node.op_type, written_in)
    if old is None or new is None:
        return 0
    unknown = [name for name in node.attributes if name not in old.attributes and name in new.attributes]
    dropped = [name for name in unknown if _is_default(node.attributes[name], new.attributes[name])]
    for name in dropped:
        del node.attributes[name]
    return len(dropped)


def schema(op_type: str, opset: int) -> onnx.defs.OpSchema | None:
    """The schema of a standard operator as of `opset`, or None where it does not exist."""
    try:
        return onnx.defs.get_schema(op_type, opset, "")
    except onnx.defs.SchemaError:
        return None


def _is_default(attribute: ir.Attr, declared: onnx.defs.OpSchema.Attribute) -> bool:
    default = onnx.helper.get_attribute_value(declared.default_value) if declared.default_value.name else None
    value = attribute.value
    if isinstance(default, bytes):
        default = default.decode()
    # Without a declared default the specification's text gives one: all ones, for dilations and strides.
    if default is None:
        return bool(attribute.type == ir.AttributeType.INTS and all(side == 1 for side in value))
    return bool(value == default)
