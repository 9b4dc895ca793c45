"""Layers -> a graph under the painter's contract: pictures `[1,3,H,W]` in 0..255, a style `[1,length]`, in float32.

Scale and shift of every norm come from one product with the vector: a style costs nothing that grows with the picture.
"""

from typing import Any

import numpy as np
import onnx
import onnx_ir as ir
from onnx import TensorProto, helper, numpy_helper

from build.models.style_networks.layers import Affine, Floats, Layer, StyleNetwork

PICTURE, STYLE, PAINTING = "input", "style", "output"
OPSET = 18
LEVELS = 255.0


def master_graph(network: StyleNetwork) -> ir.Model:
    """The graph at opset 18, height and width open."""
    return ir.from_proto(_Writer(network).model())


class _Writer:
    """Nodes and weights, written one behind the other."""

    def __init__(self, network: StyleNetwork) -> None:
        self._network = network
        self._nodes: list[onnx.NodeProto] = []
        self._weights: list[onnx.TensorProto] = []
        self._affines: list[Affine] = []
        self._at = 0

    def model(self) -> onnx.ModelProto:
        """The whole graph, checked."""
        value = PICTURE
        for index, layer in enumerate(self._network.contract):
            # The picture's range is one factor of the first weights: padding reflects, so nothing else changes.
            scaled = layer.weight / np.float32(LEVELS) if index == 0 else layer.weight
            value = self._relu(self._layer(value, layer, scaled, stride=1 if index == 0 else 2))
        for first, second in self._network.residual:
            inner = self._relu(self._layer(value, first))
            value = self._add("Add", value, self._layer(inner, second))
        for layer in self._network.expand[:-1]:
            value = self._relu(self._layer(self._twice(value), layer))
        value = self._add("Sigmoid", self._layer(value, self._network.expand[-1]))
        self._add("Mul", value, self._weight(np.array(LEVELS, np.float32)), out=PAINTING)
        return self._finish()

    def _layer(self, value: str, layer: Layer, weight: Floats | None = None, stride: int = 1) -> str:
        kernel = layer.weight.shape[-1]
        edge = kernel // 2
        pads = self._weight(np.array([0, 0, edge, edge] * 2, np.int64))
        padded = self._add("Pad", value, pads, mode="reflect")
        inputs = [padded, self._weight(layer.weight if weight is None else weight)]
        if layer.bias is not None:
            inputs.append(self._weight(layer.bias))
        out = self._add("Conv", *inputs, kernel_shape=[kernel, kernel], strides=[stride, stride])
        if layer.norm is None:
            return out
        scale, shift = self._of_style(layer.norm.scale), self._of_style(layer.norm.shift)
        return self._add("InstanceNormalization", out, scale, shift, epsilon=layer.norm.epsilon)

    def _of_style(self, affine: Affine) -> str:
        """A slice of the one product, which is written last."""
        start, self._at = self._at, self._at + len(affine.offset)
        self._affines.append(affine)
        bounds = (self._weight(np.array([number], np.int64)) for number in (start, self._at, 0))
        return self._add("Slice", "styled", *bounds)

    def _relu(self, value: str) -> str:
        return self._add("Relu", value)

    def _twice(self, value: str) -> str:
        scales = self._weight(np.array([1, 1, 2, 2], np.float32))
        form = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
        return self._add("Resize", value, "", scales, **form)

    def _add(self, op_type: str, *inputs: str, out: str = "", **attributes: Any) -> str:
        out = out or f"v{len(self._nodes)}"
        self._nodes.append(helper.make_node(op_type, list(inputs), [out], **attributes))
        return out

    def _weight(self, numbers: np.ndarray) -> str:
        name = f"w{len(self._weights)}"
        self._weights.append(numpy_helper.from_array(np.ascontiguousarray(numbers), name))
        return name

    def _finish(self) -> onnx.ModelProto:
        matrix = np.concatenate([affine.matrix for affine in self._affines], 1)
        offset = np.concatenate([affine.offset for affine in self._affines])
        product = helper.make_node("Gemm", [STYLE, self._weight(matrix), self._weight(offset)], ["product"])
        flat = helper.make_node("Reshape", ["product", self._weight(np.array([-1], np.int64))], ["styled"])
        sides: list[int | str] = [1, 3, "height", "width"]
        graph = helper.make_graph(
            [product, flat, *self._nodes],
            "style",
            [
                helper.make_tensor_value_info(PICTURE, TensorProto.FLOAT, sides),
                helper.make_tensor_value_info(STYLE, TensorProto.FLOAT, [1, self._network.length]),
            ],
            [helper.make_tensor_value_info(PAINTING, TensorProto.FLOAT, [1, 3, "out_height", "out_width"])],
            self._weights,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
        onnx.checker.check_model(model, full_check=True)
        return model
