"""A program for one size: which rows of which layer are computed when, and what is kept of them.

InstanceNorm needs a tensor's statistics over the whole picture before anything can be computed from it. A tensor is
either kept whole, or computed in strips as often as it is needed: once for its statistics, then again for its reader. A
pass computes a chain of layers from a kept tensor; what lies between holds only the rows that the next strip reads.
Strips and whole tensors give the same numbers, up to the order in which statistics are summed.

Tensors are given up from the largest picture down until what is left fits the budget.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app_py.kernels.memory import allocate
from app_py.kernels.network import Convolution, Ending, Norm, Padding, Sum, View
from app_py.kernels.packing import Packed, aligned, kind_of, lanes, low_padding, picture_scale
from app_py.kernels.program import (
    STEP_BYTES,
    Buffer,
    Kind,
    Layout,
    Program,
    Reading,
    Step,
    Storage,
    encode,
)
from app_py.kernels.tiles import WORK, cost, scratch_bytes, slots, source_rows, tile_shape, tile_side
from app_py.onnxruntime.errors import EngineError, InvalidArgument
from app_py.onnxruntime.faults import TOO_LARGE

MOST_BYTES = 2**32 - 2**17
"""What a 32-bit memory can hold, less the kernels' own."""

STRIP_PX = 128 * 1024
"""Pixels of the last layer in a strip: enough for all threads, few enough that rows between layers stay cached."""

Item = Convolution | Ending


@dataclass(frozen=True)
class Form:
    """How the picture comes and goes; `operations` is how many the last step applies."""

    input: Layout
    output: Layout
    operations: int


def schedule(
    packed: Packed, height: int, width: int, form: Form, *, threads: int = 1, budget: int = MOST_BYTES
) -> Program:
    """The program that holds most of the tensors within `budget` bytes; the smallest there is where none does.

    Raises `InvalidArgument` ('picture-too-small') for a picture smaller than the network's padding, `EngineError`
    ('picture-too-large') where even the smallest program needs more memory than there is.
    """
    sizes = tensor_sizes(packed, height, width)
    program = None
    for given_up in _levels(packed, sizes):
        made = _Scheduler(packed, sizes, form, threads, given_up).run()
        program = made or program
        if made is not None and made.arena_bytes <= budget:
            return made
    if program is None:
        raise EngineError(
            "{width} × {height} px need more memory than a page can have; choose a smaller size.",
            width=width,
            height=height,
            code=TOO_LARGE,
        )
    return program


def tensor_sizes(packed: Packed, height: int, width: int) -> list[tuple[int, int]]:
    """Height and width of every tensor."""
    network = packed.network
    for given, fixed in zip((height, width), network.input.sides, strict=True):
        if fixed is not None and fixed != given:
            raise InvalidArgument(
                "The model takes pictures of {fixed} px a side only, and was given {given} px.",
                fixed=fixed,
                given=given,
            )
    sizes = [(0, 0)] * len(network.channels)
    sizes[0] = (height, width)
    for layer in network.layers:
        if isinstance(layer, Sum):
            first, second = sizes[layer.first.tensor], sizes[layer.second.tensor]
            if first != second:
                raise InvalidArgument("At this size {node} would add tensors of different sides.", node=layer.node)
            sizes[layer.output] = first
        else:
            sizes[layer.output] = _convolved(layer, sizes[layer.input.tensor])
    return sizes


def _convolved(layer: Convolution, size: tuple[int, int]) -> tuple[int, int]:
    height, width = (side << layer.doubled for side in size)
    top, left, bottom, right = layer.pads
    if layer.padding == Padding.REFLECT and (max(top, bottom) >= height or max(left, right) >= width):
        raise _too_small(layer)
    made = [
        (side + before + after - (layer.kernel - lost)) // layer.stride + 1
        for side, before, after, lost in ((height, top, bottom, layer.lost[0]), (width, left, right, layer.lost[1]))
    ]
    if min(made) < 1:
        raise _too_small(layer)
    return made[0], made[1]


def _too_small(layer: Convolution) -> InvalidArgument:
    return InvalidArgument(
        "The picture is too small for this network: {node} would read beyond it.",
        node=layer.node,
        code="picture-too-small",
    )


