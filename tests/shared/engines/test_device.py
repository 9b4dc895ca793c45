"""What a device offers to engines: which can run, which may be the fastest, and why the others are not asked."""

from typing import Any

import pytest

from app_py.engines.device import Device, candidates, infos
from app_py.onnxruntime import engines
from tests.shared.support.fake_engine import PROBE

GPU = {"version": 2, "vendor": "Intel", "renderer": "ANGLE (Intel, Intel Iris Xe)", "max_texture_px": 16384}
WEBGPU = {"vendor": "intel", "architecture": "xe", "description": "", "fallback": False}


def device(**facts: Any) -> Device:
    return Device.from_probe({**PROBE, **facts})


@pytest.mark.parametrize(
    ("renderer", "software"),
    [
        ("ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (LLVM 10.0.0)))", True),
        ("llvmpipe (LLVM 15.0.7, 256 bits)", True),
        ("ANGLE (Microsoft, Microsoft Basic Render Driver Direct3D11)", True),
        ("Apple Software Renderer", True),
        ("ANGLE (NVIDIA, NVIDIA GeForce RTX 3060 Direct3D11 vs_5_0)", False),
        ("Mali-G78", False),
        ("Apple GPU", False),
    ],
)
def test_software_rasterizers_are_recognised(renderer: str, software: bool) -> None:
    found = candidates(device(webgl={**GPU, "renderer": renderer}))
    webgl = next(candidate for candidate in found if candidate.provider == "onnxjs:webgl")
    assert webgl.contender is not software
    assert bool(webgl.why) is software


def test_a_fallback_adapter_is_software() -> None:
    webgpu = device(webgpu={**WEBGPU, "fallback": True}).webgpu
    assert webgpu is not None
    assert webgpu.software


def test_a_browser_without_simd() -> None:
    found = candidates(device(simd=False))
    assert found[0].provider == "onnxjs:wasm"
    assert "SIMD" in next(candidate.why for candidate in found if candidate.provider == "ort:wasm")


def test_the_order_in_which_engines_are_tried() -> None:
    found = candidates(device(webgl=GPU, webgpu={**WEBGPU, "fallback": True}))
    assert [(entry.provider, entry.usable, entry.contender) for entry in found] == [
        ("kernels:wasm", True, True),
        ("onnxjs:webgl", True, True),
        ("ort:wasm", True, False),
        ("onnxjs:wasm", True, False),
        ("onnxjs:cpu", True, False),
        ("ort:webgpu", True, False),
    ]
    assert [bool(entry.why) for entry in found] == [False, False, True, True, True, True]
    assert found[2].why == "WebAssembly has the same processor as this site's own engine and uses it less well."
    assert found[5].why == "WebGPU runs on the processor here (intel xe), which is slower than WebAssembly."


def test_an_engine_that_does_not_take_the_model_outdoes_nobody() -> None:
    found = candidates(device(), {"kernels:wasm": "The network is another."})
    assert [(entry.provider, entry.contender) for entry in found if entry.usable][:2] == [
        ("ort:wasm", True),
        ("onnxjs:wasm", False),
    ]
    refused = next(entry for entry in found if entry.provider == "kernels:wasm")
    assert (refused.usable, refused.contender, refused.why) == (False, False, "The network is another.")
    assert [entry.usable for entry in found] == sorted((entry.usable for entry in found), reverse=True)


def test_pages_list_all_engines_in_the_registrys_order() -> None:
    listed = infos(device())
    assert tuple(info.id for info in listed) == engines.ids()
    assert {info.id: info.why for info in listed if not info.usable} == {
        "onnxjs:webgl": "This browser offers no WebGL; it may be switched off.",
        "ort:webgpu": "This browser offers no WebGPU; it may be switched off.",
    }


def test_a_verdict_depends_on_browser_graphics_and_threads() -> None:
    assert device(browser="B/1", cores=8).key == "B/1|webgl=-|webgpu=-|cores=1", "no threads without isolation"
    assert device(browser="B/1", cores=8, isolated=True, webgl=GPU, webgpu=WEBGPU).key == (
        "B/1|webgl=ANGLE (Intel, Intel Iris Xe)|webgpu=intel xe|cores=8"
    )


def test_a_graphics_processor_that_hides_its_name_is_one_all_the_same() -> None:
    found = device(webgl={**GPU, "renderer": "", "vendor": ""}, webgpu={**WEBGPU, "vendor": "", "architecture": ""})
    for gpu in (found.webgl, found.webgpu):
        assert gpu is not None
        assert (gpu.name, gpu.software) == ("unnamed", False)
    named = device(webgl={**GPU, "renderer": ""}).webgl
    assert named is not None
    assert named.name == "Intel"
