"""What each operator does to what is known of its inputs. One function an operator; the table is at the end.

A function takes the node and its inputs (None where left out) and gives the output, or raises `Refusal` with words that
follow the node's name.
"""

import operator
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from app_py.kernels.channel_terms import DEVIATION, MEAN, MEAN_DEVIATION, VARIANCE, Terms, number, single
from app_py.kernels.features import RELU, Feature, Read, Refusal, Statistic, is_centred, statistic_of
from app_py.kernels.network import Operation, Padding, Pointwise
from app_py.kernels.onnx_graph import Node
from app_py.kernels.small_values import Array, SmallValue, combine, per_channel

Inputs = list[Read | None]
TO_CHANNELS_FIRST, TO_CHANNELS_LAST = [0, 3, 1, 2], [0, 2, 3, 1]


def array(inputs: Inputs, index: int) -> Array | None:
    """The constant at a place; None where it is left out."""
    value = inputs[index] if index < len(inputs) else None
    if value is None:
        return None
    if not isinstance(value, SmallValue) or value.constant is None:
        raise Refusal("has an input that must be constant and is computed while the model runs")
    return value.constant


def feature(inputs: Inputs, index: int = 0) -> Feature:
    value = inputs[index] if index < len(inputs) else None
    if not isinstance(value, Feature):
        raise Refusal("is used on what is not a picture")
    return value


def _unpadded(x: Feature) -> Feature:
    if x.padded:
        raise Refusal("stands between padding and a convolution")
    return x


def _unenlarged(x: Feature) -> Feature:
    if x.doubled:
        raise Refusal("stands between an enlargement and a convolution")
    return _unpadded(x)


def terms_of(value: SmallValue, x: Feature) -> Terms:
    """A small value as numbers of each channel of a feature."""
    spread = per_channel(value, x.channels, x.axis)
    if spread is None:
        raise Refusal("uses numbers that differ from pixel to pixel")
    return number(spread)


def _terms(value: "SmallValue | Statistic", x: Feature) -> Terms:
    if isinstance(value, SmallValue):
        return terms_of(value, x)
    # A shape with fewer axes is aligned at its end.
    if value.axis + (4 - value.rank) != x.axis or value.tensor != x.tensor:
        raise Refusal("uses statistics of another tensor, or along another axis")
    return value.terms


def instance_norm(node: Node, inputs: Inputs) -> Read:
    x = _unenlarged(feature(inputs))
    if x.operations or x.squared or x.factor.plain is None or x.channels_last:
        raise Refusal("normalizes what is not the output of a convolution")
    plain_factor, plain_summand = x.factor.plain, x.summand.plain
    if (
        not (plain_factor.same_as(number(1.0).terms[(0, 0, 0)]) or plain_factor.probes[0].size == 1)
        or plain_summand is None
    ):
        raise Refusal("normalizes a tensor that was scaled before")
    if plain_factor.constant is None or not np.all(plain_factor.constant == 1) or x.summand.terms:
        raise Refusal("normalizes a tensor that was scaled before")
    gamma, beta = inputs[1], inputs[2]
    if not isinstance(gamma, SmallValue) or not isinstance(beta, SmallValue):
        raise Refusal("has scale or shift that depend on the picture")
    scale = _flat(gamma, x.channels)
    epsilon = node.number("epsilon", 1e-5)
    factor = Terms({DEVIATION: scale}, epsilon)
    summand = Terms({MEAN_DEVIATION: combine(np.negative, scale)}, epsilon) + number(_flat(beta, x.channels))
    return replace(x, factor=factor, summand=summand)


def _flat(value: SmallValue, channels: int) -> SmallValue:
    if any(probe.size != channels for probe in value.probes):
        raise Refusal("has scale or shift of a wrong length")
    return combine(lambda x: x.reshape(-1), value)


def pad(node: Node, inputs: Inputs) -> Read:
    x = _unpadded(feature(inputs))
    amounts = node.integers("pads") or node.integers("paddings")
    given = array(inputs, 1)
    if given is not None:
        amounts = [int(side) for side in given.reshape(-1)]
    axes = array(inputs, 3)
    if amounts is not None and axes is not None:
        spread = [0] * 8
        for i, axis in enumerate(axes.reshape(-1).tolist()):
            spread[axis % 4], spread[axis % 4 + 4] = amounts[i], amounts[i + len(axes)]
        amounts = spread
    if amounts is None or len(amounts) != 8 or min(amounts) < 0:
        raise Refusal("pads by amounts that cannot be read, or cuts")
    height, width = (1, 2) if x.channels_last else (2, 3)
    if any(amounts[i] for i in range(8) if i % 4 not in (height, width)):
        raise Refusal("pads other axes than height and width")
    if not any(amounts):
        return x
    mode = node.text("mode", "constant")
    if mode not in ("constant", "reflect", "edge"):
        raise Refusal(f"pads by the mode '{mode}'; expected constant, reflect or edge")
    value = array(inputs, 2)
    filling = float(value.reshape(-1)[0]) if value is not None and value.size else node.number("value", 0.0)
    if mode == "constant" and filling != 0:
        raise Refusal(f"pads with {filling:g}; expected 0")
    padding = {"constant": Padding.ZEROS, "reflect": Padding.REFLECT, "edge": Padding.EDGE}[mode]
    return replace(x, padding=padding, pads=(amounts[height], amounts[width], amounts[4 + height], amounts[4 + width]))