def _levels(packed: Packed, sizes: list[tuple[int, int]]) -> list[frozenset[int]]:
    """Sets of tensors to compute in strips, from the fewest to the most."""
    network = packed.network
    readers: dict[int, int] = {}
    for view in network.views:
        readers[view.tensor] = readers.get(view.tensor, 0) + 1
    summed = {view.tensor for layer in network.layers if isinstance(layer, Sum) for view in (layer.first, layer.second)}
    normed = {tensor for tensor, change in network.changes if isinstance(change, Norm)}
    made = [layer.output for layer in network.layers if isinstance(layer, Convolution)]
    possible = [tensor for tensor in made if readers.get(tensor) == 1 and tensor not in summed]
    # Without a norm nothing has to be known of the whole, and a strip costs nothing.
    levels = [frozenset(tensor for tensor in possible if tensor not in normed)]
    areas = sorted({sizes[tensor][0] * sizes[tensor][1] for tensor in made}, reverse=True)
    for area in areas[:-1]:
        more = {tensor for tensor in possible if sizes[tensor][0] * sizes[tensor][1] >= area}
        levels.append(levels[-1] | more)
    return levels


class _Scheduler:
    def __init__(
        self, packed: Packed, sizes: list[tuple[int, int]], form: Form, threads: int, given_up: frozenset[int]
    ) -> None:
        self._packed, self._sizes, self._form, self._threads = packed, sizes, form, threads
        self._network = packed.network
        self._given_up = given_up
        self._steps: list[Step] = []
        self._storages: list[Storage] = []
        self._producers = {layer.output: layer for layer in self._network.layers}
        self._last_reader = {
            view.tensor: i
            for i, layer in enumerate(self._network.layers)
            for view in ((layer.input,) if isinstance(layer, Convolution) else (layer.first, layer.second))
        }
        self._last_reader[self._network.ending.input.tensor] = len(self._network.layers)
        self._norms: dict[int, list[Norm]] = {}
        for tensor, change in self._network.changes:
            if isinstance(change, Norm):
                self._norms.setdefault(tensor, []).append(change)
        self._statistics: dict[int, Storage] = {}
        height, width = sizes[0]
        channels = self._network.channels[0]
        self._input = self._picture(height, width, channels, form.input)
        self._buffers = {0: self._input}

    def _picture(self, height: int, width: int, channels: int, layout: Layout) -> Buffer:
        size = height * width * (4 if layout == Layout.RGBA8 else 4 * channels)
        return Buffer(self._storage(size), height, height, width, channels, layout=layout)

    def _storage(self, size: int) -> Storage:
        self._storages.append(Storage(size))
        return self._storages[-1]

    def run(self) -> Program | None:
        """The program; None where it needs more than a memory can have."""
        for index, layer in enumerate(self._network.layers):
            if isinstance(layer, Sum):
                self._sum(index, layer)
            elif layer.output not in self._given_up:
                self._buffers[layer.output] = self._kept(layer)
                self._pass(self._chain(layer))
            elif layer.output in self._norms:
                self._pass(self._chain(layer))
            self._finish_statistics(layer.output)
        ending = self._network.ending
        height, width = self._sizes[ending.input.tensor]
        self._output = self._picture(height, width, self._network.output.channels, self._form.output)
        last = self._producers[ending.input.tensor]
        chain: list[Item] = []
        if ending.input.tensor in self._given_up and isinstance(last, Convolution):
            chain = self._chain(last)
        self._pass([*chain, ending])
        return self._laid_out()

    def _chain(self, layer: Convolution) -> list[Item]:
        """The layers from the last tensor that is kept up to this one."""
        chain: list[Item] = [layer]
        first = layer
        while first.input.tensor in self._given_up:
            before = self._producers[first.input.tensor]
            assert isinstance(before, Convolution)
            chain.insert(0, before)
            first = before
        return chain

    def _kept(self, layer: Convolution) -> Buffer:
        """The memory of a whole tensor: over its input's, a strip behind it, where nobody else reads that."""
        height, width = self._sizes[layer.output]
        channels = lanes(self._network.channels[layer.output])
        before = self._buffers.get(layer.input.tensor)
        if self._overlays(layer) and before is not None:
            shift = before.capacity - self._lead(layer)
            return Buffer(before.storage, before.capacity, height, width, channels, shift)
        reader = self._reader_of(layer.output)
        lead = self._lead(reader) if reader is not None and self._overlays(reader) else 0
        return Buffer(self._storage((height + lead) * width * channels * 4), height + lead, height, width, channels)

    def _reader_of(self, tensor: int) -> Convolution | None:
        last = self._last_reader.get(tensor, len(self._network.layers))
        layer = self._network.layers[last] if last < len(self._network.layers) else None
        return layer if isinstance(layer, Convolution) else None

    def _overlays(self, layer: Convolution) -> bool:
        """Whether a convolution's output may follow its input through the same memory."""
        source, given = layer.input.tensor, self._given_up
        producer = self._producers.get(source)
        same = self._sizes[source] == self._sizes[layer.output]
        alike = lanes(self._network.channels[source]) == lanes(self._network.channels[layer.output])
        alone = self._reader_of(source) is layer
        fresh = alone and isinstance(producer, Convolution) and not self._overlays(producer)
        return fresh and same and alike and not layer.doubled and source not in given and layer.output not in given

    def _lead(self, layer: Convolution) -> int:
        """By how many rows an output may overtake nothing that is still to be read."""
        return self._strip([layer]) + layer.pads[0]

    def _strip(self, chain: Sequence[Item]) -> int:
        """Rows of a strip of a chain's last layer: of one alone as many as `WORK` allows, else what the cache does."""
        last = chain[-1]
        height = self._height(last)
        side = 12
        if isinstance(last, Convolution):
            side = tile_side(kind_of(last)) * tile_shape(last, self._channels_in(last))[0]
        if len(chain) == 1 and isinstance(last, Convolution):
            out = lanes(self._network.channels[last.output])
            rows = int(WORK // cost(last, self._channels_in(last), out, self._sizes[last.output][1]))
        else:
            rows = STRIP_PX * height // max(self._pixels(item) for item in chain)
        return min(height, max(1, rows // side) * side)

    def _pixels(self, item: Item) -> int:
        height, width = self._sizes[item.input.tensor if isinstance(item, Ending) else item.output]
        return height * width

    def _channels_in(self, layer: Convolution) -> int:
        tensor = layer.input.tensor
        return self._network.channels[0] if tensor == 0 else lanes(self._network.channels[tensor])

    def _height(self, item: Item) -> int:
        return self._sizes[item.input.tensor if isinstance(item, Ending) else item.output][0]

    def _pass(self, chain: list[Item]) -> None:
        """Compute a chain strip by strip; the statistics of its last layer are taken."""
        plan = self._plan_strips(chain)
        buffers: list[Buffer] = []
        for i, item in enumerate(chain[:-1]):
            buffers.append(self._rolling(item, self._rows_held(plan, i)))
        strip = max(high - low for at, low, high, _ in plan if at == len(chain) - 1)
        buffers.append(self._output_of(chain[-1], strip))
        base = 0
        for at, low, high, _ in plan:
            item = chain[at]
            source = buffers[at - 1] if at else self._buffers[item.input.tensor]
            step = self._step(item, source, buffers[at], (low, high))
            if isinstance(item, Convolution) and item is chain[-1] and item.output in self._norms:
                step, base = self._counted(item, step, base)
            self._emit(step)

    def _plan_strips(self, chain: list[Item]) -> list[tuple[int, int, int, int]]:
        """(place in the chain, first row, last row, lowest row that is read) in the order of computing."""
        last = chain[-1]
        band = self._strip(chain)
        done = [0] * len(chain)
        plan: list[tuple[int, int, int, int]] = []
        height = self._height(last)
        for end in range(band, height + band, band):
            need, lows = list(done), [0] * len(chain)
            need[-1] = min(end, height)
            for i in range(len(chain) - 1, 0, -1):
                if need[i] == done[i]:
                    continue
                low, high = self._read_rows(chain[i], done[i], need[i])
                before = chain[i - 1]
                assert isinstance(before, Convolution)
                side = tile_side(kind_of(before))
                need[i - 1] = max(done[i - 1], min(-(-high // side) * side, self._height(before)))
                lows[i] = low
            plan += [(i, done[i], need[i], lows[i]) for i in range(len(chain)) if need[i] > done[i]]
            done = need
        return plan

    def _read_rows(self, item: Item, first: int, last: int) -> tuple[int, int]:
        if isinstance(item, Ending):
            return first, last
        return source_rows(item, first, last, self._sizes[item.input.tensor][0])

    def _rows_held(self, plan: list[tuple[int, int, int, int]], place: int) -> int:
        """How many rows of a layer the strips of the next one need at a time."""
        held = done = 0
        for at, _, high, low in plan:
            if at == place:
                done = high
            elif at == place + 1:
                held = max(held, done - low)
        return held

    def _rolling(self, item: Item, rows: int) -> Buffer:
        assert isinstance(item, Convolution)
        height, width = self._sizes[item.output]
        channels = lanes(self._network.channels[item.output])
        return Buffer(self._storage(rows * width * channels * 4), rows, height, width, channels)

    def _output_of(self, item: Item, strip: int) -> Buffer:
        if isinstance(item, Ending):
            return self._output
        return self._buffers.get(item.output) or self._rolling(item, strip)

    def _step(self, item: Item, source: Buffer, target: Buffer, rows: tuple[int, int]) -> Step:
        reading = self._reading(item.input, source)
        if isinstance(item, Ending):
            return Step(
                Kind.PICTURE,
                reading,
                output=target,
                rows=rows,
                pointwise=self._packed.pointwise,
                count=self._form.operations,
                cost=(rows[1] - rows[0]) * target.width * 20.0,
            )
        kind, channels = kind_of(item), self._channels_in(item)
        upsampled = kind == Kind.UPSAMPLED
        return Step(
            kind,
            reading,
            output=target,
            rows=rows,
            kernel=item.kernel,
            stride=item.stride,
            doubled=item.doubled and not upsampled,
            padding=low_padding(item) if upsampled else item.padding,
            pads=item.pads,
            tiles=tile_shape(item, channels),
            weights=self._packed.weights[item.output],
            bias=self._packed.biases.get(item.output, 0),
            scratch=scratch_bytes(item, channels, target.channels),
            cost=(rows[1] - rows[0]) * cost(item, channels, target.channels, target.width),
        )

    def _reading(self, view: View, buffer: Buffer) -> Reading:
        if view.tensor == 0:
            return Reading(buffer, picture_scale(self._packed), view.relu)
        scale = self._packed.scales[id(view.change)] if view.change is not None else 0
        return Reading(buffer, scale, view.relu)

    def _counted(self, layer: Convolution, step: Step, base: int) -> tuple[Step, int]:
        """The step with places for its parts' statistics, and where the next one's begin."""
        storage = self._statistics.setdefault(layer.output, self._storage(0))
        assert step.output is not None
        count = slots(layer, step.tiles, step.rows, step.output.width)
        storage.size += count * 4 * (1 + 2 * step.output.channels)
        return replace(step, statistics=storage, slots=base), base + count

    def _finish_statistics(self, tensor: int) -> None:
        for norm in self._norms.get(tensor, ()):
            storage, channels = self._statistics[tensor], lanes(self._network.channels[tensor])
            gamma, beta = self._packed.norms[id(norm)]
            self._emit(
                Step(
                    Kind.STATISTICS,
                    output_scale=self._packed.scales[id(norm)],
                    channels=channels,
                    statistics=storage,
                    slots=storage.size // (4 * (1 + 2 * channels)),
                    gamma=gamma,
                    beta=beta,
                    epsilon=norm.epsilon,
                    cost=storage.size * 1.0,
                )
            )

    def _sum(self, index: int, layer: Sum) -> None:
        first, second = self._buffers[layer.first.tensor], self._buffers[layer.second.tensor]
        dying = [
            self._buffers[view.tensor]
            for view in (layer.first, layer.second)
            if self._last_reader[view.tensor] == index
        ]
        height, width = self._sizes[layer.output]
        channels = lanes(self._network.channels[layer.output])
        size = height * width * channels * 4
        kept = min(dying, key=lambda buffer: buffer.shift, default=None)
        target = kept or Buffer(self._storage(size), height, height, width, channels)
        self._buffers[layer.output] = target
        strip = max(8, int(WORK // (width * channels * 4)))
        for row in range(0, height, strip):
            rows = (row, min(row + strip, height))
            self._emit(
                Step(
                    Kind.SUM,
                    self._reading(layer.first, first),
                    self._reading(layer.second, second),
                    target,
                    rows=rows,
                    cost=(rows[1] - rows[0]) * width * channels * 4.0,
                )
            )

    def _emit(self, step: Step) -> None:
        for storage in step.storages:
            storage.touch(len(self._steps))
        self._steps.append(step)

    def _laid_out(self) -> Program | None:
        packed = self._packed
        steps_address = packed.numbers_address + packed.numbers_bytes
        scratch_address = aligned(steps_address + STEP_BYTES * len(self._steps))
        each = aligned(max(step.scratch for step in self._steps))
        # The caller writes the picture before the first step, and reads the result after the last.
        self._input.storage.first = 0
        self._output.storage.touch(len(self._steps))
        end = allocate(self._storages, scratch_address + each * self._threads)
        if end > MOST_BYTES:
            return None
        height, width = self._sizes[0]
        return Program(
            height=height,
            width=width,
            steps=encode(self._steps),
            costs=_costs(self._steps),
            steps_address=steps_address,
            scratch_address=scratch_address,
            scratch_bytes=each,
            arena_bytes=end,
            input_address=self._input.storage.address,
            input_bytes=self._input.storage.size,
            output_address=self._output.storage.address,
            output_shape=(self._output.channels, self._output.height, self._output.width),
            output_bytes=self._output.storage.size,
            threads=self._threads,
        )


def _costs(steps: list[Step]) -> NDArray[np.float64]:
    return np.array([step.cost for step in steps])
