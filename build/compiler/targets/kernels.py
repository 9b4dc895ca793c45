"""The painter's own engine as a target: its planner is asked, which takes a graph as a whole or names the node that it
does not take, and why."""

import onnx

from app_py.kernels.operators.table import OPERATORS
from app_py.kernels.plan import KernelPlan
from app_py.kernels.small_values import OPERATORS as SMALL_OPERATORS
from app_py.onnxruntime.errors import OrtError
from build.compiler.targets.operators import Operators, Versions
from build.compiler.targets.target import PlanRefusal

HIGHEST_OPSET: int = onnx.defs.onnx_opset_version()
"""The planner reads parameters wherever the opsets have put them, as inputs or as attributes."""

READER = ("Conv",)
"""Operators of which the planner's reader makes layers itself."""


def kernels_operators() -> Operators:
    """What may be in a graph of the family at all, whether of the picture or of a style's vector."""
    every = (Versions(1, None),)
    return dict.fromkeys(sorted({*OPERATORS, *SMALL_OPERATORS, *READER}), every)


def ask_planner(model: bytes) -> PlanRefusal | None:
    """Why the kernels do not run an ONNX file; None where they do."""
    try:
        KernelPlan(model)
    except OrtError as error:
        reason = error.values.get("reason", error)
        node = str(error.values.get("node", ""))
        return PlanRefusal(node, f"{node} {reason}".strip())
    return None