def enlarge(node: Node, inputs: Inputs) -> Read:
    x = _unenlarged(feature(inputs))
    if node.text("mode", "nearest") != "nearest":
        raise Refusal(f"enlarges by the mode '{node.text('mode', '')}'; expected nearest")
    where, rounding = node.text("coordinate_transformation_mode", "half_pixel"), node.text("nearest_mode", "")
    exact = {"half_pixel": "round_prefer_floor", "asymmetric": "floor", "half_pixel_symmetric": "round_prefer_floor"}
    wanted = {where: exact.get(where), "asymmetric": "floor"}.get(where)
    if (
        node.op == "Resize"
        and len(inputs) > 2
        and rounding not in (wanted, "round_prefer_floor" if wanted else None, "")
    ):
        raise Refusal(f"chooses pixels by '{where}' and '{rounding}', which is not each pixel twice")
    scales = _scales(node, inputs)
    if scales is None or len(scales) != 4:
        raise Refusal("enlarges to a size that is computed while the model runs; expected constant scales")
    expected = [1.0, 2.0, 2.0, 1.0] if x.channels_last else [1.0, 1.0, 2.0, 2.0]
    if scales != expected:
        raise Refusal(f"enlarges by {scales}; expected twice")
    return replace(x, doubled=True)


def _scales(node: Node, inputs: Inputs) -> list[float] | None:
    listed = node.numbers("scales")
    if listed:
        return listed
    for index in (2, 1):
        value = array(inputs, index) if index < len(inputs) else None
        if value is not None and value.size == 4 and value.dtype.kind == "f":
            return [float(scale) for scale in value.reshape(-1)]
    return None


def relu(node: Node, inputs: Inputs) -> Read:
    return feature(inputs).map(RELU)


def clip(node: Node, inputs: Inputs) -> Read:
    low, high = array(inputs, 1), array(inputs, 2)
    lowest = node.number("min", -np.inf) if low is None else float(low.reshape(-1)[0])
    highest = node.number("max", np.inf) if high is None else float(high.reshape(-1)[0])
    return _unpadded(feature(inputs)).map(Operation(Pointwise.CLIP, lowest, highest))


def sigmoid(node: Node, inputs: Inputs) -> Read:
    return _unpadded(feature(inputs)).map(Operation(Pointwise.SIGMOID))


def tanh(node: Node, inputs: Inputs) -> Read:
    return _unpadded(feature(inputs)).map(Operation(Pointwise.TANH))


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
    x = _unpadded(feature(inputs))
    if order == TO_CHANNELS_FIRST and x.channels_last:
        return replace(x, channels_last=False)
    if order == TO_CHANNELS_LAST and not x.channels_last:
        return replace(x, channels_last=True)
    raise Refusal(f"turns the picture's axes by {order}; expected channels first or last")


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


def mean(node: Node, inputs: Inputs) -> Read:
    x = _unenlarged(feature(inputs))
    axes = [2, 3] if node.op == "GlobalAveragePool" else node.integers("axes")
    given = array(inputs, 1)
    if given is not None:
        axes = [int(axis) for axis in given.reshape(-1)]
    spatial = [1, 2] if x.channels_last else [2, 3]
    if sorted(axis % 4 for axis in axes or ()) != spatial:
        raise Refusal("takes a mean over other axes than height and width")
    keep = node.op == "GlobalAveragePool" or bool(node.integer("keepdims", 1))
    rank = 4 if keep else 2
    if x.squared and is_centred(replace(x, squared=False)):
        return statistic_of(x, single(VARIANCE), rank)
    if x.operations or x.squared or x.factor.plain is None or x.summand.terms:
        raise Refusal("takes the mean of something else than a convolution's output or its variance")
    if not x.factor.plain.same_as(number(1.0).terms[(0, 0, 0)]):
        raise Refusal("takes the mean of a tensor that was scaled before")
    return statistic_of(x, single(MEAN), rank)


def root(node: Node, inputs: Inputs) -> Read:
    value = inputs[0]
    made = value.terms.root() if isinstance(value, Statistic) else None
    if made is None or not isinstance(value, Statistic):
        raise Refusal("takes the root of something else than a variance and an epsilon")
    return replace(value, terms=made)


def reciprocal(node: Node, inputs: Inputs) -> Read:
    value = inputs[0]
    made = value.terms.inverse() if isinstance(value, Statistic) else None
    if made is None or not isinstance(value, Statistic):
        raise Refusal("divides by something else than the root of a variance")
    return replace(value, terms=made)


