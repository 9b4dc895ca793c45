"""What ONNX.js cannot do although its table lists the operator; the conformance tests show much of it as well."""

import math

import onnx_ir as ir

from build.compiler.rules.attributes.auto_pad_to_pads import SLIDING
from build.compiler.rules.convolutions.grouped_conv_to_dense import is_depthwise
from build.compiler.rules.reading import (
    Refusal,
    constant,
    int_attribute,
    ints_attribute,
    is_shape_arithmetic,
    opset_of,
    required_input,
    string_attribute,
)
from build.compiler.rules.resizing.resize_to_upsample import read_scales, upsample_fault
from build.compiler.rules.slice_windows import read_window
from build.compiler.targets.target import Target

# What version 0.1.8 learned: depthwise convolutions, and to count from the end in Gather.
CURRENT = "0.1.8"
PICTURE_AXES = 4
MOST_AXES = 6
# onnxruntime's WebGPU kernels that refuse to make their further outputs.
ONE_OUTPUT = ("MaxPool", "LayerNormalization", "BatchNormalization")
# Before this opset Softmax works over all axes from its own on.
FLATTENING = 13

# Where a backend computes with other numbers than float32 what ONNX means. Measured, operator by operator, on 0.1.8.
_WHOLE_NUMBERS = frozenset(
    {
        *("Abs", "ArgMax", "Concat", "Flatten", "Gather", "Neg", "Squeeze", "Tile", "Unsqueeze", "Upsample"),
        *("ReduceMax", "ReduceMin", "ReduceProd", "ReduceSum", "ReduceSumSquare"),
    }
)
WHOLE_NUMBERS = {
    "webgl": frozenset(("Greater", "Less")),
    "wasm": _WHOLE_NUMBERS,
    "cpu": _WHOLE_NUMBERS | {"Add", "Mul", "PRelu", "Sub"},
}
TRUTHS = frozenset(("And", "Concat", "Flatten", "Not", "Or", "Split", "Squeeze", "Unsqueeze", "Upsample", "Xor"))
# Which backends of 0.1.8 compute an operator right for one picture at a time alone.
ONE_PICTURE = {"Conv": ("cpu",), "LRN": ("wasm", "cpu")}
# From which input on an operator reads indices and sides rather than numbers to compute with.
INDICES = {"Gather": 1, "Reshape": 1, "Tile": 1}


def limit_of(node: ir.Node, target: Target) -> str | None:
    """Why `target` fails on this node in particular, or None."""
    if target.engine != "onnxjs":
        return _webgpu_limit(node) if "webgpu" in target.backends else None
    return (
        _rank_limit(node)
        or _type_limit(node, target)
        or _shape_limit(node)
        or _input_limit(node)
        or _padding_limit(node)
        or _position_limit(node, target)
        or _group_limit(node, target)
        or _batch_limit(node, target)
        or (_shader_limit(node, target) if "webgl" in target.backends else None)
    )


def _webgpu_limit(node: ir.Node) -> str | None:
    """What onnxruntime's WebGPU kernels throw on while the model runs; nothing falls back to the processor then."""
    read = [index for index, value in enumerate(node.outputs) if index and (value.uses() or value.is_graph_output())]
    if read and node.op_type in ONE_OUTPUT:
        return f"its output {read[0]} is read, and onnxruntime's WebGPU kernel makes the first one alone"
    if node.op_type == "BatchNormalization" and int_attribute(node, "training_mode", 0):
        return "it normalizes by the batch (training mode), and onnxruntime's WebGPU kernel cannot"
    if node.op_type == "Resize" and int_attribute(node, "antialias", 0):
        return "it has antialias, and onnxruntime's WebGPU kernel does not; export it without"
    rank = _rank(node.inputs[0]) if node.op_type == "Softmax" and node.inputs[0] is not None else None
    if rank and opset_of(node) < FLATTENING and int_attribute(node, "axis", 1) not in (-1, rank - 1):
        return "it works over several axes, and onnxruntime's WebGPU kernel takes the last one"
    return None


def _rank_limit(node: ir.Node) -> str | None:
    ranks = [_rank(value) or 0 for value in (*node.inputs, *node.outputs) if value is not None]
    if max(ranks, default=0) > MOST_AXES:
        return f"it works on a tensor of {max(ranks)} axes, and ONNX.js knows {MOST_AXES}"
    if node.op_type == "BatchNormalization" and ranks[0] not in (0, PICTURE_AXES):
        return f"it normalizes a tensor of {ranks[0]} axes, and ONNX.js takes pictures [N,C,H,W]"
    return None


