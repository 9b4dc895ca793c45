"""Why a node of a lowered graph does not run on a target."""

from dataclasses import dataclass

import onnx
import onnx_ir as ir

from build.compiler.passes.default_attributes import schema
from build.compiler.passes.prepare import declared_opset
from build.compiler.rules.reading import OtherRule, Refusal, is_shape_arithmetic
from build.compiler.targets.limits import limit_of
from build.compiler.targets.operators import key_of, supports
from build.compiler.targets.target import Target
from build.compiler.validity import STANDARD

# Which node of the source a node comes from. The rewriter and the inliner carry metadata over.
ORIGIN_TAG = "build.origin"
_AS_LAST = "only as the last thing that a graph computes, over a known side, can it be made of what there is"
# Where a pass, rather than a rule, would have helped.
HINTS = {"ArgMax": _AS_LAST, "ArgMin": _AS_LAST}


@dataclass(frozen=True)
class Problem:
    """An operator of the source that the target cannot run, the reason, and how many nodes it concerns."""

    op_type: str
    reason: str
    count: int


def tag_origins(model: ir.Model) -> None:
    """Write down what every node is, before any of them is replaced."""
    for index, node in enumerate(model.graph.all_nodes()):
        node.metadata_props[ORIGIN_TAG] = f"{node.op_type} {index}"


def origin_of(node: ir.Node) -> str:
    """The operator that the node had in the source graph."""
    return _tag_of(node).split()[0]


def _tag_of(node: ir.Node) -> str:
    return node.metadata_props.get(ORIGIN_TAG, node.op_type)


def find_problems(model: ir.Model, target: Target) -> tuple[Problem, ...]:
    """Everything in `model`, after all rules, that `target` does not run, by the operators of the source."""
    opset = target.opset or declared_opset(model)
    nodes: dict[tuple[str, str], set[str]] = {}
    for node in model.graph.all_nodes():
        reason = problem_of(node, target, opset)
        if reason is not None:
            origin = origin_of(node)
            told = reason if origin == node.op_type else f"written out with {node.op_type}: {reason}"
            nodes.setdefault((origin, told), set()).add(_tag_of(node))
    return tuple(Problem(origin, reason, len(tags)) for (origin, reason), tags in nodes.items())


def problem_of(node: ir.Node, target: Target, opset: int) -> str | None:
    """Why `target` does not run `node` in a file of `opset`, or None where it does."""
    if node.op_type in target.removed_by_engine:
        return None
    if node.domain not in STANDARD:
        version = 1 if node.graph is None else node.graph.opset_imports.get(node.domain, 1)
        return None if supports(target.operators, key_of(node), version) else _lacking(node, target)
    if not supports(target.operators, node.op_type, opset):
        return _lacking(node, target)
    return _wrong_form(node, target, opset) or limit_of(node, target)


def _lacking(node: ir.Node, target: Target) -> str:
    """The target lacks the operator: what the rules for it say, or that there is none."""
    said = refusals(node, target)
    if is_shape_arithmetic(node):
        return "it computes with sides that are known only while the model runs; --size or --shape fixes them"
    versions = ", ".join(map(str, target.operators.get(key_of(node), ())))
    has = f"has it in opset {versions} only" if versions else "does not have it"
    return f"{target.name} {has}, and " + ("; ".join(said) or HINTS.get(node.op_type, "no rule replaces it"))


def refusals(node: ir.Node, target: Target) -> list[str]:
    """What the target's rules for this operator say about `node`, each once."""
    said: list[str] = []
    for step in target.steps:
        for rule in step.rules:
            if rule.op_type == node.op_type:
                try:
                    rule.plan(node)
                except OtherRule:
                    continue
                except Refusal as refusal:
                    if str(refusal) not in said:
                        said.append(str(refusal))
    return said


def _wrong_form(node: ir.Node, target: Target, opset: int) -> str | None:
    """The operator is there, but this node uses inputs or attributes that `opset` does not have."""
    declared = schema(node.op_type, opset)
    if declared is None:
        return f"ONNX has no {node.op_type} at opset {opset}"
    given = len(node.inputs)
    if not declared.min_input <= given <= declared.max_input:
        said = "; ".join(refusals(node, target)) or f"no rule turns {given} inputs into attributes"
        return f"it has {given} inputs, at opset {opset} it has {declared.max_input} at most, and {said}"
    if len(node.outputs) > declared.max_output:
        made = [value for value in node.outputs[declared.max_output :] if value.uses() or value.is_graph_output()]
        if made:
            return f"its output {node.outputs.index(made[0])} is read, and at opset {opset} there is none"
    unknown = [name for name in node.attributes if name not in declared.attributes]
    if unknown:
        value = node.attributes[unknown[0]].value
        said = "".join(f"; {reason}" for reason in refusals(node, target))
        return f"its {unknown[0]}={value} does not exist at opset {opset}, which is what the target reads{said}"
    return _wrong_type(node, declared, opset)


def _wrong_type(node: ir.Node, declared: onnx.defs.OpSchema, opset: int) -> str | None:
    """An input of a type that the operator did not take at `opset`."""
    allowed = {constraint.type_param_str: constraint.allowed_type_strs for constraint in declared.type_constraints}
    for index, value in enumerate(node.inputs):
        formal = declared.inputs[min(index, len(declared.inputs) - 1)]
        types = allowed.get(formal.type_str, [formal.type_str])
        if value is None or not isinstance(value.type, ir.TensorType):
            continue
        name = onnx.helper.tensor_dtype_to_string(int(value.type.dtype)).split(".")[-1].lower()
        if f"tensor({name})" not in types:
            return f"it computes with {name}, which {node.op_type} took only after opset {opset}, the target's"
    return None
