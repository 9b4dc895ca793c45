"""One small graph for each rule: what it must replace, how often, on which target.

The host's tests lower each and compare it with its source in onnxruntime; `python -m build verify` runs the lowered
graphs in a real browser. Inputs are seeded noise in -1..1.
"""

from build.compiler.verify.cases import (
    attributes,
    convolutions,
    elementwise,
    norms,
    pads,
    passes,
    recurrent,
    resizing,
    shapes,
)
from build.compiler.verify.cases.case import Case

__all__ = ["CASES", "Case"]

CASES: tuple[Case, ...] = (
    *attributes.CASES,
    *convolutions.CASES,
    *elementwise.CASES,
    *norms.CASES,
    *pads.CASES,
    *resizing.CASES,
    *shapes.CASES,
    *recurrent.CASES,
    *passes.CASES,
)
