"""What ONNX.js cannot do although its table lists the operator; the conformance tests show it as well."""

import onnx_ir as ir

from build.rules.auto_pad_to_pads import SLIDING
from build.rules.grouped_conv_to_dense import is_depthwise
from build.rules.reading import constant, int_attribute, ints_attribute, string_attribute
from build.targets.target import Target

UNKNOWN_TYPES = (
    ir.DataType.FLOAT16,
    ir.DataType.BFLOAT16,
    ir.DataType.DOUBLE,
    ir.DataType.UINT32,
    ir.DataType.UINT64,
    ir.DataType.INT64,
)
ARITHMETIC = ("Add", "Sub", "Mul", "Div", "Sum", "MatMul", "Gemm", "Conv", "Neg", "Relu")
DEPTHWISE_SINCE = "0.1.8"


def limit_of(node: ir.Node, target: Target) -> str | None:
    """Why `target` fails on this node in particular, or None."""
    if target.engine != "onnxjs":
        return None
    return (
        _type_limit(node)
        or _shape_limit(node)
        or _input_limit(node)
        or _padding_limit(node, target)
        or _scale_limit(node, target)
        or _group_limit(node, target)
    )


def _type_limit(node: ir.Node) -> str | None:
    if node.op_type not in ARITHMETIC:
        return None
    for value in (*node.inputs, *node.outputs):
        if value is not None and value.dtype in UNKNOWN_TYPES:
            return f"it computes with {value.dtype.name.lower()}, and ONNX.js computes with float32 and int32"
    whole = [value for value in node.inputs if value is not None and value.dtype == ir.DataType.INT32]
    if whole and node.op_type == "Div":
        return "it divides integers, which ONNX.js's wasm and webgl backends refuse"
    return None


def _shape_limit(node: ir.Node) -> str | None:
    if node.op_type in SLIDING:
        kernel = ints_attribute(node, "kernel_shape")
        weights = node.inputs[1] if node.op_type == "Conv" and len(node.inputs) > 1 else None
        sides = len(kernel) if kernel else (len(weights.shape) - 2 if weights is not None and weights.shape else 2)
        if sides != 2:
            return f"its kernel has {sides} axes, and ONNX.js slides over two (pictures) only"
    if node.op_type == "MatMul" and any(
        v is not None and v.shape is not None and len(v.shape) < 2 for v in node.inputs
    ):
        return "it multiplies by a vector, which ONNX.js refuses or gets wrong"
    return None


def _padding_limit(node: ir.Node, target: Target) -> str | None:
    if node.op_type in SLIDING and string_attribute(node, "auto_pad", "NOTSET").startswith("SAME"):
        return "its auto_pad depends on the picture's size, and ONNX.js pads on the wrong side; --size fixes it"
    pads = ints_attribute(node, "pads") or []
    if node.op_type == "Pad" and min(pads, default=0) < 0 and "wasm" in target.backends:
        return "it cuts off (its pads are negative), which ONNX.js' wasm backend gets wrong; use Slice"
    return None


def _scale_limit(node: ir.Node, target: Target) -> str | None:
    attribute = node.attributes.get("scales")
    if node.op_type != "Upsample" or attribute is None or target.backends == ("cpu",):
        return None
    scales = list(attribute.as_floats())
    if any(scale != round(scale) for scale in scales):
        return f"its scales {scales} are not whole numbers, and ONNX.js' wasm and WebGL backends sample beside them"
    if string_attribute(node, "mode", "nearest") == "linear" and any(scale != 1 for scale in scales[:-2]):
        return "it interpolates between channels, which ONNX.js' wasm and WebGL backends get wrong"
    return None


def _group_limit(node: ir.Node, target: Target) -> str | None:
    groups = int_attribute(node, "group", 1)
    current = target.version == DEPTHWISE_SINCE
    if node.op_type != "Conv" or groups == 1 or (current and "webgl" not in target.backends):
        return None
    weights = constant(node.inputs[1])
    if current and weights is not None and is_depthwise(weights.shape, groups):
        return None
    what = "ONNX.js' WebGL backend gets wrong" if current else f"ONNX.js {target.version} gets wrong or refuses"
    return f"its channels are in groups, which {what}"


def _input_limit(node: ir.Node) -> str | None:
    if node.op_type != "Gemm":
        return None
    if len(node.inputs) < 3:
        return "it has no third input, and ONNX.js fails without one"
    bias = constant(node.inputs[2])
    if bias is not None and bias.ndim == 0:
        return "its bias is a single number, which ONNX.js refuses"
    return None
