"""The kernels on CPython, through wasmtime: one thread, everything else as in the page."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import wasmtime
from numpy.typing import NDArray

from app_py.kernels.network import Network, Operation
from app_py.kernels.packing import Packed, aligned, pack
from app_py.kernels.program import Layout, Program
from app_py.kernels.schedule import MOST_BYTES, Form, schedule

PAGE = 65536
Array = NDArray[Any]


class HostKernels:
    """One instance of the kernels with a memory of its own."""

    def __init__(self, wasm: bytes, seed: int = 0) -> None:
        self._store = wasmtime.Store(_engine())
        self._memory = wasmtime.Memory(self._store, wasmtime.MemoryType(wasmtime.Limits(4, None)))
        self._exports = wasmtime.Instance(self._store, _module(wasm), [self._memory]).exports(self._store)
        base: Any = self._exports["__heap_base"]
        self._arena = aligned(base.value(self._store))
        self._seed = seed

    def step_bytes(self) -> int:
        count: Any = self._exports["step_bytes"]
        return int(count(self._store))

    def load(self, packed: Packed) -> None:
        self._write(0, packed.fixed)

    def paint(self, packed: Packed, program: Program, numbers: NDArray[np.uint8], picture: Array) -> Array:
        """Run a program on a picture as it lies in memory; the result's bytes."""
        # What memory held before must not matter.
        self._grow(program.arena_bytes)
        end = program.arena_bytes - program.scratch_address
        junk = np.random.default_rng(self._seed).integers(0, 2**32, end // 4 + 1, np.uint32)
        self._write(program.scratch_address, junk.view(np.uint8)[:end])
        self._write(packed.numbers_address, numbers)
        self._write(program.steps_address, program.steps.view(np.uint8).reshape(-1))
        self._write(program.input_address, np.ascontiguousarray(picture).view(np.uint8).reshape(-1))
        run: Any = self._exports["run"]
        steps = self._arena, program.steps_address, 0, len(program.steps)
        assert run(self._store, *steps, program.scratch_address, program.scratch_bytes, 1) == 0
        at = self._arena + program.output_address
        return np.frombuffer(bytes(self._memory.read(self._store, at, at + program.output_bytes)), np.uint8)

    def _grow(self, arena_bytes: int) -> None:
        missing = -(-(self._arena + arena_bytes) // PAGE) - self._memory.size(self._store)
        if missing > 0:
            self._memory.grow(self._store, missing)

    def _write(self, address: int, data: NDArray[np.uint8]) -> None:
        self._grow(address + len(data))
        self._memory.write(self._store, data.tobytes(), self._arena + address)


def run_network(
    kernels: HostKernels,
    network: Network,
    picture: Array,
    small: Mapping[str, Array] | None = None,
    *,
    budget: int | None = None,
    operations: tuple[Operation, ...] | None = None,
) -> Array:
    """A network's answer to `[1, C, H, W]` or `[1, H, W, C]` of float32, in its own output's form."""
    packed = pack(network)
    last = network.input.channels_last
    height, width = picture.shape[1:3] if last else picture.shape[2:4]
    done = network.ending.operations if operations is None else operations
    form = Form(
        Layout.PIXELS if last else Layout.PLANES,
        Layout.PIXELS if network.output.channels_last else Layout.PLANES,
        len(done),
    )
    program = schedule(packed, height, width, form, budget=MOST_BYTES if budget is None else budget)
    kernels.load(packed)
    made = kernels.paint(packed, program, packed.numbers(small or {}, done), picture).view(np.float32)
    channels, rows, cols = program.output_shape
    return made.reshape((1, rows, cols, channels) if network.output.channels_last else (1, channels, rows, cols))


@lru_cache
def _engine() -> wasmtime.Engine:
    config = wasmtime.Config()
    config.wasm_relaxed_simd = True
    return wasmtime.Engine(config)


@lru_cache
def _module(wasm: bytes) -> wasmtime.Module:
    return wasmtime.Module(_engine(), wasm)


def read_kernels(folder: Path, name: str = "simd") -> bytes:
    return (folder / f"{name}.wasm").read_bytes()
