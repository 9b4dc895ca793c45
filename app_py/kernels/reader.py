"""From the bytes of an ONNX file to the network that the kernels run, or to the node that does not fit and why."""

from dataclasses import replace

import numpy as np

from app_py.kernels.features import Feature, Read, Statistic, to_view, untouched
from app_py.kernels.lines import merge_lines, replaces
from app_py.kernels.model_inputs import find_picture, open_small
from app_py.kernels.network import (
    MOST_CHANNELS,
    Affine,
    Convolution,
    Ending,
    Layer,
    Network,
    Norm,
    Operation,
    PictureValue,
    Sum,
    View,
)
from app_py.kernels.onnx_graph import Graph, Node, read_graph
from app_py.kernels.operators.inputs import Inputs, array, feature
from app_py.kernels.operators.pads import read_pads
from app_py.kernels.operators.table import OPERATORS
from app_py.kernels.refusal import Refusal, refuse_end, refuse_model, refuse_node
from app_py.kernels.small_values import OPERATORS as SMALL_OPERATORS
from app_py.kernels.small_values import Array, SmallValue, combine, constant

LARGEST_KERNEL = 9
"""As large as they are tested."""


def read_network(data: "bytes | memoryview") -> Network:
    """The network in an ONNX file.

    Raises `InvalidProtobuf` for what is not ONNX, `NotImplemented` ('unsupported-operator') naming the node
    that is not of the family, and why.
    """
    return _Reader(read_graph(data)).read()


