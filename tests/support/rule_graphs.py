"""Small graphs in ONNX's text, and what the compiler makes of them: for the tests of rules and passes."""

from collections.abc import Sequence
from typing import Any

import onnx
import onnx_ir as ir

from build.compiler.lowering import attempt, lower
from build.compiler.passes.cleanup import remove_unused
from build.compiler.rules.base import LoweringRule
from build.compiler.targets.catalogue import find_target
from build.compiler.targets.target import Step
from build.compiler.verify.against_source import TOLERANCE, verify_against_source
from build.compiler.verify.feeds import Inputs

PICTURE = "float[1,2,4,6] x"


def model(opset: int, signature: str, body: str) -> ir.Model:
    """A graph of one operator set, e.g. `(float[2] x) => (float[2] y)` and `y = Relu (x)`."""
    text = f'<ir_version: 8, opset_import: ["" : {opset}]> g {signature} {{ {body} }}'
    return ir.from_proto(onnx.parser.parse_model(text))


def inferred(body: str, inputs: str = PICTURE, opset: int = 13) -> ir.Model:
    """A graph whose shapes are known as far as ONNX's inference tells them; `y` is its output."""
    return ir.from_proto(onnx.shape_inference.infer_shapes(ir.to_proto(model(opset, f"({inputs}) => (y)", body))))


def node_of(op: str, body: str, inputs: str = PICTURE, opset: int = 13) -> ir.Node:
    """The first node of that operator in such a graph."""
    return next(node for node in inferred(body, inputs, opset).graph if node.op_type == op)


def ints(name: str, *values: int) -> str:
    """A constant list of int64."""
    return f"{name} = Constant <value = int64[{len(values)}] {{{','.join(map(str, values))}}}> () "


def floats(name: str, shape: str, *values: float) -> str:
    """A constant of float32; no shape stands for a single number."""
    return f"{name} = Constant <value = float{f'[{shape}]' if shape else ''} {{{','.join(map(str, values))}}}> () "


def noise(name: str, shape: str, count: int) -> str:
    """A constant of numbers from -0.55 to 0.65 that do not repeat with the sides of a kernel."""
    return floats(name, shape, *(round(k % 13 / 10 - 0.55, 2) for k in range(count)))


def lowered(
    source: ir.Model, target: str, step: str, count: int = 1, ranges: Sequence[tuple[float, float]] | None = None
) -> onnx.ModelProto:
    """The lowered graph, in which a step changed something so many times and which computes the same."""
    result = lower(source, find_target(target))
    assert result.counts[step] == count, dict(result.counts)
    inputs = Inputs() if ranges is None else Inputs(ranges=tuple(ranges))
    difference, span = verify_against_source(source, result.to_bytes(), {}, inputs=inputs)
    assert difference.maximum <= TOLERANCE * span
    return onnx.load_from_string(result.to_bytes())


def operators(proto: onnx.ModelProto) -> list[str]:
    """The operators of a graph in their order."""
    return [node.op_type for node in proto.graph.node]


def attributes(proto: onnx.ModelProto, op: str) -> dict[str, object]:
    """The attributes of the only node of that operator."""
    (node,) = (node for node in proto.graph.node if node.op_type == op)
    return {attribute.name: onnx.helper.get_attribute_value(attribute) for attribute in node.attribute}


def reason(source: ir.Model, target: str, operator: str) -> str:
    """Why an operator cannot be lowered."""
    problems = {problem.op_type: problem.reason for problem in attempt(source, find_target(target)).problems}
    return problems[operator]


def applied(rule: LoweringRule[Any], source: ir.Model, count: int = 1) -> ir.Model:
    """The graph after a rule alone, which replaced so many nodes; what it leaves behind is removed."""
    assert Step("alone", "", (rule,)).apply(source).count == count
    remove_unused(source)
    return source


def value_shapes(graph: ir.Model, op: str) -> list[list[object]]:
    """What is known of the sides of each node's result, for the nodes of one operator."""
    nodes = [node for node in graph.graph if node.op_type == op]
    return [[side if isinstance(side, int) else side.value for side in node.outputs[0].shape or ()] for node in nodes]
