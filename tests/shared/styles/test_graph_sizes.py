"""What no device could compute for a photo is seen in the graph, before anything runs."""

import numpy as np
import pytest

from app_py.kernels.onnx_graph import Array, Attribute, Graph, Node
from app_py.styles.graph_sizes import LARGEST_FACTOR, LARGEST_KERNEL, MOST_CHANNELS, MOST_VALUES, why_too_large

KERNEL, MEMORY = "a kernel of", "for which no device has the memory"


def why(op: str, constants: dict[str, Array], inputs: tuple[str, ...], **attributes: Attribute) -> str:
    node = Node("n", op, inputs, ("y",), attributes)
    return why_too_large(Graph(13, (node,), constants, (), ())) or ""


def weight(*shape: int) -> dict[str, Array]:
    """Of any size, without memory."""
    return {"w": np.broadcast_to(np.float32(0), shape)}


def ints(*values: int) -> dict[str, Array]:
    return {"w": np.array(values, np.int64)}


@pytest.mark.parametrize("op", ["Conv", "ConvTranspose"])
@pytest.mark.parametrize("sides", [(401, 401), (1, LARGEST_KERNEL + 1)])
def test_large_kernels(op: str, sides: tuple[int, int]) -> None:
    found = why(op, weight(3, 3, *sides), ("x", "w"))
    assert f"{KERNEL} {sides[0]} × {sides[1]} ({op} 'n')" in found
    assert why(op, weight(3, 3, LARGEST_KERNEL, 9), ("x", "w")) == ""


def test_the_limits() -> None:
    """As sentences and documents say them."""
    assert (LARGEST_KERNEL, LARGEST_FACTOR, MOST_VALUES) == (64, 256, 67_108_864)


def test_large_windows() -> None:
    assert KERNEL in why("MaxPool", {}, ("x",), kernel_shape=[401, 401])
    assert why("MaxPool", {}, ("x",), kernel_shape=[3, 3]) == ""
    assert why("Relu", {}, ("x",), kernel_shape=[401, 401]) == ""


def test_many_channels() -> None:
    assert MOST_CHANNELS == 4096
    assert why("Gemm", weight(MOST_CHANNELS + 1, 3), ("x", "w")) == ""
    assert why("Conv", weight(MOST_CHANNELS + 1), ("x", "w")) == "", "not the weights of a convolution"
    assert MEMORY in why("ConvTranspose", weight(3, MOST_CHANNELS + 1, 1, 1), ("x", "w"))
    assert why("ConvTranspose", weight(3, MOST_CHANNELS, 1, 1), ("x", "w")) == ""
    assert MEMORY in why("Conv", weight(MOST_CHANNELS + 1, 3, 1, 1), ("x", "w"))
    assert why("Conv", weight(MOST_CHANNELS, 9999, 1, 1), ("x", "w")) == ""
    assert MEMORY in why("ConvTranspose", weight(3, MOST_CHANNELS // 2 + 1, 1, 1), ("x", "w"), group=2)
    assert why("ConvTranspose", weight(9999, MOST_CHANNELS // 2, 1, 1), ("x", "w"), group=2) == ""


@pytest.mark.parametrize(("op", "inputs"), [("ConstantOfShape", ("w",)), ("Expand", ("x", "w"))])
def test_tensors_of_nothing(op: str, inputs: tuple[str, ...]) -> None:
    assert MEMORY in why(op, ints(30_000, 30_000), inputs)
    assert MEMORY in why(op, ints(1 << 40, 1 << 40), inputs), "sixty-four bits do not hold the product"
    assert why(op, ints(MOST_VALUES), inputs) == ""
    assert why(op, {}, inputs) == ""


def test_a_constant_node_tells_as_a_weight_does() -> None:
    constant = Node("c", "Constant", (), ("w",), {"value": np.array([1 << 30], np.int64)})
    user = Node("n", "ConstantOfShape", ("w",), ("y",), {})
    assert MEMORY in (why_too_large(Graph(13, (constant, user), {}, (), ())) or "")


def test_enlargements() -> None:
    assert MEMORY in why("Tile", ints(1, 1, 20, 20), ("x", "w"))
    assert why("Tile", ints(1, 1, 16, 16), ("x", "w")) == ""
    scales: dict[str, Array] = {"w": np.array([1, 1, 100, 100], np.float32), "empty": np.zeros(0, np.float32)}
    assert MEMORY in why("Resize", scales, ("x", "empty", "w"))
    assert MEMORY in why("Resize", scales, ("x", "", "w"))
    assert MEMORY in why("Resize", scales, ("x", "w"))
    assert MEMORY in why("Upsample", {}, ("x",), scales=[1.0, 1.0, 17.0, 16.0])
    assert why("Upsample", {}, ("x",), scales=[1.0, 1.0, 2.0, 2.0]) == ""


def test_borders() -> None:
    assert MEMORY in why("Pad", ints(0, 0, 9999, 0, 0, 0, 0, 0), ("x", "w"))
    assert MEMORY in why("Pad", {}, ("x",), pads=[0, 0, 0, -5000])
    assert why("Pad", ints(0, 0, 40, 40, 0, 0, 40, 40), ("x", "w")) == ""
    assert why("Pad", {}, ("x", "w")) == ""
