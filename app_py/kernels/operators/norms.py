"""InstanceNormalization, and what graphs spell it out with: means, roots, powers and reciprocals."""

from dataclasses import replace

import numpy as np

from app_py.kernels.channel_terms import DEVIATION, MEAN, MEAN_DEVIATION, VARIANCE, Terms, number, single
from app_py.kernels.features import Feature, Read, Statistic, is_centred, statistic_of
from app_py.kernels.onnx_graph import Node
from app_py.kernels.operators.inputs import Inputs, array, feature, unenlarged
from app_py.kernels.refusal import Refusal
from app_py.kernels.small_values import SmallValue, combine


def instance_norm(node: Node, inputs: Inputs) -> Read:
    x = unenlarged(feature(inputs))
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


def mean(node: Node, inputs: Inputs) -> Read:
    x = unenlarged(feature(inputs))
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
