"""All operators of the family but Conv and the sum of two tensors, which make layers (`reader.py`)."""

from collections.abc import Callable

from app_py.kernels.features import Read
from app_py.kernels.onnx_graph import Node
from app_py.kernels.operators.activations import clip, relu, sigmoid, tanh
from app_py.kernels.operators.arithmetic import arithmetic, negate
from app_py.kernels.operators.axes import cast, reshape, same, transpose
from app_py.kernels.operators.inputs import Inputs
from app_py.kernels.operators.norms import instance_norm, mean, power, reciprocal, root
from app_py.kernels.operators.sampling import enlarge, pad

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
