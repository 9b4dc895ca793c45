"""`steady.wasm` on CPython, through wasmtime."""

import ctypes
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import wasmtime

from app_py.live.fixed_point import Frame
from build.kernels.steady import compile_steady

Planes = npt.NDArray[np.float32]


@cache
def _module() -> tuple[wasmtime.Engine, wasmtime.Module]:
    engine = wasmtime.Engine()
    return engine, wasmtime.Module(engine, compile_steady())


class SteadyWasm:
    """The calls of the page's engine worker, for frames of one size."""

    def __init__(self, height: int, width: int) -> None:
        engine, module = _module()
        self._store = wasmtime.Store(engine)
        # By name: what each export is, no type says.
        self._exports: Any = wasmtime.Instance(self._store, module, []).exports(self._store)
        self._height, self._width = height, width
        self.call("open", height, width)

    def call(self, name: str, *arguments: int) -> Any:
        return self._exports[name](self._store, *arguments)

    def take(self, frame: Frame) -> Planes:
        """The network's input, float32 `(3, H', W')`."""
        rgba = np.concatenate([frame, np.full((*frame.shape[:2], 1), 255, np.uint8)], axis=2)
        self._bytes("input", rgba.size)[:] = rgba.ravel()
        self.call("take")
        return self._planes().copy()

    def give(self, planes: Planes) -> Frame | None:
        """The painting to show, uint8 `(H, W, 3)`; None for what is no number."""
        self._planes()[:] = planes
        if not self.call("give"):
            return None
        rgba = self._bytes("output", self._height * self._width * 4).reshape(self._height, self._width, 4)
        assert (rgba[:, :, 3] == 255).all()
        return rgba[:, :, :3].copy()

    def _planes(self) -> Planes:
        shape = (3, self.call("lattice_height"), self.call("lattice_width"))
        return self._bytes("planes", 4 * int(np.prod(shape))).view(np.float32).reshape(shape)

    def _bytes(self, name: str, count: int) -> npt.NDArray[np.uint8]:
        memory = self._exports["memory"]
        start = ctypes.addressof(memory.data_ptr(self._store).contents) + self.call(name)
        return np.ctypeslib.as_array((ctypes.c_uint8 * count).from_address(start))
