"""Steps as the kernels read them: `Step` and `View` of `build/kernels/src/step.h`, field by field."""

import struct
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from app_py.kernels.network import Padding

Steps = NDArray[np.int32]


class Kind(IntEnum):
    DIRECT = 0
    WINOGRAD = 1
    BLOCKS = 2
    UPSAMPLED = 3
    STATISTICS = 4
    SUM = 5
    PICTURE = 6


class Layout(IntEnum):
    TENSOR = 0
    BYTES = 1
    PLANES = 2
    PIXELS = 3


@dataclass(eq=False)
class Storage:
    """Memory that holds tensors one after the other; in use from step `first` to step `last`."""

    size: int
    first: int = -1
    last: int = -1
    address: int = 0

    def touch(self, step: int) -> None:
        self.first = step if self.first < 0 else self.first
        self.last = max(self.last, step)


@dataclass(frozen=True, eq=False)
class Buffer:
    """Rows of a tensor, `capacity` of them at a time: row y at (y + shift) % capacity; or a picture."""

    storage: Storage
    capacity: int
    height: int
    width: int
    channels: int
    shift: int = 0
    layout: Layout = Layout.TENSOR

    def fields(self, scale: int = 0, relu: bool = False) -> tuple[int, ...]:
        return (
            self.storage.address,
            self.capacity,
            self.shift,
            self.height,
            self.width,
            self.channels,
            int(self.layout),
            scale,
            int(relu),
        )


@dataclass(frozen=True, eq=False)
class Reading:
    """A buffer as it is read: `scale` is the address of factors and summands."""

    buffer: Buffer
    scale: int = 0
    relu: bool = False

    def fields(self) -> tuple[int, ...]:
        return self.buffer.fields(self.scale, self.relu)


NO_VIEW = (0,) * 9


@dataclass(frozen=True, eq=False)
class Step:
    """What one step does; `cost` is about how many multiplications it takes."""

    kind: Kind
    input: Reading | None = None
    other: Reading | None = None
    output: Buffer | None = None
    output_scale: int = 0
    channels: int = 0
    rows: tuple[int, int] = (0, 0)
    kernel: int = 0
    stride: int = 1
    doubled: bool = False
    padding: Padding = Padding.ZEROS
    pads: tuple[int, int, int, int] = (0, 0, 0, 0)
    tiles: tuple[int, int] = (1, 1)
    weights: int = 0
    bias: int = 0
    statistics: Storage | None = None
    slots: int = 0
    gamma: int = 0
    beta: int = 0
    epsilon: float = 0.0
    pointwise: int = 0
    count: int = 0
    scratch: int = 0
    cost: float = 0.0

    @property
    def storages(self) -> tuple[Storage, ...]:
        buffers = [reading.buffer for reading in (self.input, self.other) if reading is not None]
        held = [buffer.storage for buffer in (*buffers, self.output) if buffer is not None]
        return (*held, self.statistics) if self.statistics is not None else tuple(held)

    def encode(self) -> tuple[int, ...]:
        output = (
            self.output.fields(self.output_scale)
            if self.output is not None
            else (0, 1, 0, 0, 0, self.channels, 0, self.output_scale, 0)
        )
        return (
            int(self.kind),
            *(self.input.fields() if self.input else NO_VIEW),
            *(self.other.fields() if self.other else NO_VIEW),
            *output,
            *self.rows,
            self.kernel,
            self.stride,
            int(self.doubled),
            int(self.padding),
            *self.pads,
            *self.tiles,
            self.weights,
            self.bias,
            self.statistics.address if self.statistics is not None else 0,
            self.slots,
            self.gamma,
            self.beta,
            int(struct.unpack("<i", struct.pack("<f", self.epsilon))[0]),
            self.pointwise,
            self.count,
        )


STEP_BYTES = 4 * len(Step(Kind.SUM).encode())


def encode(steps: list[Step]) -> Steps:
    return np.array([step.encode() for step in steps], np.uint32).view(np.int32)


@dataclass(frozen=True, eq=False)
class Program:
    """All that a run at one size needs. Addresses are bytes from the arena's start, where the network's own lie."""

    height: int
    width: int
    steps: Steps
    costs: NDArray[np.float64]
    steps_address: int
    scratch_address: int
    scratch_bytes: int
    arena_bytes: int
    input_address: int
    input_bytes: int
    output_address: int
    output_shape: tuple[int, int, int]
    """Channels, height, width."""
    output_bytes: int
    threads: int