class _Reader:
    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._values: dict[str, Read] = {name: constant(array) for name, array in graph.weights.items()}
        self._layers: list[Layer] = []
        self._channels: list[int] = []
        self._changes: dict[int, list[Norm | Affine]] = {}

    def read(self) -> Network:
        try:
            picture = find_picture(self._graph.inputs)
            small = [value for value in self._graph.inputs if value.name != picture.name]
            for value in small:
                self._values[value.name] = open_small(value)
        except Refusal as refusal:
            raise refuse_model(refusal) from refusal
        self._channels.append(picture.channels)
        self._values[picture.name] = untouched(0, picture.channels, picture.channels_last)
        for node in self._graph.nodes:
            try:
                self._take(node)
            except Refusal as refusal:
                raise refuse_node(node.label, refusal) from refusal
        output, ending = self._end()
        return Network(
            picture, output, tuple(v.name for v in small), tuple(self._channels), tuple(self._layers), ending
        )

    def _new_tensor(self, channels: int) -> int:
        if channels > MOST_CHANNELS:
            raise Refusal("has {channels} channels; expected {most} at most", channels=channels, most=MOST_CHANNELS)
        self._channels.append(channels)
        return len(self._channels) - 1

    def _take(self, node: Node) -> None:
        inputs: Inputs = [self._values.get(name) if name else None for name in node.inputs]
        missing = [name for name in node.inputs if name and name not in self._values]
        if missing:
            raise Refusal("reads '{name}', which nothing computes", name=missing[0])
        if all(value is None or isinstance(value, SmallValue) for value in inputs):
            self._values[node.outputs[0]] = _compute(node, inputs)
        elif node.op == "Conv":
            self._values[node.outputs[0]] = self._convolve(node, inputs)
        elif node.op == "Add" and all(isinstance(value, Feature) for value in inputs):
            self._values[node.outputs[0]] = self._sum(node, feature(inputs, 0), feature(inputs, 1))
        elif node.op in OPERATORS:
            self._values[node.outputs[0]] = OPERATORS[node.op](node, inputs)
        else:
            raise Refusal("is not an operator of the family")

    def _convolve(self, node: Node, inputs: Inputs) -> Feature:
        x, weights, bias = feature(inputs), array(inputs, 1), array(inputs, 2)
        if weights is None or weights.ndim != 4 or x.channels_last:
            raise Refusal("has no constant weights of rank 4, or reads channels last")
        if node.integer("group", 1) != 1 or weights.shape[1] != x.channels:
            raise Refusal(
                "has groups, or weights for {wanted} channels where there are {channels}",
                wanted=weights.shape[1],
                channels=x.channels,
            )
        strides, dilations = node.integers("strides") or [1, 1], node.integers("dilations") or [1, 1]
        if len(set(strides)) != 1 or dilations != [1, 1] or not 1 <= strides[0] <= 4:
            raise Refusal("has strides that differ or are more than 4, or dilations")
        if max(weights.shape[2:]) > LARGEST_KERNEL:
            raise Refusal(
                "has a kernel of {height} x {width}; expected {most} at most",
                height=weights.shape[2],
                width=weights.shape[3],
                most=LARGEST_KERNEL,
            )
        for values in (weights, bias):
            if values is not None and not np.isfinite(values).all():
                raise Refusal("has weights that are not finite numbers")
        padding, pads = read_pads(node, x, weights.shape)
        view, rest = self._view(x)
        if rest:
            raise Refusal("reads what has passed another activation than ReLU; expected that at the network's end only")
        layer = Convolution(
            node=node.label,
            input=view,
            output=-1,
            weights=weights.astype(np.float32),
            bias=None if bias is None else bias.astype(np.float32),
            stride=strides[0],
            padding=padding,
            pads=pads,
            doubled=x.doubled,
        )
        before = self._line_before(x)
        if replaces(before, layer):
            self._layers.pop()
            self._channels.pop()
        layer = merge_lines(before, layer)
        tensor = self._new_tensor(int(weights.shape[0]))
        self._layers.append(replace(layer, output=tensor))
        return untouched(tensor, int(weights.shape[0]))

    def _view(self, x: Feature) -> tuple[View, tuple[Operation, ...]]:
        """As `to_view`; what is read in the same way twice is normalized once."""
        view, rest = to_view(x)
        if view.change is None:
            return view, rest
        if isinstance(view.change, Norm) and not any(
            isinstance(layer, Convolution) and layer.output == view.tensor for layer in self._layers
        ):
            raise Refusal("normalizes a sum of tensors, or the picture itself")
        known = self._changes.setdefault(view.tensor, [])
        change = next((other for other in known if other.same_as(view.change)), None)
        if change is None:
            known.append(view.change)
        return replace(view, change=change or view.change), rest

    def _line_before(self, x: Feature) -> Convolution | None:
        """The convolution whose output this one alone reads, if that is the layer before."""
        last = self._layers[-1] if self._layers else None
        if not isinstance(last, Convolution) or last.output != x.tensor:
            return None
        # What lies between the two is of the same tensor, and another may read it there.
        seen = [name for name, value in self._values.items() if _is_of(value, x.tensor)]
        return last if all(self._graph.readers.get(name, 0) <= 1 for name in seen) else None

    def _sum(self, node: Node, a: Feature, b: Feature) -> Feature:
        if (
            a.channels != b.channels
            or a.doubled
            or b.doubled
            or a.padded
            or b.padded
            or a.channels_last
            or b.channels_last
        ):
            raise Refusal("adds tensors that are padded, enlarged or of different channels")
        (first, rest), (second, more) = self._view(a), self._view(b)
        if rest or more or 0 in (a.tensor, b.tensor):
            raise Refusal("adds what has passed another activation than ReLU, or the picture itself")
        tensor = self._new_tensor(a.channels)
        self._layers.append(Sum(node.label, first, second, tensor))
        return untouched(tensor, a.channels)

    def _end(self) -> tuple[PictureValue, Ending]:
        outputs = self._graph.outputs
        value = self._values.get(outputs[0].name) if len(outputs) == 1 else None
        if not isinstance(value, Feature) or value.tensor == 0 or value.doubled or value.padded:
            raise refuse_model(Refusal("it does not end in one picture that a convolution made"))
        try:
            view, operations = self._view(value)
        except Refusal as refusal:
            raise refuse_end(refusal) from refusal
        return PictureValue(outputs[0].name, value.channels, value.channels_last), Ending(view, operations)


def _is_of(value: Read, tensor: int) -> bool:
    return isinstance(value, Feature | Statistic) and value.tensor == tensor


def _compute(node: Node, inputs: Inputs) -> SmallValue:
    function = SMALL_OPERATORS.get(node.op)
    if function is None:
        raise Refusal("is not an operator that the planner computes")
    values = [value for value in inputs if isinstance(value, SmallValue)]
    places = [i for i, value in enumerate(inputs) if value is not None]

    def compute(*arrays: Array) -> Array:
        spread: list[Array | None] = [None] * len(inputs)
        for place, held in zip(places, arrays, strict=True):
            spread[place] = held
        return np.asarray(function(node, *spread))

    try:
        return combine(compute, *values) if values else constant(compute())
    except (ValueError, IndexError, KeyError, TypeError) as error:
        raise Refusal("cannot be computed ({error})", error=error) from error
