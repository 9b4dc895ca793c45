"""What is known of engines, and of whom it is believed."""

import asyncio
import json
from dataclasses import asdict, replace

import pytest

from app_py.engines.verdicts import RETRY_AFTER_S, InMemoryStore, Verdict, Verdicts
from app_py.onnxruntime import engines
from app_py.styles.manifest import FileSpec, ModelSpec

SITE = ModelSpec(
    id="waves-nc16",
    style="waves",
    title="Waves",
    width=16,
    padding="reflect",
    model=FileSpec("waves-nc16.onnx", 3, "ab" * 32),
    opset=7,
    licence="MIT",
    reference=None,
    preview=None,
)
OTHER_OF_THE_FAMILY = replace(SITE, id="sky-nc16", style="sky", model=FileSpec("sky-nc16.onnx", 3, "cd" * 32))
OWN = replace(SITE, id="own-0123456789ab", style="own-0123456789ab", model=FileSpec("own.onnx", 3, "ef" * 32))
OTHER_OWN = replace(OWN, id="own-ba9876543210", model=FileSpec("own.onnx", 3, "01" * 32))
ENGINE = "ort:wasm"
WRONG = Verdict("wrong", 255.0, detail="it is off")


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


class Device:
    """A device that remembers, over several visits."""

    def __init__(self) -> None:
        self.memory = InMemoryStore()
        self.clock = Clock()
        self.visit = self._visit()

    def _visit(self) -> Verdicts:
        return Verdicts("device", self.memory, self.clock)

    def come_again(self, after_s: float) -> None:
        self.clock.now += after_s
        self.visit = self._visit()

    def remember(self, spec: ModelSpec, verdict: Verdict) -> None:
        asyncio.run(self.visit.remember(ENGINE, spec, verdict))

    def recall(self, spec: ModelSpec) -> Verdict | None:
        return asyncio.run(self.visit.recall(ENGINE, spec))


def test_a_model_of_the_site_speaks_for_its_family() -> None:
    device = Device()
    device.remember(SITE, Verdict("right", 0.1, 30.0))
    known = device.recall(OTHER_OF_THE_FAMILY)
    assert known is not None
    assert (known.status, known.ms_per_megapixel) == ("right", 30.0)
    assert device.recall(replace(SITE, padding="zero")) is None
    assert device.recall(replace(SITE, opset=8)) is None


@pytest.mark.parametrize("verdict", [WRONG, Verdict("late"), Verdict("right", 0.0, 0.001)])
def test_a_visitors_model_speaks_for_itself_alone(verdict: Verdict) -> None:
    device = Device()
    device.remember(OWN, verdict)
    assert device.recall(SITE) is None
    assert device.recall(OTHER_OWN) is None
    known = device.recall(OWN)
    assert known is not None
    assert known.status == verdict.status


def test_what_was_wrong_is_tried_again_after_a_while() -> None:
    device = Device()
    device.remember(SITE, WRONG)
    device.come_again(RETRY_AFTER_S - 1)
    assert device.recall(SITE) is not None
    device.come_again(2)
    assert device.recall(SITE) is None


def test_it_is_tried_again_after_three_days() -> None:
    device = Device()
    device.remember(SITE, WRONG)
    assert device.recall(SITE) is not None
    for after_s, known in ((0.0, True), (3 * 24 * 3600 - 0.5, True), (0.5, False)):
        device.come_again(after_s)
        assert (device.recall(SITE) is not None) == known


def test_what_is_for_this_visit_is_not_known_on_the_next() -> None:
    device = Device()
    asyncio.run(device.visit.remember(ENGINE, SITE, WRONG, for_good=False))
    assert device.recall(SITE) is not None
    device.come_again(1.0)
    assert device.recall(SITE) is None


def test_styles_of_a_network_share_what_is_known_of_it_alone() -> None:
    device = Device()
    waves, sky = (replace(spec, network="painting") for spec in (SITE, OTHER_OF_THE_FAMILY))
    device.remember(waves, Verdict("right", 0.1, 30.0))
    assert device.recall(sky) is not None
    assert device.recall(SITE) is None
    assert device.recall(replace(waves, network="mixture")) is None


@pytest.mark.parametrize(
    ("spec", "of"),
    [
        (SITE, "nc16-reflect-opset7"),
        (replace(SITE, network="painting"), "nc16-reflect-opset7-painting"),
        (OWN, "model-" + "ef" * 32),
    ],
    ids=["site", "network", "own"],
)
def test_what_visitors_browsers_hold_by_now_is_found_and_understood(spec: ModelSpec, of: str) -> None:
    device = Device()
    record = '{"status": "right", "max_error": 0.5, "ms_per_megapixel": 40, "detail": "", "at": 1.5}'
    asyncio.run(device.memory.put(f"verdict-2|ort:wasm@{engines.get(ENGINE).version}|{of}|device", record))
    assert device.recall(spec) == Verdict("right", 0.5, 40, "", 1.5)


def test_a_prediction_grows_with_the_picture() -> None:
    assert Verdict("right", 0.0, 40.0).predict_ms(2_500_000) == 100.0
    assert Verdict("right").predict_ms(2_500_000) == 0.0


def test_what_was_right_stays_right() -> None:
    device = Device()
    device.remember(SITE, Verdict("right", 0.1, 30.0))
    device.come_again(100 * RETRY_AFTER_S)
    assert device.recall(SITE) is not None


def test_a_clock_that_was_set_back_makes_no_verdict_eternal() -> None:
    device = Device()
    device.remember(SITE, WRONG)
    device.come_again(-10 * RETRY_AFTER_S)
    assert device.recall(SITE) is None


@pytest.mark.parametrize(
    "damage",
    [
        {"status": "splendid"},
        {"status": ["right"]},
        {"ms_per_megapixel": float("inf")},
        {"ms_per_megapixel": float("nan")},
        {"ms_per_megapixel": -1},
        {"ms_per_megapixel": "30"},
        {"max_error": None},
        {"at": True},
        {"detail": 3},
        {"colour": "red"},
    ],
    ids=str,
)
def test_a_damaged_record_is_as_none(damage: dict[str, object]) -> None:
    device = Device()
    device.remember(SITE, Verdict("right", 0.1, 30.0))
    (key,) = device.memory._texts
    fields = asdict(Verdict("right", 0.1, 30.0, at=device.clock.now))
    asyncio.run(device.memory.put(key, json.dumps(fields | damage)))
    device.come_again(0)
    assert device.recall(SITE) is None
    asyncio.run(device.memory.put(key, json.dumps(fields)))
    assert device.recall(SITE) is not None


@pytest.mark.parametrize("text", ["", "null", "3", "{", "[" * 100_000, '{"a":' * 50_000])
def test_a_record_that_is_no_record_is_as_none(text: str) -> None:
    device = Device()
    device.remember(SITE, Verdict("right", 0.1, 30.0))
    (key,) = device.memory._texts
    asyncio.run(device.memory.put(key, text))
    device.come_again(0)
    assert device.recall(SITE) is None
