"""How large what a graph computes would be, told from its constants before anything runs."""

import math
from collections.abc import Iterable

import numpy as np

from app_py.i18n import tr
from app_py.kernels.onnx_graph import Array, Graph, Node

LARGEST_KERNEL = 64
"""A side in pixels. Painting networks have 9 at most, and the work grows with the square."""

MOST_CHANNELS = 4096
"""Painting networks have some hundred: each is a picture of its own in memory."""

MOST_VALUES = 1 << 26
"""Of one tensor whose size does not depend on the picture: 256 MB as float32."""

LARGEST_FACTOR = 256
"""By how much one node may enlarge a picture, in pixels: 16 times each side."""

_WINDOWS = {"Conv", "ConvTranspose", "ConvInteger", "AveragePool", "MaxPool", "LpPool"}


def why_too_large(graph: Graph) -> str | None:
    """A sentence about the first node that no device could compute for a photo; None where there is none."""
    constants = graph.weights | dict(_constants(graph.nodes))
    for node in graph.nodes:
        for check in (_kernel, _channels, _fixed_size, _enlargement):
            if sentence := check(node, constants):
                return sentence
    return None


def _constants(nodes: Iterable[Node]) -> Iterable[tuple[str, Array]]:
    for node in nodes:
        value = node.attributes.get("value") if node.op == "Constant" and node.outputs else None
        if isinstance(value, np.ndarray):
            yield node.outputs[0], value


def _kernel(node: Node, constants: dict[str, Array]) -> str | None:
    if node.op not in _WINDOWS:
        return None
    weight = _constant(node, 1, constants) if "Conv" in node.op else None
    sides = list(weight.shape[2:]) if weight is not None else node.integers("kernel_shape") or []
    if max(sides, default=0) <= LARGEST_KERNEL:
        return None
    return tr(
        "This model has a kernel of {size} ({node}), with which a photo would take minutes; "
        "kernels up to {limit} × {limit} are painted with.",
        size=" × ".join(map(str, sides)),
        node=node.label,
        limit=LARGEST_KERNEL,
    )


def _channels(node: Node, constants: dict[str, Array]) -> str | None:
    weight = _constant(node, 1, constants) if node.op in ("Conv", "ConvTranspose") else None
    if weight is None or weight.ndim < 2:
        return None
    count = weight.shape[0] if node.op == "Conv" else weight.shape[1] * node.integer("group", 1)
    return _too_large(node) if count > MOST_CHANNELS else None


def _fixed_size(node: Node, constants: dict[str, Array]) -> str | None:
    """Tensors that are made of nothing."""
    at = {"ConstantOfShape": 0, "Expand": 1}.get(node.op)
    shape = None if at is None else _constant(node, at, constants)
    return _too_large(node) if shape is not None and _product(shape) > MOST_VALUES else None


def _enlargement(node: Node, constants: dict[str, Array]) -> str | None:
    factors: Array | list[float] | None = None
    if node.op == "Tile":
        factors = _constant(node, 1, constants)
    elif node.op in ("Resize", "Upsample"):
        # Before opset 9 an attribute; Resize has it third since opset 11.
        second, third = (_constant(node, at, constants) for at in (1, 2))
        factors = third if third is not None and third.size else second
        factors = node.numbers("scales") if factors is None else factors
    elif node.op == "Pad":
        borders = _constant(node, 1, constants)
        sizes = node.integers("pads") or ([] if borders is None else borders.reshape(-1).tolist())
        return _too_large(node) if max(map(abs, sizes), default=0) > MOST_CHANNELS else None
    return _too_large(node) if factors is not None and _product(factors) > LARGEST_FACTOR else None


def _constant(node: Node, at: int, constants: dict[str, Array]) -> Array | None:
    return constants.get(node.inputs[at]) if at < len(node.inputs) else None


def _product(values: "Array | list[float]") -> float:
    """In floats: of integers that size a product of 64 bits would begin again at nothing."""
    return math.prod(abs(float(value)) for value in np.asarray(values).reshape(-1)[:16])


def _too_large(node: Node) -> str:
    return tr(
        "This model makes tensors for which no device has the memory ({node}), so it cannot paint a photo.",
        node=node.label,
    )