def _type_limit(node: ir.Node, target: Target) -> str | None:
    for value in node.inputs[: INDICES.get(node.op_type)]:
        dtype = None if value is None else value.dtype
        if dtype is not None and not _computes(node.op_type, dtype, target):
            if is_shape_arithmetic(node):
                return "it computes with sides that are known only while the model runs; --size or --shape fixes them"
            return f"it computes with {dtype.name.lower()}, for which {target.name} has no {node.op_type}"
    return None


def _computes(op_type: str, dtype: ir.DataType, target: Target) -> bool:
    if dtype in (ir.DataType.INT32, ir.DataType.INT64):
        return all(op_type in WHOLE_NUMBERS[backend] for backend in target.backends)
    return dtype == ir.DataType.FLOAT or (dtype == ir.DataType.BOOL and op_type in TRUTHS)


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


def _padding_limit(node: ir.Node) -> str | None:
    if node.op_type in SLIDING and string_attribute(node, "auto_pad", "NOTSET").startswith("SAME"):
        return "its auto_pad depends on the picture's size, and ONNX.js pads on the wrong side; --size fixes it"
    return None


def _position_limit(node: ir.Node, target: Target) -> str | None:
    """Elements that are counted or sampled where the engine finds others."""
    try:
        if node.op_type == "Slice":
            read_window(node)
        if node.op_type == "Upsample":
            return upsample_fault(string_attribute(node, "mode", "nearest"), read_scales(node))
    except Refusal as refusal:
        return str(refusal)
    if node.op_type == "Gather" and target.version != CURRENT:
        indices = constant(required_input(node, 1))
        if indices is not None and indices.min(initial=0) < 0:
            return f"it counts from the end of an unknown side, and ONNX.js {target.version} cannot; --size fixes it"
    return None


def _group_limit(node: ir.Node, target: Target) -> str | None:
    groups = int_attribute(node, "group", 1)
    current = target.version == CURRENT
    if node.op_type != "Conv" or groups == 1 or (current and "webgl" not in target.backends):
        return None
    weights = constant(node.inputs[1])
    if current and weights is not None and is_depthwise(weights.shape, groups):
        return None
    what = "ONNX.js' WebGL backend gets wrong" if current else f"ONNX.js {target.version} gets wrong or refuses"
    return f"its channels are in groups, which {what}"


def _batch_limit(node: ir.Node, target: Target) -> str | None:
    backends = [name for name in ONE_PICTURE.get(node.op_type, ()) if name in target.backends]
    if not backends or target.version != CURRENT:
        return None
    # What a rule made may have no shape of its own; its result has that of the node which it replaced.
    shapes = [value.shape for value in (required_input(node), node.outputs[0]) if value.shape is not None]
    pictures = max((side for side in (shape[0] for shape in shapes) if isinstance(side, int)), default=1)
    if pictures > 1:
        return (
            f"it takes {pictures} pictures at once, and ONNX.js' {backends[0]} backend gets all but the first wrong;"
            " give one at a time"
        )
    return None


def _input_limit(node: ir.Node) -> str | None:
    if node.op_type != "Gemm":
        return None
    if len(node.inputs) < 3:
        return "it has no third input, and ONNX.js fails without one"
    bias = constant(node.inputs[2])
    if bias is not None and bias.ndim == 0:
        return "its bias is a single number, which ONNX.js refuses"
    return None


def _shader_limit(node: ir.Node, target: Target) -> str | None:
    """What the text of a WebGL program cannot say."""
    for name, attribute in node.attributes.items():
        if attribute.type == ir.AttributeType.FLOAT and not math.isfinite(attribute.as_float()):
            return f"its {name} is {attribute.as_float()}, which no shader can write"
    if node.op_type == "Conv" and _is_computed(required_input(node, 1)):
        return "its weights are computed while the model runs, which ONNX.js' WebGL backend gets wrong"
    if node.op_type == "Gather" and _rank(required_input(node, 1)) == 0:
        return "its index is a single number, and ONNX.js' WebGL backend takes lists"
    axes = _rank(required_input(node))
    if node.op_type == "InstanceNormalization" and axes not in (None, PICTURE_AXES):
        return f"it normalizes a tensor of {axes} axes, and ONNX.js' WebGL backend takes pictures [N,C,H,W]"
    if target.version != CURRENT and _rank(node.outputs[0]) == 0:
        return f"it makes a single number, and ONNX.js {target.version} has textures for lists only"
    return None


def _is_computed(kernel: ir.Value) -> bool:
    """Whether a kernel is laid out by whatever makes or reads it before Conv does."""
    return constant(kernel) is None and (kernel.producer() is not None or len(kernel.uses()) > 1)


def _rank(value: ir.Value) -> int | None:
    return None if value.shape is None else len(value.shape)
