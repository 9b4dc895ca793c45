"""A graph and a target -> a graph that the target runs."""

from collections.abc import Mapping
from dataclasses import dataclass

import onnx
import onnx_ir as ir

from build.errors import BuildError
from build.targets.operators import supports
from build.targets.target import Target


@dataclass(frozen=True)
class Lowered:
    """The model as the target wants it, and how often each step changed something."""

    model: ir.Model
    counts: Mapping[str, int]

    def to_bytes(self) -> bytes:
        """The file's content."""
        data: bytes = ir.to_proto(self.model).SerializeToString()
        return data


def lower(model: ir.Model, target: Target) -> Lowered:
    """Lower a copy of `model`. Raises `BuildError` where something is left that the target does not support."""
    lowered = model.clone()
    counts = {step.name: step.apply(lowered) for step in target.steps}
    lowered.graph.opset_imports[""] = target.opset
    lowered.ir_version = target.ir_version
    _name_nodes(lowered)
    left = sorted(
        {node.op_type for node in lowered.graph if not supports(target.operators, node.op_type, target.opset)}
    )
    if left:
        raise BuildError(f"{target.name} does not support {', '.join(left)} at opset {target.opset}")
    try:
        onnx.checker.check_model(ir.to_proto(lowered), full_check=True)
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
        raise BuildError(
            f"lowering for {target.name} made an invalid graph; this is a defect of ours: {error}"
        ) from error
    return Lowered(lowered, counts)


def _name_nodes(model: ir.Model) -> None:
    """Short names in order; ONNX.js refuses two nodes of one name."""
    for index, node in enumerate(model.graph):
        node.name = f"{node.op_type}_{index}"