def power(node: Node, inputs: Inputs) -> Read:
    exponent = array(inputs, 1)
    number_of = None if exponent is None or exponent.size != 1 else float(exponent.reshape(-1)[0])
    value = inputs[0]
    if isinstance(value, Feature) and number_of == 2 and is_centred(value):
        return replace(value, squared=True)
    if isinstance(value, Statistic) and number_of in (0.5, -0.5):
        rooted = root(node, inputs)
        return rooted if number_of == 0.5 else reciprocal(node, [rooted])
    raise Refusal("is a power of something else than a variance")


def negate(node: Node, inputs: Inputs) -> Read:
    return _product(inputs[0], number(-1.0))


def arithmetic(node: Node, inputs: Inputs) -> Read:
    """Add, Sub, Mul and Div of a feature or a statistic and something smaller."""
    a, b = inputs[0], inputs[1]
    if a is None or b is None:
        raise Refusal("has an input that is left out")
    if node.op == "Div":
        b = reciprocal(node, [b]) if isinstance(b, Statistic) else b
        if isinstance(b, SmallValue):
            b = combine(lambda x: 1 / x, b)
    if node.op == "Sub":
        b = combine(np.negative, b) if isinstance(b, SmallValue) else _product(b, number(-1.0))
    if isinstance(b, Feature) and not isinstance(a, Feature):
        a, b = b, a
        if node.op == "Div":
            raise Refusal("divides by a picture")
    if isinstance(a, Feature):
        if isinstance(b, Feature):
            return _of_two(node, a, b)
        return _of_feature(node, a, b)
    return _of_statistics(node, a, b)


def _product(value: Read | None, terms: Terms) -> Read:
    if isinstance(value, Feature):
        if value.operations:
            return _tail(value, terms, number(0.0))
        return value.multiply(terms)
    if isinstance(value, Statistic):
        return replace(value, terms=value.terms * terms)
    raise Refusal("has an input that is left out")


def _of_two(node: Node, a: Feature, b: Feature) -> Feature:
    square = node.op == "Mul" and a.tensor == b.tensor and is_centred(a) and is_centred(b)
    if square:
        return replace(a, squared=True)
    raise Refusal("combines two tensors; expected the sum of two, or numbers of each channel")


def _of_feature(node: Node, x: Feature, small: "SmallValue | Statistic") -> Feature:
    # What is padded with its own pixels may be scaled before or after; zeros may not.
    if x.padded and x.padding == Padding.ZEROS:
        raise Refusal("scales or shifts what was padded with zeros")
    terms = _terms(small, x)
    multiplies = node.op in ("Mul", "Div")
    if x.operations:
        return _tail(x, terms if multiplies else number(1.0), number(0.0) if multiplies else terms)
    return x.multiply(terms) if multiplies else x.add(terms)


def _tail(x: Feature, factor: Terms, summand: Terms) -> Feature:
    """Scaling after an activation: one number for all channels."""
    numbers = []
    for terms in (factor, summand):
        value = terms.plain.constant if terms.plain is not None else None
        if value is None or np.unique(value).size != 1:
            raise Refusal("scales channels by numbers of their own after an activation")
        numbers.append(float(np.reshape(value, -1)[0]))
    return x.map(Operation(Pointwise.AFFINE, numbers[0], numbers[1]))


def _of_statistics(node: Node, a: Read, b: Read) -> Statistic:
    one = a if isinstance(a, Statistic) else b
    if not isinstance(one, Statistic):
        raise Refusal("has no picture among its inputs")

    def terms(value: Read) -> Terms:
        if isinstance(value, Statistic):
            if value.tensor != one.tensor or value.axis - value.rank != one.axis - one.rank:
                raise Refusal("combines statistics of two tensors, or along two axes")
            return value.terms
        assert isinstance(value, SmallValue)
        spread = per_channel(value, one.channels, one.axis + 4 - one.rank)
        if spread is None:
            raise Refusal("combines statistics with something that is not a number of each channel")
        return number(spread)

    combined = operator.mul if node.op in ("Mul", "Div") else operator.add
    made: Terms = combined(terms(a), terms(b))
    return replace(one, terms=made)


OPERATORS: dict[str, Callable[[Node, Inputs], Read]] = {
    "Add": arithmetic,
    "Cast": cast,
    "Clip": clip,
    "Div": arithmetic,
    "Dropout": same,
    "GlobalAveragePool": mean,
    "Identity": same,
    "InstanceNormalization": instance_norm,
    "Mul": arithmetic,
    "Neg": negate,
    "Pad": pad,
    "Pow": power,
    "Reciprocal": reciprocal,
    "ReduceMean": mean,
    "Relu": relu,
    "Reshape": reshape,
    "Resize": enlarge,
    "Sigmoid": sigmoid,
    "Sqrt": root,
    "Sub": arithmetic,
    "Tanh": tanh,
    "Transpose": transpose,
    "Upsample": enlarge,
}
"""All but Conv and the sum of two tensors, which make layers: `reader.py`."""
