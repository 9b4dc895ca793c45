"""Add, Sub, Mul, Div and Neg, of a picture or of statistics with something smaller."""

import operator
from dataclasses import replace

import numpy as np

from app_py.kernels.channel_terms import Terms, number
from app_py.kernels.features import Feature, Read, Statistic, is_centred
from app_py.kernels.network import Operation, Padding, Pointwise
from app_py.kernels.onnx_graph import Node
from app_py.kernels.operators.inputs import Inputs
from app_py.kernels.operators.norms import reciprocal
from app_py.kernels.refusal import Refusal
from app_py.kernels.small_values import SmallValue, combine, per_channel


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


def _terms(value: "SmallValue | Statistic", x: Feature) -> Terms:
    if isinstance(value, SmallValue):
        return terms_of(value, x)
    # A shape with fewer axes is aligned at its end.
    if value.axis + (4 - value.rank) != x.axis or value.tensor != x.tensor:
        raise Refusal("uses statistics of another tensor, or along another axis")
    return value.terms


def terms_of(value: SmallValue, x: Feature) -> Terms:
    """A small value as numbers of each channel of a feature."""
    spread = per_channel(value, x.channels, x.axis)
    if spread is None:
        raise Refusal("uses numbers that differ from pixel to pixel")
    return number(spread)


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
