"""One small graph for each test: the predecessor's four, and every operator of our networks as they use it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from app_py.pages.operator_test.inputs import Floats, noise

OPSET, IR_VERSION = 7, 4
"""Those of the models that ship, which all engines here accept."""

EPSILON = 1e-5
PREDECESSOR_SHAPE = (1, 3, 128, 128)
SHAPE = (1, 8, 24, 20)
"""Neither square nor a power of two: mixed-up axes and texture layouts show."""


@dataclass(frozen=True)
class Case:
    """A test: what it is called, its graph, and the formula of its input."""

    id: str
    title: str
    operators: tuple[str, ...]
    model: onnx.ModelProto
    fill: str
    shape: tuple[int, ...]


class _Graph:
    """Nodes in a row, each fed by the one before."""

    def __init__(self) -> None:
        self.last = "input"
        self._nodes: list[onnx.NodeProto] = []
        self._weights: list[onnx.TensorProto] = []

    def then(self, operator: str, *weights: Floats, more: Sequence[str] = (), **attributes: Any) -> "_Graph":
        """Add a node that takes the last result, then `more` results by name, then weights."""
        number = len(self._nodes)
        names = [f"weight_{number}_{place}" for place in range(len(weights))]
        self._weights += [numpy_helper.from_array(weight, name) for weight, name in zip(weights, names, strict=True)]
        output = f"result_{number}"
        self._nodes.append(
            helper.make_node(operator, [self.last, *more, *names], [output], name=f"{operator}_{number}", **attributes)
        )
        self.last = output
        return self

    def case(self, name: str, title: str, fill: str = "noise", shape: tuple[int, ...] = SHAPE) -> Case:
        graph = helper.make_graph(
            self._nodes,
            name,
            [helper.make_tensor_value_info("input", TensorProto.FLOAT, shape)],
            [helper.make_tensor_value_info(self.last, TensorProto.FLOAT, None)],
            self._weights,
        )
        # An IR version below 4 would want every weight among the inputs; from 4 on they are weights only.
        model = helper.make_model(
            graph, producer_name="", opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION
        )
        inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True)
        onnx.checker.check_model(inferred, full_check=True)
        # ONNX.js resolves shapes itself, and stumbles over those of values inside the graph.
        del inferred.graph.value_info[:]
        return Case(name, title, tuple(node.op_type for node in self._nodes), inferred, fill, shape)


def _weights(*shape: int) -> Floats:
    """Without a pattern and about as large as a trained layer's, so that results stay near 1."""
    scaled: Floats = noise(shape) * np.float32(np.sqrt(3 / np.prod(shape[1:])))
    return scaled


def _pad(graph: _Graph, pixels: int, mode: str) -> _Graph:
    return graph.then("Pad", mode=mode, pads=[0, 0, pixels, pixels] * 2)


def _conv(graph: _Graph, outputs: int, inputs: int, kernel: int, stride: int = 1, pads: int = 0) -> _Graph:
    return _rectangle(graph, outputs, inputs, (kernel, kernel), stride, (pads, pads))


def _rectangle(
    graph: _Graph,
    outputs: int,
    inputs: int,
    kernel: tuple[int, int],
    stride: int = 1,
    pads: tuple[int, int] = (0, 0),
) -> _Graph:
    """A Conv whose kernel and zero padding are (down the columns, along the rows)."""
    weight, bias = _weights(outputs, inputs, *kernel), noise((outputs,))
    return graph.then(
        "Conv",
        weight,
        bias,
        kernel_shape=list(kernel),
        strides=[stride] * 2,
        pads=list(pads) * 2,
        dilations=[1, 1],
        group=1,
    )


def _lines(graph: _Graph, inputs: int, pads: int = 0) -> _Graph:
    """A Conv 9 x 9 of three outputs as it ships (build/compiler/rules/convolutions/large_conv_to_lines.py):
    along the rows, then down."""
    sums = 3 * 9
    return _rectangle(_rectangle(graph, sums, inputs, (1, 9), pads=(0, pads)), 3, sums, (9, 1), pads=(pads, 0))


def _instance_norm(graph: _Graph, channels: int) -> _Graph:
    return graph.then("InstanceNormalization", noise((channels,)) + 1.5, noise((channels,)), epsilon=EPSILON)


def _predecessor() -> list[Case]:
    """Its four, rebuilt: its own files carry uninitialised weights that no node uses."""
    weights = (np.ones((8, 3, 3, 3), np.float32), np.ones(8, np.float32))

    def conv(graph: _Graph) -> _Graph:
        return graph.then(
            "Conv", *weights, kernel_shape=[3, 3], strides=[1, 1], pads=[0] * 4, dilations=[1, 1], group=1
        )

    def case(graph: _Graph, name: str, title: str) -> Case:
        return graph.case(name, title, "ramp", PREDECESSOR_SHAPE)

    return [
        case(conv(_Graph()), "conv2d", "Conv2d"),
        case(_pad(_Graph(), 1, "reflect"), "pad-reflect", "Pad 'Reflection' mode"),
        case(conv(_pad(_Graph(), 1, "reflect")), "pad-reflect-conv2d", "Pad 'Reflection' mode + Conv2D"),
        case(_pad(_Graph(), 1, "constant"), "pad-zero", "Pad 'Zero' mode"),
    ]


def _residual_block() -> _Graph:
    graph = _Graph()
    for last in (False, True):
        _instance_norm(_conv(_pad(graph, 1, "reflect"), 8, 8, 3), 8)
        if not last:
            graph.then("Relu")
    return graph.then("Add", more=["input"])


def _network() -> list[Case]:
    rgb = (1, 3, 24, 20)
    return [
        _conv(_Graph(), 8, 3, 9).case("conv-9x9", "Conv 9 × 9, as the first layer", shape=rgb),
        _conv(_Graph(), 8, 3, 9, pads=4).case("conv-9x9-pads", "Conv 9 × 9, with zero padding", shape=rgb),
        _conv(_Graph(), 16, 8, 3, stride=2).case("conv-stride-2", "Conv, stride 2, as the layers that shrink"),
        _conv(_Graph(), 16, 8, 3, pads=1).case("conv-pads", "Conv with zero padding of its own"),
        _conv(_Graph(), 16, 8, 3, stride=2, pads=1).case("conv-stride-2-pads", "Conv, stride 2, with zero padding"),
        _pad(_Graph(), 4, "reflect").case(
            "pad-reflect-4", "Pad by 4, reflecting, as before the first layer", shape=rgb
        ),
        _instance_norm(_Graph(), 8).case("instance-norm", "InstanceNormalization"),
        _Graph().then("Relu").case("relu", "Relu"),
        _Graph().then("Relu").then("Add", more=["input"]).case("add", "Add, of two results"),
        _Graph()
        .then("Upsample", mode="nearest", scales=[1.0, 1.0, 2.0, 2.0])
        .case("upsample", "Upsample by 2, nearest, as the layers that grow"),
        _residual_block().case("residual", "A residual block, whole"),
        _lines(_Graph(), 8).case("conv-lines", "Conv 1 × 9, then 9 × 1, as the last layer"),
        _lines(_Graph(), 8, pads=4).case("conv-lines-pads", "Conv 1 × 9, then 9 × 1, with zero padding"),
        _lines(_pad(_instance_norm(_Graph(), 8).then("Relu"), 4, "reflect"), 8).case(
            "last-layers", "The last layers: normalise, Relu, pad, Conv 1 × 9, Conv 9 × 1"
        ),
    ]


def all_cases() -> tuple[Case, ...]:
    """Every test, in the order in which the page shows them."""
    return (*_predecessor(), *_network())
