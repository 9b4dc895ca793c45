"""One number becomes another."""

import numpy as np

from app_py.kernels.features import RELU, Read
from app_py.kernels.network import Operation, Pointwise
from app_py.kernels.onnx_graph import Node
from app_py.kernels.operators.inputs import Inputs, array, feature, unpadded


def relu(node: Node, inputs: Inputs) -> Read:
    return feature(inputs).map(RELU)


def clip(node: Node, inputs: Inputs) -> Read:
    low, high = array(inputs, 1), array(inputs, 2)
    lowest = node.number("min", -np.inf) if low is None else float(low.reshape(-1)[0])
    highest = node.number("max", np.inf) if high is None else float(high.reshape(-1)[0])
    return unpadded(feature(inputs)).map(Operation(Pointwise.CLIP, lowest, highest))


def sigmoid(node: Node, inputs: Inputs) -> Read:
    return unpadded(feature(inputs)).map(Operation(Pointwise.SIGMOID))


def tanh(node: Node, inputs: Inputs) -> Read:
    return unpadded(feature(inputs)).map(Operation(Pointwise.TANH))
