"""A graph and a target -> a graph that the target runs, or the reasons why there is none."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

import onnx_ir as ir
from onnx_ir.passes import PassError, common
from onnxscript.rewriter import RULE_NAME_TAG

from build.common.errors import BuildError
from build.compiler.explain import Problem, find_problems, origin_of, tag_origins
from build.compiler.passes.cleanup import lift_constants
from build.compiler.passes.prepare import declared_opset, fix_size, infer_shapes
from build.compiler.passes.quiet import quiet
from build.compiler.refusals import general_refusal
from build.compiler.targets.steps import LIFT
from build.compiler.targets.target import Step, Target
from build.compiler.validity import fault_of, form_fault, inference_fault


@dataclass(frozen=True)
class Lowered:
    """The model as the target wants it, how often each step changed something, and what became of each operator.

    For an operator of the source, `lowered_by` has the names of the rules that replaced some of its nodes. `surviving`
    are the operators that came through as they were.
    """

    model: ir.Model
    counts: Mapping[str, int]
    lowered_by: Mapping[str, tuple[str, ...]]
    surviving: frozenset[str]
    problems: tuple[Problem, ...]

    def to_bytes(self) -> bytes:
        """The file's content."""
        return serialise(self.model)


def serialise(model: ir.Model) -> bytes:
    """The bytes of an ONNX file, without notes on inner values, which repeat what weights and nodes say."""
    proto = ir.to_proto(model)
    del proto.graph.value_info[:]
    data: bytes = proto.SerializeToString()
    return data


def lower(model: ir.Model, target: Target, sides: Mapping[str, tuple[int | None, ...]] | None = None) -> Lowered:
    """Lower a copy of `model`; `sides` fixes the shapes of inputs by name.

    Raises `BuildError`, naming operators and reasons, where something is left that the target does not support.
    """
    lowered = attempt(model, target, sides)
    if lowered.problems:
        lines = "; ".join(f"{problem.op_type} ({problem.count}): {problem.reason}" for problem in lowered.problems)
        raise BuildError(f"the model cannot be lowered for {target.name}: {lines}")
    return lowered


def attempt(model: ir.Model, target: Target, sides: Mapping[str, tuple[int | None, ...]] | None = None) -> Lowered:
    """Lower a copy of `model` as far as it goes; what is left over is in `problems`.

    This is all there is to know: `check` tells it, and `lower` writes what has no problems.
    """
    lowered = model.clone()
    _normalize_domains(lowered)
    fix_size(lowered, sides or {})
    tag_origins(lowered)
    with quiet():
        return _attempt(lowered, target)


def _attempt(model: ir.Model, target: Target) -> Lowered:
    refused = _refuse_open_sides(model, target) or _refuse_outputs(model, target)
    if refused:
        return Lowered(model, {}, {}, frozenset(), refused)
    hopeless = _refuse(model, target)
    try:
        counts = _run(target.stages.prepare, model)
    except Exception:
        if hopeless:  # onnx's own tools choke on what is refused anyway, each with errors of its own
            return Lowered(model, {}, {}, frozenset(), hopeless)
        raise
    # Only now: a branch whose condition folds is none, and what nobody reads is gone.
    hopeless = _refuse(model, target)
    if hopeless:
        return Lowered(model, {}, {}, frozenset(), hopeless)
    counts |= _run(target.stages.rules, model)
    lowered_by, surviving = _collect_origins(model)
    _declare_opset(model, target)
    # Inference tells shapes by name, and knows no Constant of whole numbers below opset 9.
    lifted = lift_constants(model).count
    common.NameFixPass()(model)
    infer_shapes(model)
    problems = (*find_problems(model, target), *_unknown_ranks(model, target), *_unplanned(model, target))
    counts |= _run(target.stages.finish, model)
    counts[LIFT] += lifted
    _declare_names(model, target)
    return Lowered(model, counts, lowered_by, surviving, problems or _faults(model, target))


def _run(steps: Sequence[Step], model: ir.Model) -> dict[str, int]:
    """How often each step replaced something."""
    return {step.name: _apply(step, model) for step in steps}


def _faults(model: ir.Model, target: Target) -> tuple[Problem, ...]:
    """What ONNX, or for onnxruntime's files onnxruntime, finds wrong with the lowered graph."""
    proto = ir.to_proto(model)
    fault = fault_of(proto) if target.opset is None else form_fault(proto) or inference_fault(proto)
    if fault is None:
        return ()
    named = re.search(r"op_type: ?(\w+)|OpType: ?(\w+)|for operator (\w+)", fault)
    op_type = next(filter(None, named.groups())) if named else "the graph"
    opset = model.graph.opset_imports.get("", 1)
    return (Problem(op_type, f"what is left of it breaks ONNX's rules at opset {opset}: {fault}", 1),)


def _apply(step: Step, model: ir.Model) -> int:
    try:
        return step.apply(model).count
    except PassError as error:
        raise BuildError(f"the step {step.name} cannot work on this graph: {_root(error)}") from error


def _root(error: BaseException) -> str:
    """The message of the error that started a chain."""
    while error.__cause__ is not None:
        error = error.__cause__
    return f"{type(error).__name__}: {error}"


def _refuse(model: ir.Model, target: Target) -> tuple[Problem, ...]:
    """Nodes that no rule can help, by operator. Calls of the model's own functions are not among them."""
    own = {(function.domain, function.name) for function in model.functions.values()}
    reasons = [
        (node.op_type, reason)
        for node in model.graph.all_nodes()
        if (node.domain, node.op_type) not in own and (reason := general_refusal(node, target)) is not None
    ]
    return tuple(Problem(op_type, reason, count) for (op_type, reason), count in Counter(reasons).items())


