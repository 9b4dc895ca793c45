"""Memories by onnxruntime's names and numbers."""

import pytest

from app_py.onnxruntime.devices import (
    OrtAllocatorType,
    OrtArenaCfg,
    OrtDevice,
    OrtDeviceMemoryType,
    OrtDeviceVendorId,
    OrtMemoryInfo,
    OrtMemoryInfoDeviceType,
    OrtMemType,
    check_cpu,
)
from app_py.onnxruntime.errors import InvalidCall


@pytest.mark.parametrize(
    ("name", "kind", "vendor"),
    [
        ("cpu", 0, 0),
        ("cuda", 1, 0x10DE),
        ("dml", 1, 0x1414),
        ("webgpu", 1, 0),
        ("cann", 3, 0x19E5),
        ("CUDA", 1, 0x10DE),
    ],
)
def test_devices_have_onnxruntimes_numbers(name: str, kind: int, vendor: int) -> None:
    device = OrtDevice(name, 2)
    assert (device.device_type(), device.device_vendor_id(), device.device_id()) == (kind, vendor, 2)
    assert (device.device_mem_type(), device.name) == (0, name.lower())


def test_enumerations_have_onnxruntimes_numbers() -> None:
    assert [int(kind) for kind in OrtAllocatorType] == [-1, 0, 1]
    assert [int(kind) for kind in OrtMemType] == [-2, -1, 0]
    assert [int(kind) for kind in OrtDeviceMemoryType] == [0, 5]
    assert [int(kind) for kind in OrtMemoryInfoDeviceType] == [0, 1, 2, 3]
    assert [int(kind) for kind in OrtDeviceVendorId] == [
        0, 0x1002, 0x10DE, 0x13B5, 0x1414, 0x19E5, 0x5143, 0x8086,
    ]  # fmt: skip


def test_only_the_cpus_memory_is_taken() -> None:
    check_cpu("cpu")
    check_cpu("CPU", 1)
    check_cpu(OrtDevice())
    for device in ("webgpu", OrtDevice("cann")):
        with pytest.raises(InvalidCall, match="in a browser the CPU holds all values"):
            check_cpu(device)
    with pytest.raises(InvalidCall, match=r"Unsupported device type: abacus\. Known are cpu, cuda"):
        check_cpu("abacus")


def test_a_memory_is_of_the_ordinary_kind_unless_told() -> None:
    memory = OrtMemoryInfo("Cpu", 1, 0, OrtMemType.CPU)
    assert (memory.device_mem_type, memory.device_vendor_id) == (0, 0)
    made = OrtMemoryInfo.create_v2("Cuda", 1, 0x10DE, 3, 5, 256, 0)
    assert made == OrtMemoryInfo("Cuda", 0, 3, OrtMemType.DEFAULT, 5, 0x10DE)


def test_an_arena_keeps_what_it_is_given_and_has_onnxruntimes_defaults_for_the_rest() -> None:
    names = (
        "max_mem",
        "arena_extend_strategy",
        "initial_chunk_size_bytes",
        "max_dead_bytes_per_chunk",
        "initial_growth_chunk_size_bytes",
        "max_power_of_two_extend_bytes",
    )

    def numbers(arena: OrtArenaCfg) -> list[int]:
        return [getattr(arena, name) for name in names]

    assert numbers(OrtArenaCfg(7, 1, 2, 3)) == [7, 1, 2, 3, -1, -1]
    assert numbers(OrtArenaCfg({"max_dead_bytes_per_chunk": 5})) == [0, -1, -1, 5, -1, -1]
    assert numbers(OrtArenaCfg({})) == [0, -1, -1, -1, -1, -1]
    assert numbers(OrtArenaCfg(9)) == [9, -1, -1, -1, -1, -1]
    with pytest.raises(InvalidCall, match=r"Invalid OrtArenaCfg option: most\. Known are max_mem, "):
        OrtArenaCfg({"most": 1})
