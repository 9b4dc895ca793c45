"""Reading Slice nodes of any opset into one form."""

from dataclasses import dataclass

import onnx_ir as ir

from build.compiler.rules.reading import (
    Refusal,
    constant_input,
    input_at,
    ints,
    ints_attribute,
    positive_axes,
    rank_of,
    required_input,
)

# What stands for the end of an axis, and for the front of one that is taken backwards.
END, FRONT = 2**31 - 1, -(2**31)


@dataclass(frozen=True)
class Window:
    """What a Slice takes: elements `starts[i]` to `ends[i]` along `axes[i]`."""

    starts: list[int]
    ends: list[int]
    axes: list[int]


def read_window(node: ir.Node) -> Window:
    """The window of a Slice: attributes (opset 1) or inputs (opset 10). Raises `Refusal`.

    Starts are counted from the front where the side is known. ONNX takes one that lies before the front for the front;
    ONNX.js does not.
    """
    starts, ends, axes = _attributes(node) if input_at(node, 1) is None else _inputs(node)
    where = axes or list(range(len(starts)))
    x = required_input(node)
    if min(where, default=0) < 0:
        where = positive_axes(where, rank_of(x))
    bounded = [max(FRONT, min(END, number)) for number in ends]
    fronts = [_front(x, *span) for span in zip(where, starts, bounded, strict=True)]
    return Window(fronts, bounded, where)


def _attributes(node: ir.Node) -> tuple[list[int], list[int], list[int]]:
    starts, ends, axes = (ints_attribute(node, name) or [] for name in ("starts", "ends", "axes"))
    return starts, ends, axes


def _inputs(node: ir.Node) -> tuple[list[int], list[int], list[int]]:
    starts, ends = constant_input(node, 1, "starts"), constant_input(node, 2, "ends")
    axes, steps = constant_input(node, 3, "axes"), constant_input(node, 4, "steps")
    if starts is None or ends is None:
        raise Refusal("its starts or ends are missing")
    if steps is not None and any(step != 1 for step in ints(steps)):
        raise Refusal(f"it takes steps of {ints(steps)}, and the attribute form of Slice has none")
    return ints(starts), ints(ends), [] if axes is None else ints(axes)


def _front(x: ir.Value, axis: int, start: int, end: int) -> int:
    """`start` from the front, where it matters and can be told. Raises `Refusal` where it cannot."""
    side = None if x.shape is None else x.shape[axis]
    if isinstance(side, int):
        start, end = (min(max(0, number + side if number < 0 else number), side) for number in (start, end))
    if end <= start and (start < 0) == (end < 0):
        raise Refusal(f"it takes nothing along axis {axis}, and ONNX.js refuses empty tensors")
    # The last element is always there. Where another single one is not, the Slice is empty and of no use anywhere.
    if FRONT < start < -1 and end != start + 1:
        raise Refusal(
            f"it starts {-start} before the end of a side that is not known, and ONNX.js gets it wrong where that"
            " is before the front; --size fixes it"
        )
    return 0 if start <= FRONT else min(start, END)
