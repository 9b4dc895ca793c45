"""The choice of an engine: right before fast, explained, remembered."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from app_py.engines.choice import Choice, Limits
from app_py.engines.chooser import GOOD_ENOUGH_MS, MEASURE_PIXELS, EngineChooser
from app_py.engines.verdicts import InMemoryStore, Verdict, Verdicts
from app_py.errors import EngineError
from app_py.session import Session
from tests.shared.support.fake_engine import DEATH, HELD, SILENCE, FakePlatform
from tests.shared.support.fake_models import INPUT, MODEL, FakeFiles, right, spec
from tests.shared.support.fake_plan import PLANNED, plan_every_model

GPU = {"version": 2, "vendor": "Intel", "renderer": "ANGLE (Intel, Intel Iris Xe)", "max_texture_px": 16384}
SWIFTSHADER = {**GPU, "renderer": "ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero)))"}
WEBGPU = {"vendor": "intel", "architecture": "xe", "description": "", "fallback": False}
MEGAPIXEL = 1_000_000
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


def opened(platform: FakePlatform) -> list[str]:
    """The engines that were asked to open a model, in order."""
    return [provider for provider, method in platform.log if method == "create"]


def remembering(platform: FakePlatform, **milliseconds: float) -> InMemoryStore:
    """What an earlier visit on this device measured: milliseconds a megapixel of engines that are right."""
    memory = InMemoryStore()

    async def fill() -> None:
        verdicts = Verdicts((await EngineChooser(platform, FakeFiles()).device()).key, memory)
        for name, needed in milliseconds.items():
            await verdicts.remember(name.replace("_", ":"), spec(), Verdict("right", 0.1, needed))

    platform.block_on(fill())
    return memory


@pytest.mark.parametrize(("milliseconds", "status"), [(GOOD_ENOUGH_MS, "unneeded"), (GOOD_ENOUGH_MS + 0.01, "right")])
def test_what_takes_as_long_as_nobody_waits_is_fast_enough(milliseconds: float, status: str) -> None:
    platform = computing()
    platform.probe["webgl"] = GPU
    chooser = EngineChooser(platform, FakeFiles(), remembering(platform, ort_wasm=milliseconds))
    assert status_of(platform.block_on(chooser.choose(spec(), MEGAPIXEL)))["onnxjs:webgl"] == status


def test_an_engine_that_is_wrong_spares_the_others_no_test() -> None:
    platform = computing(ort_wasm=40)
    platform.probe["webgl"] = GPU
    choice = choose(platform)
    assert choice.provider == "onnxjs:webgl"
    assert [entry.predicted_ms for entry in choice.table if entry.status == "wrong"] == [float("inf")]
    assert status_of(choice)["onnxjs:wasm"] == "untried", "a slower engine only where all others fail"


def test_the_sites_own_engine_leaves_the_one_that_it_outdoes_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    plan_every_model(monkeypatch)
    platform = computing()
    platform.probe["webgl"] = GPU
    platform.milliseconds[PLANNED] = 20.0
    choice = choose(platform)
    assert choice.provider == "onnxjs:webgl"
    assert opened(platform) == [PLANNED, "onnxjs:webgl"]
    assert status_of(choice)["ort:wasm"] == "untried"


def test_whom_the_sites_own_engine_outdoes_is_next_where_that_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    plan_every_model(monkeypatch)
    platform = computing(kernels_wasm=40)
    platform.probe["webgl"] = GPU
    choice = choose(platform)
    assert opened(platform) == [PLANNED, "ort:wasm", "onnxjs:webgl"]
    assert choice.provider == "onnxjs:webgl"
    assert [entry.provider for entry in choice.table].count("ort:wasm") == 1


def test_the_time_for_further_engines_begins_when_one_is_ready() -> None:
    platform = computing(ort_wasm=40)
    platform.probe["webgl"] = GPU
    limits = Limits(start_s=0.0, background_s=1.0, hang_s=1.0)
    assert choose(platform, limits=limits).provider == "onnxjs:webgl", "nothing was ready before it"
    platform = computing()
    platform.probe |= {"webgl": GPU, "webgpu": WEBGPU}
    choice = choose(platform, limits=limits)
    assert choice.provider == "ort:wasm"
    assert status_of(choice)["onnxjs:webgl"] == status_of(choice)["ort:webgpu"] == "late"


@pytest.mark.parametrize("ready", [True, False])
def test_a_late_engine_goes_on_beside_the_painting_for_the_next_choice(ready: bool) -> None:
    platform = computing()
    platform.probe["webgl"] = GPU
    platform.troubles["onnxjs:webgl", "create"] = [HELD]
    memory = InMemoryStore()
    limits = Limits(start_s=0.0, background_s=5.0 if ready else 0.02, hang_s=1.0)

    async def scenario() -> tuple[Choice, Choice]:
        chooser = EngineChooser(platform, FakeFiles(), memory, limits)
        first = await chooser.choose(spec(), PIXELS)
        while not platform.held:
            await asyncio.sleep(0.001)
        if ready:
            platform.let_go()
        while len(memory._texts) < 2:
            await asyncio.sleep(0.001)
        return first, await EngineChooser(platform, FakeFiles(), memory, limits).choose(spec(), PIXELS)

    first, second = platform.block_on(scenario())
    assert (first.provider, status_of(first)["onnxjs:webgl"]) == ("ort:wasm", "late")
    assert status_of(second)["onnxjs:webgl"] == ("right" if ready else "late")
    assert second.provider == ("onnxjs:webgl" if ready else "ort:wasm")
    assert opened(platform) == ["ort:wasm", "onnxjs:webgl"], "the next visit tests nothing anew"
    assert platform.workers[1].terminated


@pytest.mark.parametrize("trouble", [DEATH, SILENCE])
def test_what_may_be_the_networks_fault_is_remembered_for_this_visit_only(trouble: Any) -> None:
    platform = computing()
    platform.troubles["ort:wasm", "create"] = [trouble]
    memory = remembering(platform, onnxjs_wasm=1.0)
    limits = Limits(start_s=1.0, background_s=0.2, hang_s=0.2)

    async def scenario() -> list[str]:
        chooser = EngineChooser(platform, FakeFiles(), memory, limits)
        chosen = []
        for at_work in (chooser, chooser, EngineChooser(platform, FakeFiles(), memory)):
            chosen.append((await at_work.choose(spec(), PIXELS, "ort:wasm")).provider)
            while at_work._beside:
                await asyncio.sleep(0.001)
        return chosen

    assert platform.block_on(scenario()) == ["onnxjs:wasm", "onnxjs:wasm", "ort:wasm"]
    assert opened(platform).count("ort:wasm") == 2, "not tried again on this visit"


def test_a_model_that_cannot_be_tested_goes_to_the_first_engine() -> None:
    platform = computing()
    platform.probe["webgl"] = GPU
    choice = platform.block_on(EngineChooser(platform, FakeFiles()).choose(replace(spec(), reference=None), PIXELS))
    assert (choice.provider, choice.predicted_ms, choice.session) == ("ort:wasm", 0.0, None)
    assert platform.log == [("", "probe")]


@pytest.mark.parametrize("pixels", [32 * 48 * 4, PIXELS])
def test_contenders_are_measured_on_no_more_than_is_painted(pixels: int) -> None:
    platform = computing()
    platform.probe["webgl"] = GPU
    shapes: dict[str, list[int]] = {"ort:wasm": [], "onnxjs:webgl": []}

    def compute(provider: str, feed: Any) -> Any:
        shapes[provider].append(feed.shape[2] * feed.shape[3])
        platform.milliseconds = {provider: shapes[provider][-1] * 18e-3}
        return right(feed)

    platform.compute = compute
    platform.block_on(EngineChooser(platform, FakeFiles()).choose(spec(), pixels))
    most = min(pixels, MEASURE_PIXELS)
    assert shapes["ort:wasm"] == shapes["onnxjs:webgl"]
    assert shapes["ort:wasm"][:2] == [INPUT.shape[2] * INPUT.shape[3]] * 2
    assert [abs(measured - most) < 0.3 * most for measured in shapes["ort:wasm"][2:]] == [True, True]


def test_one_contender_is_not_measured_against_anything() -> None:
    platform = computing()
    choose(platform)
    assert platform.log.count(("ort:wasm", "run")) == 2


def test_a_later_visit_reads_no_model_to_choose_and_knows_what_painting_took(monkeypatch: pytest.MonkeyPatch) -> None:
    plan_every_model(monkeypatch)
    platform = computing()
    memory = InMemoryStore()

    class NoFiles(FakeFiles):
        async def read(self, file: Any) -> bytes:
            raise AssertionError(f"{file} was read")

    async def scenario() -> Choice:
        chooser = EngineChooser(platform, FakeFiles(), memory)
        await chooser.learn(await chooser.choose(spec(), PIXELS), PIXELS, 777.0)
        await asyncio.sleep(0)
        return await EngineChooser(platform, NoFiles(), memory).choose(spec(), PIXELS)

    choice = platform.block_on(scenario())
    assert choice.provider == PLANNED
    assert choice.predicted_ms == pytest.approx(777.0)


def test_a_network_that_the_sites_own_engine_does_not_take_is_no_reason_to_fail() -> None:
    choice = choose(computing(), requested=PLANNED)
    assert choice.provider == "ort:wasm"
    entry = next(entry for entry in choice.table if entry.provider == PLANNED)
    assert entry.status == "unusable"
    assert entry.why in choice.reasons[0]
    assert choice.reasons[0].endswith("Using WebAssembly.")


@pytest.mark.parametrize("why", ["failed", "wrong"])
def test_whom_an_engine_outdoes_is_a_contender_where_that_is_out(monkeypatch: pytest.MonkeyPatch, why: str) -> None:
    """It is next, and whom it outdoes itself is not tried."""
    plan_every_model(monkeypatch)
    platform = computing(kernels_wasm=40)
    platform.probe["webgl"] = GPU
    options = {"without": {PLANNED}} if why == "failed" else {"requested": PLANNED}
    platform.milliseconds["ort:wasm"] = 1.0
    choice = choose(platform, **options)
    assert choice.provider == "ort:wasm"
    assert "onnxjs:wasm" not in opened(platform)


def test_an_engine_that_failed_already_is_not_chosen_even_where_it_is_asked_for() -> None:
    platform = computing()
    assert choose(platform, requested="ort:wasm", without={"ort:wasm"}).provider == "onnxjs:wasm"
    assert "ort:wasm" not in opened(platform)


def test_a_worker_that_died_since_it_told_about_the_device_is_replaced() -> None:
    platform = computing()

    async def scenario() -> bool:
        chooser = EngineChooser(platform, FakeFiles())
        await chooser.device()
        assert chooser._spare is not None
        chooser._spare.kill()
        return chooser.fresh_worker().alive

    assert platform.block_on(scenario())
