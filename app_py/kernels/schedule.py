"""A program for one size: which rows of which layer are computed when, and what is kept of them.

InstanceNorm needs a tensor's statistics over the whole picture before anything can be computed from it. A tensor is
either kept whole, or computed in strips as often as it is needed: once for its statistics, then again for its reader. A
pass computes a chain of layers from a kept tensor; what lies between holds only the rows that the next strip reads.
Strips and whole tensors give the same numbers, up to the order in which statistics are summed.

Tensors are given up from the largest picture down until what is left fits the budget.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app_py.kernels.memory import allocate
from app_py.kernels.network import Convolution, Ending, Sum, View
from app_py.kernels.packing import Packed, aligned, kind_of, low_padding, picture_scale
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
from app_py.kernels.residence import Item, Residence, residences
from app_py.kernels.sizes import tensor_sizes
from app_py.kernels.strips import lead, plan_strips, rows_held
from app_py.kernels.tiles import WORK, cost, scratch_bytes, slots, tile_shape
from app_py.onnxruntime.errors import EngineError
from app_py.onnxruntime.faults import TOO_LARGE

MOST_BYTES = 2**32 - 2**17
"""What a 32-bit memory can hold, less the kernels' own."""


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
    program = None
    possible = list(residences(packed, tensor_sizes(packed, height, width)))
    for residence in possible:
        # Planning takes time that grows with the picture; what cannot fit need not be planned.
        most = budget if residence is not possible[-1] else MOST_BYTES
        if residence.least_bytes > most:
            continue
        made = _Scheduler(residence, form, threads).run()
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


class _Scheduler:
    def __init__(self, residence: Residence, form: Form, threads: int) -> None:
        self._residence, self._form, self._threads = residence, form, threads
        self._packed, self._network = residence.packed, residence.packed.network
        self._steps: list[Step] = []
        self._storages: list[Storage] = []
        self._statistics: dict[int, Storage] = {}
        height, width = residence.sizes[0]
        self._input = self._picture(height, width, self._network.channels[0], form.input)
        self._buffers = {0: self._input}

    def _picture(self, height: int, width: int, channels: int, layout: Layout) -> Buffer:
        size = height * width * channels * (1 if layout == Layout.BYTES else 4)
        return Buffer(self._storage(size), height, height, width, channels, layout=layout)

    def _storage(self, size: int) -> Storage:
        self._storages.append(Storage(size))
        return self._storages[-1]

    def run(self) -> Program | None:
        """The program; None where it needs more than a memory can have."""
        residence = self._residence
        for index, layer in enumerate(self._network.layers):
            if isinstance(layer, Sum):
                self._sum(index, layer)
            elif layer.output not in residence.given_up:
                self._buffers[layer.output] = self._kept(layer)
                self._pass(residence.chain(layer))
            elif layer.output in residence.norms:
                self._pass(residence.chain(layer))
            self._finish_statistics(layer.output)
        ending = self._network.ending
        height, width = residence.size_of(ending)
        self._output = self._picture(height, width, self._network.output.channels, self._form.output)
        last = residence.producers[ending.input.tensor]
        given_up = ending.input.tensor in residence.given_up and isinstance(last, Convolution)
        chain = residence.chain(last) if given_up and isinstance(last, Convolution) else []
        self._pass([*chain, ending])
        return self._laid_out()

    def _kept(self, layer: Convolution) -> Buffer:
        """The memory of a whole tensor: over its input's, a strip behind it, where nobody else reads that."""
        residence = self._residence
        height, width = residence.size_of(layer)
        channels = residence.lanes(layer.output)
        before = self._buffers.get(layer.input.tensor)
        if residence.overlays(layer) and before is not None:
            shift = before.capacity - lead(residence, layer)
            return Buffer(before.storage, before.capacity, height, width, channels, shift)
        reader = residence.only_reader(layer.output)
        more = lead(residence, reader) if reader is not None and residence.overlays(reader) else 0
        return self._rows(layer, height + more)

    def _rows(self, layer: Convolution, rows: int) -> Buffer:
        """New memory for so many rows of what a layer makes."""
        height, width = self._residence.size_of(layer)
        channels = self._residence.lanes(layer.output)
        return Buffer(self._storage(rows * width * channels * 4), rows, height, width, channels)

    def _pass(self, chain: list[Item]) -> None:
        """Compute a chain strip by strip; the statistics of its last layer are taken."""
        strips = plan_strips(self._residence, chain)
        buffers = [
            self._rows(item, rows_held(strips, place))
            for place, item in enumerate(chain[:-1])
            if isinstance(item, Convolution)
        ]
        longest = max(strip.last - strip.first for strip in strips if strip.place == len(chain) - 1)
        buffers.append(self._output_of(chain[-1], longest))
        base = 0
        for strip in strips:
            item = chain[strip.place]
            source = buffers[strip.place - 1] if strip.place else self._buffers[item.input.tensor]
            step = self._step(item, source, buffers[strip.place], (strip.first, strip.last))
            if isinstance(item, Convolution) and item is chain[-1] and item.output in self._residence.norms:
                step, base = self._counted(item, step, base)
            self._emit(step)

    def _output_of(self, item: Item, rows: int) -> Buffer:
        if isinstance(item, Ending):
            return self._output
        return self._buffers.get(item.output) or self._rows(item, rows)

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
        kind, channels = kind_of(item), self._residence.channels_in(item)
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
        for norm in self._residence.norms.get(tensor, ()):
            storage, channels = self._statistics[tensor], self._residence.lanes(tensor)
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
            if self._residence.last_reader[view.tensor] == index
        ]
        height, width = self._residence.sizes[layer.output]
        channels = self._residence.lanes(layer.output)
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
        height, width = self._residence.sizes[0]
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
