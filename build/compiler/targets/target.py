"""What a target is: an engine, its version and backend, what it supports, and the ordered steps that lower to it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import onnx_ir as ir
from onnxscript.rewriter import RewriteRule, RewriteRuleSet

from build.compiler.passes.applied import Applied, GraphPass
from build.compiler.rules.base import LoweringRule
from build.compiler.targets.operators import Operators


@dataclass(frozen=True)
class Step:
    """One stage of a lowering: either `rules` or `graph_pass`. `reason` says why it stands where it does."""

    name: str
    reason: str
    rules: tuple[LoweringRule[Any], ...] = ()
    graph_pass: GraphPass | None = None

    def apply(self, model: ir.Model) -> Applied:
        """Change `model` in place; returns whether it did, and how often something was replaced."""
        if self.graph_pass is not None:
            return self.graph_pass(model)
        present = {node.op_type for node in model.graph.all_nodes()}
        if not any(rule.op_type in present for rule in self.rules):
            return Applied(False)
        rules = [
            RewriteRule(rule.pattern, rule.rewrite, rule.check, name=rule.name, remove_nodes=False)
            for rule in self.rules
        ]
        return Applied.times(RewriteRuleSet(rules).apply_to_model(model))


@dataclass(frozen=True)
class Stages:
    """A lowering in order: `prepare` finds out all that can be known beforehand, `rules` replace what the target does
    not run, and `finish` tidies up what is left, which stays.
    """

    prepare: tuple[Step, ...]
    rules: tuple[Step, ...]
    finish: tuple[Step, ...]


@dataclass(frozen=True)
class PlanRefusal:
    """`node` is how the planner calls the node, "Conv 'name'"; empty where it is about the model as a whole."""

    node: str
    sentence: str


@dataclass(frozen=True)
class KnownBug:
    """What an engine gets wrong although its table lists the operators, and what lowering does about it.

    It concerns graphs that have all of `operators`; none means every graph.
    """

    what: str
    remedy: str
    operators: tuple[str, ...] = ()


@dataclass(frozen=True)
class Target:
    """One engine as published.

    A lowered file declares `opset` (None: that of the source) and `ir_version`. Files of up to `highest_opset` mean to
    the engine what they mean to ONNX: later opsets changed operators that its table still lists as open-ended.
    `symbolic` tells whether sides may stay unknown until a picture comes. `backends` lists the browser backends on
    which verification must succeed. `removed_by_engine` are operators that an engine takes out while loading, so that
    they need no kernel. `ask` is for an engine that plans a graph as a whole: why it does not take a file, or None.
    """

    name: str
    engine: str
    version: str
    backends: tuple[str, ...]
    opset: int | None
    highest_opset: int
    ir_version: int
    operators: Operators = field(repr=False)
    stages: Stages = field(repr=False)
    symbolic: bool = True
    initializers_as_inputs: bool = False
    half_weights: bool = False
    removed_by_engine: tuple[str, ...] = ("Constant",)
    known_bugs: tuple[KnownBug, ...] = ()
    ask: Callable[[bytes], PlanRefusal | None] | None = field(default=None, repr=False)

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps in their order."""
        return (*self.stages.prepare, *self.stages.rules, *self.stages.finish)
