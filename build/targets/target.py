"""What a target is: an engine, its version and backend, what it supports, and the ordered steps that lower to it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import onnx_ir as ir
from onnxscript.rewriter import RewriteRuleSet

from build.rules.base import LoweringRule
from build.targets.operators import Operators


@dataclass(frozen=True)
class Step:
    """One stage of a lowering. Exactly one of `rules` and `whole` is given; `reason` says why it stands where it does."""

    name: str
    reason: str
    rules: tuple[type[LoweringRule], ...] = ()
    whole: Callable[[ir.Model], int] | None = None

    def apply(self, model: ir.Model) -> int:
        """Change `model` in place; returns how often something was replaced."""
        if self.whole is not None:
            return self.whole(model)
        return RewriteRuleSet([rule.rule() for rule in self.rules]).apply_to_model(model)


@dataclass(frozen=True)
class Target:
    """One engine as published.

    `opset` and `ir_version` are what a lowered file declares. `symbolic` tells whether sides may stay unknown until a
    picture comes. `backends` lists the browser backends on which verification must succeed.
    """

    name: str
    engine: str
    version: str
    backends: tuple[str, ...]
    opset: int
    ir_version: int
    operators: Operators = field(repr=False)
    steps: tuple[Step, ...] = field(repr=False)
    symbolic: bool = True
    initializers_as_inputs: bool = False
    half_weights: bool = False
    known_bugs: Sequence[str] = ()
