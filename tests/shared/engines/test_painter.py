"""Painting goes on when an engine fails, and says so."""

import asyncio
from typing import Any

import numpy as np
import pytest

from app_py.engines.choice import Limits
from app_py.engines.chooser import EngineChooser
from app_py.engines.painter import WARM_UP_BELOW_MS, Painter
from app_py.engines.painting import PaintedImage, Painting
from app_py.engines.timeouts import UNKNOWN_MS, Timeouts
from app_py.engines.verdicts import InMemoryStore, Verdict, Verdicts
from app_py.errors import Cancelled, EngineError
from app_py.photo.sizing import STRIDE
from tests.shared.support.fake_engine import DEATH, HELD, SILENCE, FakePlatform
from tests.shared.support.fake_models import FakeFiles, right, spec, vector_style
from tests.shared.support.fake_plan import PLANNED, plan_every_model

TENSOR = np.full((1, 3, 8, 12), 100, np.float32)
LOST = {"code": "context-lost", "message": "The browser took the WebGL context away."}
FULL = {"code": "out-of-memory", "message": "The GPU has no memory left for this size."}
WIDE = {
    "code": "engine-failed",
    "message": "The given dimensions are outside this GPU's boundaries: 1,344,512,324",
    "detail": "",
}


def ignore(_name: str, _engine: str, _predicted_ms: float) -> None:
    pass


def painter(platform: FakePlatform, timeouts: Timeouts | None = None, memory: InMemoryStore | None = None) -> Painter:
    limits = Limits(start_s=1.0, background_s=1.0, hang_s=1.0)
    return Painter(FakeFiles(), memory, platform=platform, limits=limits, timeouts=timeouts or Timeouts(base_s=0.05))


def knowing(where: FakePlatform, **milliseconds: float) -> InMemoryStore:
    """What an earlier visit measured: milliseconds a megapixel of engines that are right."""
    memory = InMemoryStore()

    async def fill() -> None:
        verdicts = Verdicts((await EngineChooser(where, FakeFiles()).device()).key, memory)
        for name, needed in milliseconds.items():
            await verdicts.remember(name.replace("_", ":"), spec(), Verdict("right", 0.1, needed))

    where.block_on(fill())
    return memory


