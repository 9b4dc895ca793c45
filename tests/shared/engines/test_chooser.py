"""The choice of an engine: right before fast, explained, remembered."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from app_py.engines.choice import Choice, Limits
from app_py.engines.chooser import EngineChooser
from app_py.engines.device import Device, candidates
from app_py.engines.self_test import compare, read_reference
from app_py.engines.verdicts import InMemoryStore
from app_py.errors import EngineError
from app_py.session import Session
from tests.shared.support.fake_engine import DEATH, PROBE, SILENCE, FakePlatform
from tests.shared.support.fake_models import INPUT, MODEL, FakeFiles, right, spec

GPU = {"version": 2, "vendor": "Intel", "renderer": "ANGLE (Intel, Intel Iris Xe)", "max_texture_px": 16384}
SWIFTSHADER = {**GPU, "renderer": "ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero)))"}
WEBGPU = {"vendor": "intel", "architecture": "xe", "description": "", "fallback": False}
PIXELS = 512 * 512


def computing(**wrong: Any) -> FakePlatform:
    """A platform whose engines are right, but for the providers in `wrong`, given with '_' for ':'."""
    bent = {name.replace("_", ":"): offset for name, offset in wrong.items()}
    platform = FakePlatform(lambda provider, feed: right(feed) + np.float32(bent.get(provider, 0)))
    platform.milliseconds = {"ort:wasm": 10.0, "onnxjs:webgl": 2.0, "ort:webgpu": 5.0}
    return platform


def choose(platform: FakePlatform, **options: Any) -> Choice:
    limits = options.pop("limits", Limits(start_s=1.0, background_s=1.0, hang_s=1.0))
    files = options.pop("files", FakeFiles())
    chooser = options.pop("chooser", None) or EngineChooser(platform, files, options.pop("memory", None), limits)
    choice: Choice = platform.block_on(chooser.choose(spec(), PIXELS, **options))
    return choice


def status_of(choice: Choice) -> dict[str, str]:
    return {entry.provider: entry.status for entry in choice.table}


def test_without_a_gpu_webassembly_is_taken_and_nothing_else_is_loaded() -> None:
    platform = computing()
    platform.probe["webgl"] = SWIFTSHADER
    choice = choose(platform)
    assert choice.provider == "ort:wasm"
    assert {provider for provider, _ in platform.log} == {"", "ort:wasm"}
    assert "WebGL runs on the processor here (ANGLE (Google, Vulkan 1.3.0 (SwiftShader" in choice.reasons[0]
    assert status_of(choice)["ort:webgpu"] == "unusable"


def test_the_fastest_right_engine_wins() -> None:
    platform = computing()
    platform.probe["webgl"] = GPU
    choice = choose(platform)
    assert choice.provider == "onnxjs:webgl"
    assert choice.reasons == ("WebGL is the fastest here: about 21 ms for this size; WebAssembly about 107 ms.",)
    assert choice.session is not None
    assert choice.session.worker.alive
    assert [worker.terminated for worker in platform.workers] == [True, False], "the loser's worker is ended"


def test_a_fast_engine_spares_the_others_download() -> None:
    platform = computing()
    platform.milliseconds["ort:wasm"] = 1.0
    platform.probe["webgl"] = GPU
    choice = choose(platform)
    assert choice.provider == "ort:wasm"
    assert status_of(choice)["onnxjs:webgl"] == "unneeded"
    assert choice.reasons == ("WebAssembly needs only about 11 ms for this size.",)


def test_a_wrong_engine_is_never_chosen_and_the_page_says_why() -> None:
    platform = computing(onnxjs_webgl=40)
    platform.probe["webgl"] = GPU
    choice = choose(platform)
    assert choice.provider == "ort:wasm"
    assert choice.reasons == ("This device's WebGL computes wrong pixels for reflect padding; using WebAssembly.",)
    entry = next(entry for entry in choice.table if entry.provider == "onnxjs:webgl")
    assert "off by up to 40 of 255" in entry.why


def test_a_wrong_engine_gets_the_zero_padded_variant() -> None:
    calls: list[str] = []

    def compute(provider: str, feed: Any) -> Any:
        calls.append(provider)
        return right(feed) + np.float32(90 if calls.count(provider) == 1 else 0)

    choice = choose(FakePlatform(compute, {"webgl": GPU}), requested="onnxjs:webgl", files=FakeFiles(zero=True))
    assert (choice.provider, choice.spec.id) == ("onnxjs:webgl", "mosaic-nc8-zeropad")
    assert choice.reasons[0] == (
        "This device's WebGL computes wrong pixels for reflect padding; using the style's variant with zero padding."
    )


def test_a_requested_engine_that_is_wrong_is_replaced() -> None:
    platform = computing(onnxjs_webgl=40)
    platform.probe["webgl"] = SWIFTSHADER
    choice = choose(platform, requested="onnxjs:webgl", files=FakeFiles(zero=True))
    assert choice.provider == "ort:wasm"
    assert choice.reasons[0] == "This device's WebGL computes wrong pixels; using WebAssembly."


def test_a_requested_engine_that_is_slow_is_used_all_the_same() -> None:
    platform = computing()
    platform.probe["webgl"] = SWIFTSHADER
    platform.milliseconds["onnxjs:webgl"] = 5000.0
    choice = choose(platform, requested="onnxjs:webgl")
    assert choice.provider == "onnxjs:webgl"
    assert choice.reasons == ("WebGL was chosen by hand.",)
    assert ("ort:wasm", "create") not in platform.log


def test_a_requested_engine_that_the_browser_lacks_is_replaced() -> None:
    choice = choose(computing(), requested="ort:webgpu")
    assert choice.provider == "ort:wasm"
    assert choice.reasons == ("This browser offers no WebGPU; it may be switched off. Using WebAssembly.",)


@pytest.mark.parametrize(
    ("trouble", "status", "words"),
    [
        (DEATH, "crashed", "WebGL does not run on this device; using WebAssembly."),
        ({"code": "context-lost", "message": "lost"}, "crashed", "WebGL does not run on this device"),
        (SILENCE, "late", "WebGL was not ready in time; using WebAssembly."),
    ],
)
def test_an_engine_in_trouble_is_passed_over(trouble: Any, status: str, words: str) -> None:
    platform = computing()
    platform.probe["webgl"] = GPU
    platform.troubles["onnxjs:webgl", "create"] = [trouble]
    choice = choose(platform, limits=Limits(start_s=0.05, background_s=0.1, hang_s=1.0))
    assert choice.provider == "ort:wasm"
    assert status_of(choice)["onnxjs:webgl"] == status
    assert words in " ".join(choice.reasons)


def test_a_poisoned_webassembly_leaves_the_fallbacks() -> None:
    platform = computing(onnxjs_wasm=30)
    platform.probe["webgl"] = SWIFTSHADER
    platform.troubles["ort:wasm", "create"] = [{"code": "engine-unavailable", "message": "404"}]
    choice = choose(platform)
    assert choice.provider == "onnxjs:webgl"
    assert status_of(choice)["onnxjs:cpu"] == "untried"


def test_no_engine_at_all() -> None:
    platform = FakePlatform(lambda _provider, feed: feed * np.float32(np.nan))
    with pytest.raises(EngineError, match="No engine of this browser paints Mosaic right") as caught:
        choose(platform)
    assert caught.value.code == "no-engine"
    assert "NaN" in caught.value.detail


def test_verdicts_are_remembered_by_device_and_engine() -> None:
    memory = InMemoryStore()
    first = computing(onnxjs_webgl=40)
    first.probe["webgl"] = GPU
    assert choose(first, memory=memory).session is not None
    again = computing()
    again.probe["webgl"] = GPU
    choice = choose(again, memory=memory)
    assert choice.provider == "ort:wasm"
    assert choice.session is None
    assert again.log == [("", "probe")]
    other = computing()
    other.probe["webgl"] = {**GPU, "renderer": "another card"}
    assert choose(other, memory=memory).provider == "onnxjs:webgl"
    keys = list(memory._texts)
    assert all("@0.1.8|nc8-reflect" in key or "@1.30.0|nc8-reflect" in key for key in keys)
    assert {json.loads(text)["status"] for text in memory._texts.values()} == {"right", "wrong"}


def test_a_damaged_memory_is_no_memory() -> None:
    class Spoilt(InMemoryStore):
        async def get(self, key: str) -> str | None:
            return f"[{len(key)},"

    assert choose(computing(), memory=Spoilt()).provider == "ort:wasm"


def test_a_real_run_corrects_the_measurement() -> None:
    platform = computing()
    chooser = EngineChooser(platform, FakeFiles())
    choice = choose(platform, chooser=chooser)
    platform.block_on(chooser.learn(choice, PIXELS, 1234.0))
    assert choose(platform, chooser=chooser).predicted_ms == pytest.approx(1234.0)


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
    device = Device.from_probe({**PROBE, "webgl": {**GPU, "renderer": renderer}})
    webgl = next(candidate for candidate in candidates(device) if candidate.provider == "onnxjs:webgl")
    assert webgl.contender is not software
    assert bool(webgl.why) is software


def test_a_fallback_adapter_is_software() -> None:
    device = Device.from_probe({**PROBE, "webgpu": {**WEBGPU, "fallback": True}})
    assert device.webgpu is not None
    assert device.webgpu.software


def test_a_browser_without_simd() -> None:
    found = candidates(Device.from_probe({**PROBE, "simd": False}))
    assert found[0].provider == "onnxjs:wasm"
    assert "SIMD" in next(candidate.why for candidate in found if candidate.provider == "ort:wasm")


def test_what_counts_as_wrong() -> None:
    expected = right(INPUT)
    assert compare(expected + np.float32(0.4), expected) is None
    assert compare(expected + np.float32(0.6), expected) is not None
    spot = expected.copy()
    spot[0, 0, 0, 0] += 4
    assert compare(spot, expected) is not None
    assert compare(expected[:, :, :8], expected) is not None


def test_a_damaged_reference() -> None:
    with pytest.raises(Exception, match="The reference with which engines are tested is damaged"):
        read_reference(b"PK not really")


def living(platform: FakePlatform) -> int:
    return sum(not connection.terminated for connection in platform.workers)


def test_of_several_right_engines_only_the_chosen_ones_worker_lives_on() -> None:
    platform = computing()
    platform.probe |= {"webgl": GPU, "webgpu": WEBGPU}
    platform.milliseconds = dict.fromkeys(platform.milliseconds, 20.0) | {"ort:webgpu": 19.0}
    choice = choose(platform)
    assert [entry.status for entry in choice.table].count("right") > 1
    assert choice.session is not None
    assert choice.session.worker.alive
    assert living(platform) == 1
    assert all(entry.session is None for entry in choice.table), "what is shown holds no engine"


@pytest.mark.parametrize("wins", [True, False])
def test_a_warm_worker_is_tested_in_and_never_ended(wins: bool) -> None:
    platform = computing()
    platform.probe["webgl"] = GPU
    platform.milliseconds = {"ort:wasm": 5.0 if wins else 20.0, "onnxjs:webgl": 10.0}

    async def scenario() -> tuple[Choice, Session]:
        chooser = EngineChooser(platform, FakeFiles(), None, Limits(start_s=1.0, background_s=1.0, hang_s=1.0))
        warm = await Session.create(MODEL, ["ort:wasm"], worker=chooser.fresh_worker())
        return await chooser.choose(spec(), PIXELS, warm=warm), warm

    choice, warm = platform.block_on(scenario())
    assert choice.provider == ("ort:wasm" if wins else "onnxjs:webgl")
    assert warm.worker.alive
    assert choice.session is not None
    assert (choice.session.worker is warm.worker) == wins


@pytest.mark.parametrize("case", ["another engine", "dead"])
def test_a_warm_worker_of_another_engine_or_a_dead_one_is_not_used(case: str) -> None:
    platform = computing()

    async def scenario() -> tuple[Choice, Session]:
        chooser = EngineChooser(platform, FakeFiles(), None, Limits(start_s=1.0, background_s=1.0, hang_s=1.0))
        engine = "onnxjs:cpu" if case == "another engine" else "ort:wasm"
        warm = await Session.create(MODEL, [engine], worker=chooser.fresh_worker())
        if case == "dead":
            warm.worker.kill()
        return await chooser.choose(spec(), PIXELS, requested="ort:wasm", warm=warm), warm

    choice, warm = platform.block_on(scenario())
    assert choice.session is not None
    assert choice.session.worker is not warm.worker
    assert warm.worker.alive == (case == "another engine")


def test_the_worker_that_told_about_the_device_goes_first() -> None:
    platform = computing()

    async def scenario() -> EngineChooser:
        chooser = EngineChooser(platform, FakeFiles())
        await chooser.device()
        await chooser.device()
        return chooser

    chooser = platform.block_on(scenario())
    assert platform.log == [("", "probe")]
    first, second = chooser.fresh_worker(), chooser.fresh_worker()
    assert first is not second
    assert len(platform.workers) == 1, "the second is started when it is asked for something"


def test_what_a_run_took_is_learnt_of_right_engines_only() -> None:
    platform = computing()

    async def scenario() -> list[float]:
        chooser = EngineChooser(platform, FakeFiles(), None, Limits(start_s=1.0, background_s=1.0, hang_s=1.0))
        choice = await chooser.choose(spec(), PIXELS)
        await chooser.learn(choice, PIXELS, 500.0)
        again = await chooser.choose(spec(), 2 * PIXELS)
        await chooser.learn(replace(choice, provider="onnxjs:webgl"), PIXELS, 1.0)
        last = await chooser.choose(spec(), PIXELS)
        return [again.predicted_ms, last.predicted_ms]

    assert platform.block_on(scenario()) == pytest.approx([1000.0, 500.0])
