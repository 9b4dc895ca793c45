"""The published files -> layers. What is read wrongly shows in the comparison with the file itself (`verify.py`)."""

import numpy as np
import onnx_ir as ir

from build.common.errors import BuildError
from build.compiler.rules.reading import constant
from build.models.style_networks.layers import Affine, Floats, Layer, StyleNetwork, StyleNorm, from_layers


def read_painting_network(model: ir.Model) -> StyleNetwork:
    """Magenta's arbitrary-image-stylization as tf2onnx writes it, dequantized.

    A norm is `x * (scale / deviation) + (shift - mean * scale / deviation)`, scale and shift 1x1 convolutions of the
    vector.
    """
    convolutions = [node for node in model.graph if node.op_type == "Conv" and _kernel(node) > 1]
    return from_layers(tuple(_painting_layer(node) for node in convolutions))


def _painting_layer(node: ir.Node) -> Layer:
    out = node.outputs[0]
    bias = _numbers(node.inputs[2]) if len(node.inputs) > 2 else None
    product = next((user for user, _ in out.uses() if user.op_type == "Mul" and _other(user, out) is not None), None)
    norm = None
    if product is not None:
        factor = _maker(_other(product, out))
        (summed,) = (user for user, _ in product.outputs[0].uses())
        difference = _maker(_other(summed, product.outputs[0]))
        norm = StyleNorm(_affine(factor), _affine(difference), _epsilon(factor))
    return Layer(_numbers(node.inputs[1]), bias, norm)


def _other(node: ir.Node, value: ir.Value) -> ir.Value | None:
    """The input of a node of two that is not `value`."""
    return next((given for given in node.inputs if given is not value), None)


def _affine(node: ir.Node) -> Affine:
    """The 1x1 convolution of the vector among the makers of a node's inputs."""
    for value in node.inputs:
        maker = None if value is None else value.producer()
        if maker is not None and maker.op_type == "Conv":
            weight = _numbers(maker.inputs[1])
            return Affine(np.ascontiguousarray(weight[:, :, 0, 0].T), _numbers(maker.inputs[2]))
    raise BuildError(f"{node.op_type} {node.name} has no convolution of the style's vector among its inputs")


def _epsilon(factor: ir.Node) -> float:
    """What is added to the variance: behind the Reciprocal and the Sqrt."""
    for op_type in ("Reciprocal", "Sqrt", "Add"):
        makers = [value.producer() for value in factor.inputs if value is not None]
        factor = next(maker for maker in makers if maker is not None and maker.op_type == op_type)
    return float(next(numbers for value in factor.inputs if (numbers := constant(value)) is not None).reshape(-1)[0])


def read_varied_network(model: ir.Model) -> StyleNetwork:
    """The network of 26 styles: its weights are named after their layers, its vector weighs the styles."""
    weights = {str(name): _numbers(value) for name, value in model.graph.initializers.items()}
    names = [name.removesuffix(".w") for name in weights if name.endswith(".w")]
    epsilon = _varied_epsilon(model)
    return from_layers(tuple(Layer(weights[f"{name}.w"], None, _varied_norm(weights, name, epsilon)) for name in names))


def _varied_norm(weights: dict[str, Floats], name: str, epsilon: float) -> StyleNorm:
    scale, shift = weights[f"{name}.norm.gamma"], weights[f"{name}.norm.beta"]
    nothing = np.zeros(scale.shape[1], np.float32)
    return StyleNorm(Affine(scale, nothing), Affine(shift, nothing), epsilon)


def _varied_epsilon(model: ir.Model) -> float:
    root = next(node for node in model.graph if node.op_type == "Sqrt")
    numbers = [constant(value) for value in _maker(root.inputs[0]).inputs]
    return float(next(number for number in numbers if number is not None).reshape(-1)[0])


def _kernel(node: ir.Node) -> int:
    return int(_numbers(node.inputs[1]).shape[-1])


def _maker(value: ir.Value | None) -> ir.Node:
    node = None if value is None else value.producer()
    if node is None:
        raise BuildError("the style network is not built as expected: a value comes from nowhere")
    return node


def _numbers(value: ir.Value | None) -> Floats:
    numbers = constant(value)
    if numbers is None:
        raise BuildError("the style network is not built as expected: a weight is computed while it runs")
    return numbers.astype(np.float32)
