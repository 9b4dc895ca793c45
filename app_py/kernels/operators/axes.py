"""Operators that change how numbers lie, or nothing."""

from dataclasses import replace

from app_py.kernels.features import Read, Statistic
from app_py.kernels.onnx_graph import Node
from app_py.kernels.operators.inputs import Inputs, array, feature, unpadded
from app_py.kernels.refusal import Refusal

TO_CHANNELS_FIRST, TO_CHANNELS_LAST = [0, 3, 1, 2], [0, 2, 3, 1]


def same(node: Node, inputs: Inputs) -> Read:
    value = inputs[0]
    if value is None:
        raise Refusal("has no input")
    return value


def cast(node: Node, inputs: Inputs) -> Read:
    if node.integer("to", 1) != 1:
        raise Refusal("makes the picture something else than 32-bit floats")
    return same(node, inputs)


def transpose(node: Node, inputs: Inputs) -> Read:
    order, value = node.integers("perm"), same(node, inputs)
    if isinstance(value, Statistic):
        if value.rank != 4 or order is None:
            raise Refusal("turns statistics in a way that is not known")
        return replace(value, axis=order.index(value.axis))
    x = unpadded(feature(inputs))
    if order == TO_CHANNELS_FIRST and x.channels_last:
        return replace(x, channels_last=False)
    if order == TO_CHANNELS_LAST and not x.channels_last:
        return replace(x, channels_last=True)
    raise Refusal("turns the picture's axes by {order}; expected channels first or last", order=order)


def reshape(node: Node, inputs: Inputs) -> Read:
    value = inputs[0]
    if not isinstance(value, Statistic):
        raise Refusal("reshapes the picture")
    given = array(inputs, 1)
    shape = [int(side) for side in given.reshape(-1)] if given is not None and node.op == "Reshape" else None
    if shape is None:
        raise Refusal("changes the axes of statistics in a way that is not known")
    wanted = [i for i, side in enumerate(shape) if side not in (1,)]
    if len(wanted) != 1 or shape[wanted[0]] not in (value.channels, -1):
        raise Refusal("reshapes statistics across their channels")
    return replace(value, rank=len(shape), axis=wanted[0])