class Stages:
    """Notes what a painting says of itself; what is said twice in a row counts once."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, float]] = []

    def __call__(self, name: str, engine: str, predicted_ms: float) -> None:
        if self.told[-1:] != [(name, engine, predicted_ms)]:
            self.told.append((name, engine, predicted_ms))


def platform() -> FakePlatform:
    return FakePlatform(lambda _provider, feed: right(feed))


def paint(hands: Painter, where: FakePlatform, engine: str = "auto") -> Painting:
    return where.block_on(hands.paint(TENSOR, spec(), engine, ignore))


def after_the_tests(*troubles: Any) -> list[Any]:
    """An engine runs its test twice before it paints."""
    return [None, None, *troubles]


def test_a_painting_tells_engine_time_and_reasons() -> None:
    where = platform()
    painting = paint(painter(where), where)
    np.testing.assert_array_equal(painting.output, right(TENSOR))
    assert (painting.engine, painting.run_ms, painting.notes) == ("ort:wasm", 1.0, ())
    assert painting.choice.provider == "ort:wasm"


def test_the_session_is_kept_and_models_change_in_the_same_worker() -> None:
    where = platform()
    hands = painter(where)

    async def three() -> None:
        for model in (spec(), spec(), spec(style="candy")):
            await hands.paint(TENSOR, model, "auto", ignore)

    where.block_on(three())
    assert where.log.count(("ort:wasm", "create")) == 2
    assert where.log.count(("ort:wasm", "release")) == 1
    assert len(where.workers) == 1, "the one that told about the device paints, too"


@pytest.mark.parametrize("trouble", [LOST, FULL, DEATH, SILENCE])
def test_a_fault_is_answered_with_a_fresh_worker(trouble: Any) -> None:
    where = platform()
    where.troubles["ort:wasm", "run"] = after_the_tests(trouble)
    painting = paint(painter(where), where)
    np.testing.assert_array_equal(painting.output, right(TENSOR))
    assert painting.engine == "ort:wasm"
    assert len(painting.notes) == 1
    assert "WebAssembly failed: " in painting.notes[0]
    assert "started again" in painting.notes[0]
    assert where.workers[-2].terminated
    assert not where.workers[-1].terminated


@pytest.mark.parametrize("trouble", [LOST, FULL, DEATH, SILENCE])
def test_a_second_fault_is_answered_with_the_next_engine(trouble: Any) -> None:
    where = platform()
    where.troubles["ort:wasm", "run"] = after_the_tests(trouble, trouble)
    hands = painter(where)

    async def twice() -> tuple[Painting, Painting]:
        return await hands.paint(TENSOR, spec(), "auto", ignore), await hands.paint(TENSOR, spec(), "auto", ignore)

    first, second = where.block_on(twice())
    assert first.engine == "onnxjs:wasm"
    assert "Another engine was used" in first.notes[1]
    assert (second.engine, second.notes) == ("onnxjs:wasm", ()), "what failed twice is not tried again"


def test_a_picture_too_large_for_an_engine_goes_to_the_next_at_once_and_a_smaller_one_does_not() -> None:
    where = platform()
    where.troubles["ort:wasm", "run"] = after_the_tests(WIDE)
    hands = painter(where)

    async def twice() -> tuple[Painting, Painting]:
        return await hands.paint(TENSOR, spec(), "auto", ignore), await hands.paint(TENSOR, spec(), "auto", ignore)

    first, second = where.block_on(twice())
    assert first.engine == "onnxjs:wasm"
    (note,) = first.notes
    assert "too large for the textures" in note
    assert "Another engine was used" in note
    assert (second.engine, second.notes) == ("ort:wasm", ())


def test_when_every_engine_fails_the_words_name_the_way_out() -> None:
    where = platform()
    hands = painter(where)
    for provider in ("ort:wasm", "onnxjs:wasm", "onnxjs:cpu"):
        where.troubles[provider, "run"] = after_the_tests(FULL, FULL)
    with pytest.raises(
        EngineError, match=r"No engine of this browser could paint this picture at this size\. Choose a smaller size"
    ) as caught:
        paint(hands, where)
    assert caught.value.code == "out-of-memory"
    where.troubles.clear()
    assert paint(hands, where).engine == "ort:wasm", "the next picture starts anew"


def test_a_mistake_of_ours_is_not_retried() -> None:
    where = platform()
    where.troubles["ort:wasm", "run"] = after_the_tests({"code": "session-closed", "message": "closed"})
    with pytest.raises(EngineError, match="closed"):
        paint(painter(where), where)


def test_stopping_ends_the_worker_and_the_next_painting_works() -> None:
    where = platform()
    where.troubles["ort:wasm", "run"] = after_the_tests(SILENCE)
    hands = painter(where, Timeouts(base_s=60))

    async def scenario() -> Painting:
        job = asyncio.ensure_future(hands.paint(TENSOR, spec(), "auto", ignore))
        while where.log.count(("ort:wasm", "run")) < 3:
            await asyncio.sleep(0.001)
        hands.stop()
        with pytest.raises(Cancelled):
            await job
        assert where.workers[-1].terminated
        return await hands.paint(TENSOR, spec(), "auto", ignore)

    painting = where.block_on(scenario())
    assert (painting.engine, painting.notes) == ("ort:wasm", ())


def test_stopping_during_a_test_ends_its_worker() -> None:
    where = platform()
    where.troubles["ort:wasm", "run"] = [SILENCE]
    hands = painter(where)

    async def scenario() -> None:
        job = asyncio.ensure_future(hands.paint(TENSOR, spec(), "auto", ignore))
        while ("ort:wasm", "run") not in where.log:
            await asyncio.sleep(0.001)
        hands.stop()
        with pytest.raises(Cancelled):
            await job
        await asyncio.sleep(0.01)
        assert where.workers[-1].terminated

    where.block_on(scenario())


def test_patience_grows_with_the_work() -> None:
    timeouts = Timeouts(base_s=10, factor=5, unknown_s=600)
    assert timeouts.limit_s(1000) == 15
    assert timeouts.limit_s(60_000) == 310
    assert timeouts.limit_s(float("inf")) == 600


def test_engines_say_why_they_are_not_usable() -> None:
    where = platform()
    engines = {info.id: info for info in where.block_on(painter(where).engines())}
    assert engines["ort:wasm"].usable
    assert not engines["onnxjs:webgl"].usable
    assert "offers no WebGL" in engines["onnxjs:webgl"].why


def test_a_rescue_that_takes_too_long_is_not_tried() -> None:
    where = platform()
    where.milliseconds["onnxjs:wasm"] = 1e7
    where.troubles["ort:wasm", "run"] = after_the_tests(FULL, FULL)
    with pytest.raises(EngineError, match="Choose a smaller size") as caught:
        paint(painter(where), where)
    assert "WebAssembly failed again" in caught.value.detail
    assert where.log.count(("onnxjs:wasm", "run")) == 2, "its test only"
    assert [worker.terminated for worker in where.workers] == [True] * 3, "no engine is left without an owner"


async def prepared(hands: Painter, engine: str = "auto") -> None:
    hands.prepare(spec(), TENSOR.shape[2] * TENSOR.shape[3], engine)
    assert hands._preparing is not None
    await hands._preparing


def test_a_prepared_engine_only_has_to_paint() -> None:
    where = platform()
    hands = painter(where)

    async def story() -> None:
        await prepared(hands)
        before = list(where.log)
        assert ("ort:wasm", "create") in before
        painting = await hands.paint(TENSOR, spec(), "auto", ignore)
        np.testing.assert_array_equal(painting.output, right(TENSOR))
        assert where.log[len(before) :] == [("ort:wasm", "run")]

    where.block_on(story())


def test_a_painting_waits_for_the_preparation_of_its_engine() -> None:
    where = platform()
    hands = painter(where)

    async def story() -> None:
        hands.prepare(spec(), 96, "auto")
        painting = await hands.paint(TENSOR, spec(style="candy"), "auto", ignore)
        assert painting.choice.spec.style == "candy"
        assert len([worker for worker in where.workers if not worker.terminated]) == 1

    where.block_on(story())


def test_a_preparation_for_another_engine_does_not_hold_the_painting_up() -> None:
    where = platform()
    where.troubles[("onnxjs:cpu", "create")] = [SILENCE]
    hands = painter(where, Timeouts(base_s=5.0))

    async def story() -> None:
        hands.prepare(spec(), 96, "onnxjs:cpu")
        await asyncio.sleep(0.01)
        painting = await asyncio.wait_for(hands.paint(TENSOR, spec(), "ort:wasm", ignore), 0.5)
        assert painting.engine == "ort:wasm"

    where.block_on(story())


def test_what_fails_while_preparing_is_explained_by_the_painting() -> None:
    where = platform()
    where.troubles[("ort:wasm", "create")] = [DEATH]
    hands = painter(where)

    async def story() -> None:
        await prepared(hands, "ort:wasm")
        painting = await hands.paint(TENSOR, spec(), "ort:wasm", ignore)
        np.testing.assert_array_equal(painting.output, right(TENSOR))
        assert painting.engine != "ort:wasm"
        assert "WebAssembly" in " ".join(painting.choice.reasons)

    where.block_on(story())


def test_stopping_ends_a_preparation() -> None:
    where = platform()
    where.troubles[("ort:wasm", "create")] = [SILENCE]
    hands = painter(where)

    async def story() -> None:
        hands.prepare(spec(), 96, "auto")
        while ("ort:wasm", "create") not in where.log:
            await asyncio.sleep(0.001)
        hands.stop()
        painting = await hands.paint(TENSOR, spec(), "auto", ignore)
        assert painting.engine == "ort:wasm"

    where.block_on(story())


def test_a_picture_that_an_engine_cannot_hold_is_reduced_and_the_page_says_so() -> None:
    where = platform()
    image = np.full((2100, 2100, 3), 7, np.uint8)
    painting = where.block_on(painter(where, Timeouts()).paint_image(image, spec(), "auto", ignore))
    assert painting.source.shape == painting.image.shape == (2048, 2048, 3)
    assert painting.notes == ("WebAssembly holds 4.2 megapixels at most, in the memory that a page has.",)


def test_the_open_session_is_lent_and_paints_on_afterwards() -> None:
    where = platform()
    hands = painter(where)

    async def scenario() -> None:
        session, choice = await hands.lend(spec(), 96, "auto")
        assert choice.provider == "ort:wasm"
        assert session.get_providers() == ["ort:wasm"]
        np.testing.assert_array_equal(await session.paint(TENSOR), right(TENSOR))
        again, _ = await hands.lend(spec(), 96, "auto")
        assert again is session
        await hands.paint(TENSOR, spec(), "auto", ignore)
        assert session.worker.alive

    where.block_on(scenario())
    assert where.log.count(("ort:wasm", "create")) == 1


def test_an_engine_that_failed_while_it_was_lent_is_not_chosen_again() -> None:
    where = platform()
    hands = painter(where)

    async def scenario() -> str:
        session, choice = await hands.lend(spec(), 96, "auto")
        hands.fault(choice.provider)
        assert not session.worker.alive
        return (await hands.paint(TENSOR, spec(), "auto", ignore)).engine

    assert where.block_on(scenario()) not in ("ort:wasm", "kernels:wasm")


def test_a_picture_is_painted_as_a_picture() -> None:
    where = platform()
    image = np.random.default_rng(2).integers(0, 256, (10, 14, 3), np.uint8)
    painted = where.block_on(painter(where).paint_image(image, spec(), "ort:wasm", ignore))
    np.testing.assert_array_equal(painted.source, image)
    np.testing.assert_array_equal(painted.image, 255 - image)
    assert (painted.engine, painted.run_ms, painted.notes) == ("ort:wasm", 1.0, ())
    assert painted.choice.provider == "ort:wasm"


SQUARE = np.full((1, 3, 100, 100), 100, np.float32)
"""Of a hundredth of a megapixel."""


def test_no_engine_is_right_and_nothing_was_tried_on_the_picture() -> None:
    where = FakePlatform(lambda _provider, feed: feed)
    with pytest.raises(EngineError, match="No engine of this browser paints Mosaic right") as caught:
        paint(painter(where), where)
    assert caught.value.code == "no-engine"


@pytest.mark.parametrize(("needed_ms", "tried"), [(1000.0, True), (1000.5, False)])
def test_the_longest_rescue(needed_ms: float, tried: bool) -> None:
    where = platform()
    where.troubles["ort:wasm", "run"] = [FULL, FULL]
    hands = painter(
        where,
        Timeouts(base_s=0.05, longest_rescue_s=1.0),
        knowing(where, ort_wasm=1e3, onnxjs_wasm=needed_ms * 100),
    )
    job = hands.paint(SQUARE, spec(), "auto", ignore)
    if tried:
        assert where.block_on(job).engine == "onnxjs:wasm"
    else:
        with pytest.raises(EngineError, match="Choose a smaller size"):
            where.block_on(job)


def test_an_engine_that_is_slow_but_the_only_one_is_started_again_all_the_same() -> None:
    where = platform()
    where.troubles["ort:wasm", "run"] = [LOST]
    hands = painter(where, Timeouts(longest_rescue_s=1.0), knowing(where, ort_wasm=1e9))
    assert where.block_on(hands.paint(SQUARE, spec(), "auto", ignore)).engine == "ort:wasm"


@pytest.mark.parametrize(("engine", "named"), [("auto", ""), ("ort:wasm", "ort:wasm")])
def test_the_stages_of_a_painting_and_of_its_retry(engine: str, named: str) -> None:
    where = platform()
    where.troubles["ort:wasm", "run"] = [LOST]
    stages = Stages()
    hands = painter(where, Timeouts(), knowing(where, ort_wasm=20e3))
    where.block_on(hands.paint(SQUARE, spec(), engine, stages))
    once = [("engine", named, UNKNOWN_MS), ("paint", "ort:wasm", 200.0)]
    assert stages.told == once * 2


def test_a_painting_that_waits_for_a_preparation_says_so() -> None:
    where = platform()
    where.troubles["ort:wasm", "create"] = [HELD]
    hands = painter(where, Timeouts())
    stages = Stages()

    async def story() -> None:
        hands.prepare(spec(), 96, "auto")
        job = asyncio.ensure_future(hands.paint(TENSOR, spec(), "auto", stages))
        while not where.held:
            await asyncio.sleep(0)
        assert stages.told == [("engine", "", UNKNOWN_MS)]
        assert not job.done()
        where.let_go()
        await job

    where.block_on(story())
    assert where.log.count(("ort:wasm", "create")) == 1


@pytest.mark.parametrize("engine", [PLANNED, "ort:wasm"])
def test_the_next_picture_is_predicted_by_what_the_last_one_took(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plan_every_model(monkeypatch)
    where = platform()
    where.milliseconds = {engine: 50.0}
    hands = painter(where, Timeouts(), knowing(where, ort_wasm=1.0, kernels_wasm=1.0))
    stages = Stages()
    small, large = np.zeros((8, 12, 3), np.uint8), np.zeros((16, 12, 3), np.uint8)

    async def story() -> None:
        for image in (small, large):
            await hands.paint_image(image, spec(), engine, stages)
        for rows in (8, 16):
            await hands.paint(np.zeros((1, 3, rows, 12), np.float32), spec(), engine, stages)

    where.block_on(story())
    predicted = [milliseconds for name, _, milliseconds in stages.told if name == "paint"]
    assert predicted == pytest.approx([96e-6, 100.0, 25.0, 100.0])


def test_a_picture_crosses_as_bytes_to_an_engine_that_takes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    plan_every_model(monkeypatch)
    where = platform()
    where.milliseconds = {PLANNED: 3.0}
    where.progress = (0.25, 0.75)
    hands = painter(where, Timeouts())
    image = np.random.default_rng(2).integers(0, 256, (10, 13, 3), np.uint8)
    style = np.array([[0.5]], np.float32)
    told: list[float] = []

    async def story() -> PaintedImage:
        await prepared(hands, PLANNED)
        return await hands.paint_image(image, spec(), PLANNED, ignore, {"style": style}, told.append)

    painted = where.block_on(story())
    assert told == [0.25, 0.75]
    assert (where.fed["image"].dtype, where.fed["image"].shape) == (np.uint8, (12, 16, 3)), "made to fit the network"
    np.testing.assert_array_equal(where.fed["style"], style)
    np.testing.assert_array_equal(painted.source, image)
    np.testing.assert_array_equal(painted.image, 255 - image)
    assert painted.image.flags.c_contiguous
    assert (painted.engine, painted.run_ms, painted.notes) == (PLANNED, 3.0, ())
    assert painted.choice.provider == PLANNED


def test_an_engine_that_hangs_over_bytes_is_given_up_like_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    plan_every_model(monkeypatch)
    where = platform()
    where.troubles[PLANNED, "run"] = after_the_tests(SILENCE)
    image = np.zeros((8, 12, 3), np.uint8)
    painted = where.block_on(painter(where).paint_image(image, spec(), PLANNED, ignore))
    (note,) = painted.notes
    assert "gave no sign of life" in note
    assert painted.engine == PLANNED


def test_stopping_an_engine_that_listens_leaves_its_session_open(monkeypatch: pytest.MonkeyPatch) -> None:
    plan_every_model(monkeypatch)
    where = platform()
    where.troubles[PLANNED, "run"] = after_the_tests(SILENCE)
    hands = painter(where, Timeouts())
    image = np.zeros((8, 12, 3), np.uint8)

    async def story() -> None:
        job = asyncio.ensure_future(hands.paint_image(image, spec(), PLANNED, ignore))
        while where.log.count((PLANNED, "run")) < 3:
            await asyncio.sleep(0)
        hands.stop()
        with pytest.raises(Cancelled, match="Stopped"):
            await job
        await hands.paint_image(image, spec(), PLANNED, ignore)

    where.block_on(story())
    assert where.log.count((PLANNED, "create")) == 1
    assert (PLANNED, "stop") in where.log


@pytest.mark.parametrize("given", [None, {"style": np.array([[7.0, 8.0]], np.float32)}])
def test_a_network_is_fed_the_styles_numbers_unless_others_are_given(given: Any) -> None:
    where = platform()
    hands = painter(where, Timeouts())
    style = vector_style("waves", "painting", 0.25, 0.75)
    expected = style.feeds["style"] if given is None else given["style"]
    image = np.zeros((8, 12, 3), np.uint8)

    async def story() -> list[Any]:
        fed = []
        hands.prepare(style, 96, "auto", given)
        assert hands._preparing is not None
        await hands._preparing
        fed.append(where.fed["style"])
        await hands.paint(TENSOR, style, "auto", ignore, given)
        fed.append(where.fed["style"])
        await hands.paint_image(image, style, "auto", ignore, given)
        return [*fed, where.fed["style"]]

    for fed in where.block_on(story()):
        np.testing.assert_array_equal(fed, expected)


@pytest.mark.parametrize(
    ("engine", "predicted_ms", "warms"),
    [
        ("ort:wasm", WARM_UP_BELOW_MS - 1, True),
        ("ort:wasm", WARM_UP_BELOW_MS, False),
        ("onnxjs:wasm", 1.0, False),
    ],
)
def test_what_a_run_warms_is_warmed_unless_that_takes_long(engine: str, predicted_ms: float, warms: bool) -> None:
    where = platform()
    memory = knowing(where, **{engine.replace(":", "_"): predicted_ms * 100})
    hands = painter(where, Timeouts(), memory)

    async def story() -> None:
        hands.prepare(spec(), 10_000, engine)
        assert hands._preparing is not None
        await hands._preparing

    where.block_on(story())
    assert where.log[-1] == (engine, "run" if warms else "create")
    if warms:
        _, _, *sides = where.fed["x"].shape
        assert [side % STRIDE for side in sides] == [0, 0]


def test_one_preparation_at_a_time_and_none_while_a_picture_is_painted() -> None:
    where = platform()
    hands = painter(where, Timeouts(), knowing(where, ort_wasm=1.0, onnxjs_wasm=1.0))

    async def story() -> None:
        where.troubles["ort:wasm", "create"] = [HELD]
        hands.prepare(spec(), 96, "ort:wasm")
        first = hands._preparing
        assert first is not None
        while not where.held:
            await asyncio.sleep(0)
        hands.prepare(spec(), 96, "onnxjs:wasm")
        assert hands._preparing is first
        where.let_go()
        await first
        where.troubles["ort:wasm", "run"] = [HELD]
        job = asyncio.ensure_future(hands.paint(TENSOR, spec(), "ort:wasm", ignore))
        while not where.held:
            await asyncio.sleep(0)
        hands.prepare(spec(), 96, "onnxjs:wasm")
        where.let_go()
        await job
        assert not any(provider == "onnxjs:wasm" for provider, _ in where.log)
        hands.prepare(spec(), 96, "onnxjs:wasm")
        assert hands._preparing is not None
        await hands._preparing
        assert where.log[-1] == ("onnxjs:wasm", "create"), "whoever is idle prepares"

    where.block_on(story())


def test_a_session_is_lent_when_its_preparation_is_over() -> None:
    where = platform()
    where.troubles["ort:wasm", "create"] = [HELD]
    hands = painter(where, Timeouts())

    async def story() -> None:
        hands.prepare(spec(), 96, "auto")
        lent = asyncio.ensure_future(hands.lend(spec(), 96, "auto"))
        while not where.held:
            await asyncio.sleep(0)
        where.let_go()
        session, _ = await lent
        assert session.worker.alive

    where.block_on(story())
    assert where.log.count(("ort:wasm", "create")) == 1
    assert len(where.workers) == 1


def test_an_engine_that_still_warms_up_for_another_wish_is_ended() -> None:
    where = platform()
    where.troubles["ort:wasm", "run"] = after_the_tests(SILENCE)
    hands = painter(where, Timeouts())

    async def story() -> None:
        hands.prepare(spec(), 96, "ort:wasm")
        while where.log.count(("ort:wasm", "run")) < 3:
            await asyncio.sleep(0)
        painting = await hands.paint(TENSOR, spec(), "auto", ignore)
        assert painting.engine == "ort:wasm"

    where.block_on(story())
    assert [worker.terminated for worker in where.workers] == [True, False], "it would wait for that run otherwise"