def _refuse_open_sides(model: ir.Model, target: Target) -> tuple[Problem, ...]:
    """Inputs whose size is not known, where the target must know it."""
    if target.symbolic:
        return ()
    inputs = [value for value in model.graph.inputs if value.name not in model.graph.initializers]
    unknown = [v for v in inputs if v.shape is None or not all(isinstance(side, int) for side in v.shape)]
    reason = f"its size is open, and {target.name} takes one fixed size; --size or --shape fixes it"
    return tuple(Problem(f"input {value.name}", reason, 1) for value in unknown)


def _refuse_outputs(model: ir.Model, target: Target) -> tuple[Problem, ...]:
    """Outputs that the target's loader does not take."""
    if target.opset is None:
        return ()
    reasons = [(value.name, _output_fault(model, value)) for value in model.graph.outputs]
    return tuple(
        Problem(f"output {name}", f"{reason}, and {target.engine} loads no such file; give it an output of its own", n)
        for (name, reason), n in Counter(reasons).items()
        if reason is not None
    )


def _output_fault(model: ir.Model, value: ir.Value) -> str | None:
    if value.is_graph_input():
        return "it is an input itself"
    times = sum(other.name == value.name for other in model.graph.outputs)
    return f"it is listed {times} times" if times > 1 else None


def _unknown_ranks(model: ir.Model, target: Target) -> tuple[Problem, ...]:
    """Inputs and outputs that a file for the target would have to declare, and of which not even the axes are known."""
    if target.opset is None:
        return ()  # the file stays what it was, and its engine takes it so
    sides = [("input", value) for value in model.graph.inputs] + [("output", value) for value in model.graph.outputs]
    reason = "how many axes it has is not known; --shape fixes the inputs, from which outputs follow"
    return tuple(Problem(f"{what} {value.name}", reason, 1) for what, value in sides if value.shape is None)


def _unplanned(model: ir.Model, target: Target) -> tuple[Problem, ...]:
    """What a planner says that takes a graph as a whole or not at all."""
    refusal = target.ask(serialise(model)) if target.ask is not None else None
    if refusal is None:
        return ()
    origins = {f"{node.op_type} '{node.name or node.outputs[0].name}'": origin_of(node) for node in model.graph}
    return (Problem(origins.get(refusal.node, "the graph"), refusal.sentence, 1),)


def _normalize_domains(model: ir.Model) -> None:
    """`ai.onnx` is another name of the standard domain, the empty string, by which onnx_ir knows its nodes already."""
    version = model.graph.opset_imports.pop("ai.onnx", None)
    if version is not None:
        model.graph.opset_imports.setdefault("", version)


def _collect_origins(model: ir.Model) -> tuple[Mapping[str, tuple[str, ...]], frozenset[str]]:
    """By operator of the source the rules that replaced nodes of it, and the operators that came through."""
    lowered_by: dict[str, set[str]] = {}
    surviving = set()
    for node in model.graph:
        rules = node.metadata_props.get(RULE_NAME_TAG)
        if rules:
            lowered_by.setdefault(origin_of(node), set()).update(name.strip() for name in rules.split(","))
        else:
            surviving.add(node.op_type)
    return {name: tuple(sorted(rules)) for name, rules in lowered_by.items()}, frozenset(surviving)


def _declare_opset(model: ir.Model, target: Target) -> None:
    """The versions that the target reads."""
    model.graph.opset_imports[""] = declared_opset(model) if target.opset is None else target.opset
    model.ir_version = target.ir_version


def _declare_names(model: ir.Model, target: Target) -> None:
    """Names that the target accepts."""
    model.graph.name = model.graph.name or "graph"
    fresh = _fresh_names(model, "v")
    for index, node in enumerate(model.graph):
        # ONNX.js refuses two nodes of one name. Names are a good part of a small file, so they are short.
        node.name = f"n{index}"
        for value in node.outputs:
            if not value.is_graph_output():
                value.name = next(fresh)
    if target.initializers_as_inputs:
        _shorten_weights(model)
        known = {value.name for value in model.graph.inputs}
        model.graph.inputs.extend(v for v in model.graph.initializers.values() if v.name not in known)


def _fresh_names(model: ir.Model, letter: str) -> Iterator[str]:
    """`letter` with numbers, without the names that stay: the graph's own and those within its branches and loops."""
    taken = {value.name for value in (*model.graph.inputs, *model.graph.outputs, *model.graph.initializers.values())}
    for graph in model.graph.subgraphs():
        taken |= {value.name for value in (*graph.inputs, *graph.initializers.values())}
        taken |= {value.name for node in graph for value in node.outputs}
    return (name for name in (f"{letter}{number}" for number in count()) if name not in taken)


def _shorten_weights(model: ir.Model) -> None:
    """Weights that are listed among the inputs have their names three times in the file. Outputs keep theirs."""
    weights = [value for value in model.graph.initializers.values() if not value.is_graph_output()]
    for value in weights:
        model.graph.initializers.pop(str(value.name))
    fresh = _fresh_names(model, "w")
    for value in weights:
        value.name = next(fresh)
        if value.const_value is not None:
            value.const_value.name = value.name
        model.graph.initializers.add(value)
