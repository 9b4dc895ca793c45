"""A model that a visitor brings: what fits is checked and kept, what does not is told why."""

import asyncio
import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from app_py.errors import ModelError
from app_py.onnxruntime import engines
from app_py.onnxruntime import platform as platforms
from app_py.styles import user_model
from app_py.styles.user_model import OwnModel, check_own_model, title_of
from tests.shared.support import onnx_bytes
from tests.shared.support.fake_engine import SILENCE, FakePlatform
from tests.shared.support.onnx_bytes import FLOAT, INT64

PICTURE = ("x", FLOAT, (1, 3, "H", "W"))
UNFIT, INVALID = "own-model-unfit", "model-invalid"
Array = np.ndarray[Any, Any]


def invert(_provider: str, picture: Array) -> Array:
    return 255 - picture


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> FakePlatform:
    fake = FakePlatform(invert)
    monkeypatch.setattr(platforms, "current", lambda: fake)
    return fake


def check(data: bytes, name: str = "my_great-style.onnx") -> OwnModel:
    return asyncio.run(check_own_model(name, data))


def refused(data: bytes) -> ModelError:
    with pytest.raises(ModelError) as caught:
        check(data)
    return caught.value


def test_a_model_that_paints_joins_with_its_own_answer_as_reference(platform: FakePlatform) -> None:
    own = check(onnx_bytes.model(opset=9))
    assert own.spec.id == own.spec.style
    assert own.spec.id.startswith("own-")
    assert (own.spec.title, own.spec.opset, own.spec.model.bytes) == ("My great style", 9, len(own.data))
    assert platform.log
    with np.load(io.BytesIO(own.reference)) as reference:
        assert reference["input"].shape == reference["output"].shape == (1, 3, 32, 48)
        np.testing.assert_array_equal(reference["output"], 255 - reference["input"])
        assert 0 <= reference["input"].min() < reference["input"].max() <= 255


def test_the_same_model_is_the_same_style_and_another_is_another(platform: FakePlatform) -> None:
    del platform
    first, again, other = (check(onnx_bytes.model(opset=opset)) for opset in (7, 7, 8))
    assert first.spec.id == again.spec.id != other.spec.id


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"not a model", INVALID, "my_great-style.onnx is not an ONNX model, or not a whole one."),
        (onnx_bytes.model()[:-9], INVALID, "is not an ONNX model, or not a whole one."),
        (onnx_bytes.model((PICTURE, ("z", FLOAT, (1,)))), UNFIT, "has 2 inputs and 1 outputs; a painting"),
        (onnx_bytes.model((("x", INT64, (1, 3, "H", "W")),)), UNFIT, "takes tensor(int64) [1, 3, 'H', 'W']"),
        (onnx_bytes.model((("x", FLOAT, (1, 1, "H", "W")),)), UNFIT, "takes tensor(float) [1, 1, 'H', 'W']"),
        (onnx_bytes.model((("x", FLOAT, (1, 3, 224, 320)),)), UNFIT, "takes pictures of 320 × 224 only."),
    ],
)  # fmt: skip
def test_what_takes_no_picture_is_refused_before_it_runs(
    platform: FakePlatform, data: bytes, code: str, words: str
) -> None:
    error = refused(data)
    assert error.code == code
    assert words in str(error)
    assert platform.log == []


@pytest.mark.parametrize(
    ("compute", "words"),
    [
        (lambda _, x: x[:, :, ::2], "turns a picture of 3 × 32 × 48 values into 1 × 3 × 16 × 48"),
        (lambda _, x: x * np.float32("nan"), "gives back values that are no numbers (NaN or infinite)"),
        (lambda _, x: x / 255, "gives back an empty picture. It should take and give values of 0 to 255"),
    ],
    ids=["half the size", "no numbers", "values of 0 to 1"],
)
def test_what_gives_no_picture_is_refused(
    platform: FakePlatform, compute: Callable[[str, Array], Array], words: str
) -> None:
    platform.compute = compute
    error = refused(onnx_bytes.model())
    assert error.code == UNFIT
    assert words in str(error)


def test_what_the_engine_cannot_run_is_told_in_its_words(platform: FakePlatform) -> None:
    trouble = {"code": "model-unsupported", "message": "no kernel for Swirl"}
    platform.troubles["ort:wasm", "create"] = [trouble]
    error = refused(onnx_bytes.model(operators=("Swirl",)))
    assert str(error).startswith("This model does not run here: ")
    assert "no kernel for Swirl" in f"{error} {error.detail}"


@pytest.mark.parametrize(
    ("operator", "words"),
    [
        ("Loop", "This model holds a loop (Loop)"),
        ("Scan", "This model holds a loop (Scan)"),
        ("RandomNormalLike", "This model rolls dice (RandomNormalLike)"),
        ("Bernoulli", "This model rolls dice (Bernoulli)"),
    ],
)
def test_what_cannot_end_or_be_tested_is_refused_before_it_runs(
    platform: FakePlatform, operator: str, words: str
) -> None:
    error = refused(onnx_bytes.model(operators=("Conv", operator)))
    assert error.code == UNFIT
    assert words in str(error)
    assert platform.log == []


@pytest.mark.parametrize("when", ["create", "run"])
def test_a_model_that_never_ends_is_given_up_and_its_worker_ended(
    platform: FakePlatform, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    monkeypatch.setattr(user_model, "LIMIT_S", 0.05)
    for engine in engines.ENGINES:
        platform.troubles[engine.id, when] = [SILENCE]
    error = refused(onnx_bytes.model())
    assert error.code == UNFIT
    assert "was not done with a picture of 48 × 32" in str(error)
    assert [connection.terminated for connection in platform.workers] == [True]


def test_every_model_is_tried_by_a_worker_of_its_own_that_ends(platform: FakePlatform) -> None:
    for opset in (7, 8):
        check(onnx_bytes.model(opset=opset))
    assert [connection.terminated for connection in platform.workers] == [True, True]


@pytest.mark.parametrize("fault", ["another shape", "a failure"])
def test_a_model_that_works_at_one_size_only_is_refused(platform: FakePlatform, fault: str) -> None:
    def compute(_provider: str, picture: Array) -> Array:
        if picture.shape[2:] == (32, 48):
            return 255 - picture
        if fault == "a failure":
            platform.troubles["ort:wasm", "run"] = [{"code": "engine-failed", "message": "shapes"}]
        return picture[:, :, :32]

    platform.compute = compute
    error = refused(onnx_bytes.model())
    assert error.code == UNFIT
    assert "works at one size only" in str(error)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("my_great-style.onnx", "My great style"),
        ("the old harbour of the little town in the morning.ONNX", "The old harbour of the little town in t…"),
        ("x" * 40 + ".onnx", "X" + "x" * 39),
        ("_.onnx", "My style"),
    ],
)
def test_a_file_name_becomes_a_title(name: str, title: str) -> None:
    assert title_of(name) == title
