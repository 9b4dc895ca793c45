"""From the bytes of an ONNX file to the network that the kernels run, or to the node that does not fit and why."""

from dataclasses import replace

import numpy as np

from app_py.kernels.features import Feature, Read, Refusal, to_view, untouched
from app_py.kernels.lines import merge_lines, replaces
from app_py.kernels.network import (
    Affine,
    Convolution,
    Ending,
    Layer,
    Network,
    Norm,
    Operation,
    Padding,
    PictureValue,
    Sum,
    View,
)
from app_py.kernels.onnx_graph import Graph, Node, Value, read_graph
from app_py.kernels.operators import OPERATORS, Inputs, array, feature
from app_py.kernels.small_values import OPERATORS as SMALL_OPERATORS
from app_py.kernels.small_values import Array, SmallValue, combine, constant, small_input
from app_py.onnxruntime.errors import NotImplemented

MOST_CHANNELS, LARGEST_KERNEL = 256, 9
"""As the kernels' tables are (`build/kernels/src/statistics.h`), and as they are tested."""


def read_network(data: "bytes | memoryview") -> Network:
    """The network in an ONNX file.

    Raises `InvalidProtobuf` for what is not ONNX, `NotImplemented` ('unsupported-operator') naming the node
    that is not of the family, and why.
    """
    return _Reader(read_graph(data)).read()


def refuse(subject: str, reason: str) -> NotImplemented:
    return NotImplemented(
        "The project's own kernels cannot run this model: {node} {reason}.", node=subject, reason=reason
    )


class _Reader:
    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._values: dict[str, Read] = {name: constant(array) for name, array in graph.weights.items()}
        self._layers: list[Layer] = []
        self._channels: list[int] = []
        self._changes: dict[int, list[Norm | Affine]] = {}

    def read(self) -> Network:
        picture = self._find_picture()
        small = [value for value in self._graph.inputs if value.name != picture.name]
        for value in small:
            self._values[value.name] = self._open_small(value)
        self._values[picture.name] = untouched(
            self._new_tensor(picture.channels), picture.channels, picture.channels_last
        )
        for node in self._graph.nodes:
            try:
                self._take(node)
            except Refusal as refusal:
                raise refuse(node.label, str(refusal)) from refusal
        output, ending = self._end()
        return Network(
            picture, output, tuple(v.name for v in small), tuple(self._channels), tuple(self._layers), ending
        )

    def _find_picture(self) -> PictureValue:
        pictures = [value for value in self._graph.inputs if _is_picture(value)]
        if len(pictures) != 1:
            raise refuse("the model", f"has {len(pictures)} inputs that could be the picture; expected one of rank 4")
        value = pictures[0]
        shape = value.shape or ()
        last = isinstance(shape[3], int) and shape[3] <= 4 and not (isinstance(shape[1], int) and shape[1] <= 4)
        channels, height, width = (shape[3], shape[1], shape[2]) if last else (shape[1], shape[2], shape[3])
        if not isinstance(channels, int) or (shape[0] not in (1, None) and not isinstance(shape[0], str)):
            raise refuse("the model", "takes a batch, or pictures of any number of channels; expected one picture")
        sides = (height if isinstance(height, int) else None, width if isinstance(width, int) else None)
        return PictureValue(value.name, channels, last, sides)

    def _open_small(self, value: Value) -> SmallValue:
        if value.shape is None or not all(isinstance(axis, int) for axis in value.shape):
            raise refuse(f"the input '{value.name}'", "has axes of any length; expected fixed ones")
        return small_input(value.name, [int(axis or 0) for axis in value.shape])

    def _new_tensor(self, channels: int) -> int:
        if channels > MOST_CHANNELS:
            raise Refusal(f"has {channels} channels; expected {MOST_CHANNELS} at most")
        self._channels.append(channels)
        return len(self._channels) - 1

    def _take(self, node: Node) -> None:
        inputs: Inputs = [self._values.get(name) if name else None for name in node.inputs]
        missing = [name for name in node.inputs if name and name not in self._values]
        if missing:
            raise Refusal(f"reads '{missing[0]}', which nothing computes")
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
            raise Refusal(f"has groups, or weights for {weights.shape[1]} channels where there are {x.channels}")
        strides, dilations = node.integers("strides") or [1, 1], node.integers("dilations") or [1, 1]
        if len(set(strides)) != 1 or dilations != [1, 1] or not 1 <= strides[0] <= 4:
            raise Refusal("has strides that differ or are more than 4, or dilations")
        if max(weights.shape[2:]) > LARGEST_KERNEL:
            raise Refusal(f"has a kernel of {weights.shape[2]} x {weights.shape[3]}; expected {LARGEST_KERNEL} at most")
        for values in (weights, bias):
            if values is not None and not np.isfinite(values).all():
                raise Refusal("has weights that are not finite numbers")
        padding, pads = _pads(node, x, weights.shape)
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
        before = self._line_before(x, node)
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

    def _line_before(self, x: Feature, node: Node) -> Convolution | None:
        """The convolution whose output this one alone reads, if that is the layer before."""
        last = self._layers[-1] if self._layers else None
        if not isinstance(last, Convolution) or last.output != x.tensor or self._graph.readers[node.inputs[0]] != 1:
            return None
        return last

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
            raise refuse("the model", "does not end in one picture that a convolution made")
        try:
            view, operations = self._view(value)
        except Refusal as refusal:
            raise refuse("the model's end", str(refusal)) from refusal
        return PictureValue(outputs[0].name, value.channels, value.channels_last), Ending(view, operations)


def _is_picture(value: Value) -> bool:
    """Of rank 4, and larger than a pixel in two directions."""
    shape = value.shape
    return shape is not None and len(shape) == 4 and sum(not isinstance(axis, int) or axis > 4 for axis in shape) >= 2


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
        raise Refusal(f"cannot be computed ({error})") from error


def _pads(node: Node, x: Feature, shape: tuple[int, ...]) -> tuple[Padding, tuple[int, int, int, int]]:
    """Of the convolution and of what was padded before it."""
    automatic = node.text("auto_pad", "NOTSET")
    own = node.integers("pads") or [0, 0, 0, 0]
    if automatic in ("SAME_UPPER", "SAME_LOWER"):
        if (node.integers("strides") or [1])[0] != 1:
            raise Refusal(f"pads by {automatic} with a stride, which depends on the picture's size")
        total = [side - 1 for side in shape[2:]]
        less, more = [side // 2 for side in total], [side - side // 2 for side in total]
        own = [*less, *more] if automatic == "SAME_UPPER" else [*more, *less]
    if len(own) != 4 or min(own) < 0:
        raise Refusal("has pads that are not four numbers from 0")
    if not any(own):
        return x.padding if x.padding is not None else Padding.ZEROS, x.pads
    if x.padded:
        raise Refusal("pads what was padded before")
    return Padding.ZEROS, (own[0], own[1], own[2], own[3])
