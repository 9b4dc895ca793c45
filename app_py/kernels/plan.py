"""A model as sessions hand it to the engine worker: weights once, then a program and a picture for each run."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app_py.kernels.packing import RANGE_01, operations_for_bytes, pack
from app_py.kernels.program import Layout, Program
from app_py.kernels.reader import read_network
from app_py.kernels.schedule import Form, schedule
from app_py.kernels.small_values import Array
from app_py.onnxruntime.errors import InvalidArgument
from app_py.onnxruntime.platform.interface import Bytes

Request = tuple[dict[str, Any], list[Bytes]]

COMFORTABLE_BYTES = 256 * 2**20
"""Tensors are kept whole up to this much memory: a page that paints 12 megapixels is to stay a good neighbour."""

MOST_PROGRAMS = 4


class KernelPlan:
    """The plan of one model. Programs are remembered by size, the latest few: a camera's frames are all alike, and a
    photo is painted small and as large as it was asked for in turns."""

    def __init__(self, model: bytes) -> None:
        """Raises `NotImplemented`, naming the node, for what is not of the family."""
        self._network = read_network(model)
        self._packed = pack(self._network)
        self._programs_made: dict[object, Program] = {}

    def create(self) -> list[Bytes]:
        """The network's own part of the arena."""
        return [self._packed.fixed]

    def runs(self, feeds: Mapping[str, Array], threads: int) -> Iterator[Request]:
        """Requests for float32 `[1, C, H, W]` or `[1, H, W, C]` and back, each with less memory than the one before."""
        network = self._network
        picture = feeds[network.input.name]
        if picture.shape[0] != 1 or picture.shape[3 if network.input.channels_last else 1] != network.input.channels:
            raise InvalidArgument(
                "The kernels take one picture of {channels} channels at a time, and were given {shape}.",
                channels=network.input.channels,
                shape=list(picture.shape),
            )
        height, width = picture.shape[1:3] if network.input.channels_last else picture.shape[2:4]
        layouts = [Layout.PIXELS if value.channels_last else Layout.PLANES for value in (network.input, network.output)]
        form = Form(layouts[0], layouts[1], len(network.ending.operations))
        numbers = self._packed.numbers(feeds, network.ending.operations)
        for program in self._programs(int(height), int(width), form, threads):
            channels, rows, cols = program.output_shape
            dims = [1, rows, cols, channels] if network.output.channels_last else [1, channels, rows, cols]
            yield self._request(program, numbers, picture, network.output.name, "float32", dims)

    def pixel_runs(self, image: Array, feeds: Mapping[str, Array], threads: int, unit_range: bool) -> Iterator[Request]:
        """The same for uint8 `[H, W, 3]` and back."""
        network = self._network
        if network.input.channels != 3 or network.output.channels != 3:
            raise InvalidArgument("Only networks from three channels to three take pixels.")
        operations = operations_for_bytes(network, unit_range)
        numbers = self._packed.numbers(feeds, operations, RANGE_01 if unit_range else 1.0)
        height, width = image.shape[:2]
        form = Form(Layout.BYTES, Layout.BYTES, len(operations))
        for program in self._programs(int(height), int(width), form, threads):
            _, rows, cols = program.output_shape
            yield self._request(program, numbers, image, network.output.name, "uint8", [rows, cols, 3])

    def _programs(self, height: int, width: int, form: Form, threads: int) -> Iterator[Program]:
        budget = COMFORTABLE_BYTES
        while True:
            key = (height, width, form, threads, budget)
            program = self._programs_made.pop(key, None)
            if program is None:
                program = schedule(self._packed, height, width, form, threads=threads, budget=budget)
            self._programs_made[key] = program
            if len(self._programs_made) > MOST_PROGRAMS:
                del self._programs_made[next(iter(self._programs_made))]
            yield program
            smaller = schedule(
                self._packed, height, width, form, threads=threads, budget=program.arena_bytes - 1
            ).arena_bytes
            if smaller >= program.arena_bytes:
                return
            budget = smaller

    def _request(
        self, program: Program, numbers: NDArray[np.uint8], picture: Array, name: str, kind: str, dims: list[int]
    ) -> Request:
        params: dict[str, Any] = {
            "feeds": [],
            "outputs": None,
            "program": {
                "numbers_address": self._packed.numbers_address,
                "steps_address": program.steps_address,
                "costs": program.costs.tolist(),
                "scratch_address": program.scratch_address,
                "scratch_bytes": program.scratch_bytes,
                "arena_bytes": program.arena_bytes,
                "input_address": program.input_address,
                "output": {"name": name, "type": kind, "dims": dims},
                "output_address": program.output_address,
                "output_bytes": program.output_bytes,
            },
        }
        flat = np.ascontiguousarray(picture).reshape(-1).view(np.uint8)
        return params, [numbers, program.steps.reshape(-1).view(np.uint8), flat]
