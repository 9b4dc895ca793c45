"""Whether a program reads only what it wrote: memory is followed interval by interval, without computing anything."""

import bisect
from dataclasses import dataclass, field

import numpy as np

from app_py.kernels.program import Kind, Layout, Program

NO_ROW = -1
FIELDS = 9
"""Of a view: data, capacity, shift, height, width, channels, layout, scale, relu."""


@dataclass(frozen=True)
class View:
    data: int
    capacity: int
    shift: int
    height: int
    width: int
    channels: int
    layout: int

    def row(self, y: int) -> tuple[int, int]:
        """Where row y lies: its first byte, and the one behind it."""
        size = self.width * self.channels * 4
        start = self.data + (y + self.shift) % self.capacity * size
        return start, start + size

    @property
    def whole(self) -> tuple[int, int]:
        pixel = self.channels * (1 if self.layout == Layout.BYTES else 4)
        return self.data, self.data + self.height * self.width * pixel


@dataclass
class Memory:
    """What lies where: intervals without gaps between first and last byte, by their starts."""

    starts: list[int] = field(default_factory=list)
    held: dict[int, tuple[int, object, int]] = field(default_factory=dict)

    def write(self, place: tuple[int, int], what: object, row: int) -> None:
        start, end = place
        at = max(bisect.bisect_right(self.starts, start) - 1, 0)
        while at < len(self.starts) and self.starts[at] < end:
            if self.held[self.starts[at]][0] > start:
                del self.held[self.starts.pop(at)]
            else:
                at += 1
        bisect.insort(self.starts, start)
        self.held[start] = (end, what, row)

    def read(self, place: tuple[int, int], row: int) -> object:
        """What was written there as this row; an assertion fails where that is gone."""
        start, end = place
        held = self.held.get(start)
        assert held is not None, f"row {row} at {start} was never written, or written over"
        assert (held[0], held[2]) == (end, row), f"row {held[2]} lies where row {row} is read"
        return held[1]


def check(program: Program) -> None:
    """Follow a program; an assertion fails where a step reads a row that is not there any more, or of another layer.

    Rows must still be there when the step is over: threads read while others write.
    """
    memory = Memory()
    slots: dict[int, dict[int, int]] = {}
    steps = program.steps.view(np.uint32).tolist()
    memory.write((program.input_address, program.input_address + program.input_bytes), "picture", NO_ROW)
    assert _views(steps[0])[0].whole == (program.input_address, program.input_address + program.input_bytes)
    finished: set[int] = set()
    for step in steps:
        source, other, out = _views(step)
        kind, rows = Kind(step[0]), range(step[28], step[29])
        if kind == Kind.STATISTICS:
            written = slots.pop(step[42])
            assert sum(written.values()) == step[43], "not every slot of the statistics was written"
            continue
        needed = [(source, y) for y in _rows_read(step, source)]
        needed += [(other, y) for y in rows] if kind == Kind.SUM else []
        before = [_read(memory, view, y) for view, y in needed]
        assert len(set(before)) <= (2 if kind == Kind.SUM else 1), "rows of two layers are read as one"
        made = ("sum", step[19], step[21]) if kind == Kind.SUM else (kind, step[40])
        for y in rows:
            if kind == Kind.PICTURE:
                finished.add(y)
            else:
                memory.write(out.row(y), made, y)
        if kind == Kind.PICTURE and rows.start == 0:
            memory.write(out.whole, "finished", NO_ROW)
        if kind != Kind.SUM:  # in its place a sum writes over what it has just read
            assert [_read(memory, view, y) for view, y in needed] == before, "a step writes over what it reads"
        if step[42]:
            slots.setdefault(step[42], {})[step[43]] = _parts(step, out)
    assert not slots, "statistics were gathered and not used"
    assert finished == set(range(program.output_shape[1]))


def _views(step: list[int]) -> tuple[View, View, View]:
    views = [View(*step[at : at + 7]) for at in (1, 1 + FIELDS, 1 + 2 * FIELDS)]
    return views[0], views[1], views[2]


def _read(memory: Memory, view: View, y: int) -> object:
    if view.layout != Layout.TENSOR:
        return memory.read(view.whole, NO_ROW)
    return memory.read(view.row(y), y)


def _rows_read(step: list[int], source: View) -> set[int]:
    """By the definition of a convolution, row by row of its output; whole tiles read more, which is never kept."""
    kind, rows = Kind(step[0]), range(step[28], step[29])
    if kind in (Kind.SUM, Kind.PICTURE):
        return set(rows)
    kernel, stride, doubled, padding, top, bottom = (step[i] for i in (30, 31, 32, 33, 34, 36))
    if kind == Kind.UPSAMPLED:
        wanted = {y // 2 + tap for y in rows for tap in (-1, 0, 1)}
        return {min(max(y, 0), source.height - 1) if padding else y for y in wanted} & set(range(source.height))
    height = source.height << doubled
    wanted = {y * stride + tap - top for y in rows for tap in range(kernel)}
    inside = {_source(y, height, bottom, padding) for y in wanted} - {None}
    return {y >> doubled for y in inside if y is not None}


def _source(y: int, height: int, bottom: int, padding: int) -> int | None:
    if 0 <= y < height:
        return y
    if padding == 0 or y >= height + bottom:
        return None
    if padding == 2:
        return 0 if y < 0 else height - 1
    return -y if y < 0 else 2 * height - 2 - y


def _parts(step: list[int], out: View) -> int:
    side = {Kind.WINOGRAD: 4, Kind.BLOCKS: 3, Kind.UPSAMPLED: 2, Kind.DIRECT: 1}[Kind(step[0])]
    down = -(-step[29] // side) - step[28] // side
    across = -(-out.width // side)
    return -(-down // step[38]) * -(-across // step[39])
