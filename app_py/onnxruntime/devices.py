"""Memories by onnxruntime's names. In a browser only the CPU's can be used; the others can be named.

Source of the numbers: onnxruntime/core/framework/ortdevice.h and the Python package's enumerations
"""

import enum
from dataclasses import dataclass
from typing import Any

from .errors import InvalidCall


class OrtDeviceVendorId(enum.IntEnum):
    """PCI's numbers of who makes a device."""

    NONE = 0
    AMD = 0x1002
    NVIDIA = 0x10DE
    ARM = 0x13B5
    MICROSOFT = 0x1414
    HUAWEI = 0x19E5
    QUALCOMM = 0x5143
    INTEL = 0x8086


class OrtMemType(enum.IntEnum):
    """Whose memory, seen from a provider."""

    CPU_INPUT = -2
    CPU_OUTPUT = -1
    CPU = CPU_OUTPUT
    DEFAULT = 0


class OrtAllocatorType(enum.IntEnum):
    """How memory is taken."""

    INVALID = -1
    ORT_DEVICE_ALLOCATOR = 0
    ORT_ARENA_ALLOCATOR = 1


class OrtDeviceMemoryType(enum.IntEnum):
    """Who can read a device's memory."""

    DEFAULT = 0
    HOST_ACCESSIBLE = 5


class OrtMemoryInfoDeviceType(enum.IntEnum):
    """The kind of a device."""

    CPU = 0
    GPU = 1
    FPGA = 2
    NPU = 3


_KNOWN = {
    "cpu": (0, OrtDeviceVendorId.NONE),
    "cuda": (1, OrtDeviceVendorId.NVIDIA),
    "dml": (1, OrtDeviceVendorId.MICROSOFT),
    "webgpu": (1, OrtDeviceVendorId.NONE),
    "cann": (3, OrtDeviceVendorId.HUAWEI),
}
"""Name -> kind and vendor."""


class OrtDevice:
    """A memory by name and number."""

    def __init__(self, device_type: str = "cpu", device_id: int = 0) -> None:
        name = str(device_type).lower()
        if name not in _KNOWN:
            raise InvalidCall(f"Unsupported device type: {device_type}. Known are {', '.join(_KNOWN)}.")
        self._name, self._id = name, int(device_id)

    @staticmethod
    def make(ort_device_name: str, device_id: int) -> "OrtDevice":
        return OrtDevice(ort_device_name, device_id)

    def device_type(self) -> int:
        """0 for the CPU, 1 for a graphics processor, 3 for a neural one."""
        return _KNOWN[self._name][0]

    def device_id(self) -> int:
        return self._id

    def device_vendor_id(self) -> int:
        return int(_KNOWN[self._name][1])

    def device_mem_type(self) -> int:
        """Always the device's ordinary memory."""
        return int(OrtDeviceMemoryType.DEFAULT)

    @property
    def name(self) -> str:
        """'cpu' and so on."""
        return self._name


def check_cpu(device: Any, device_id: int = 0) -> None:
    """Refuse memory that is not the CPU's; a name or an `OrtDevice`."""
    found = device if hasattr(device, "device_type") else OrtDevice(device, device_id)
    if found.device_type() != 0:
        raise InvalidCall(
            f"Can't allocate memory on the device {getattr(found, 'name', '')} using this package of onnxruntime: in a "
            "browser the CPU holds all values."
        )


@dataclass(frozen=True)
class OrtMemoryInfo:
    """A memory as a provider describes it."""

    name: str
    allocator_type: int
    device_id: int
    mem_type: int
    device_mem_type: int = OrtDeviceMemoryType.DEFAULT
    device_vendor_id: int = 0

    @staticmethod
    def create_v2(
        name: str,
        device_type: int,  # noqa: ARG004 - onnxruntime's signature
        vendor_id: int,
        device_id: int,
        mem_type: int,
        alignment: int,  # noqa: ARG004 - onnxruntime's signature
        allocator_type: int,
    ) -> "OrtMemoryInfo":
        return OrtMemoryInfo(name, allocator_type, device_id, OrtMemType.DEFAULT, mem_type, vendor_id)


_ARENA = (
    "max_mem",
    "arena_extend_strategy",
    "initial_chunk_size_bytes",
    "max_dead_bytes_per_chunk",
    "initial_growth_chunk_size_bytes",
    "max_power_of_two_extend_bytes",
)


class OrtArenaCfg:
    """How an arena grows: four numbers, or a dict of some of the six. Kept, not heeded in a browser."""

    max_mem: int
    arena_extend_strategy: int
    initial_chunk_size_bytes: int
    max_dead_bytes_per_chunk: int
    initial_growth_chunk_size_bytes: int
    max_power_of_two_extend_bytes: int

    def __init__(self, *values: Any) -> None:
        given = (
            values[0] if len(values) == 1 and isinstance(values[0], dict) else dict(zip(_ARENA, values, strict=False))
        )
        for name in given:
            if name not in _ARENA:
                raise InvalidCall(f"Invalid OrtArenaCfg option: {name}. Known are {', '.join(_ARENA)}.")
        for name in _ARENA:
            default = 0 if name == "max_mem" else -1
            setattr(self, name, int(given.get(name, default)))
