"""A model that a visitor brings: what fits is checked and kept, what does not is told why."""

import asyncio
import hashlib
import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from app_py.errors import AppError, ModelError
from app_py.onnxruntime import engines
from app_py.onnxruntime import platform as platforms
from app_py.styles import user_model
from app_py.styles.manifest import FileSpec, ModelSpec
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


def test_what_is_known_of_a_visitors_model(platform: FakePlatform) -> None:
    del platform
    own = check(onnx_bytes.model(opset=11))
    digest = hashlib.sha256(own.data).hexdigest()
    assert own.spec == ModelSpec(
        id=f"own-{digest[:12]}",
        style=f"own-{digest[:12]}",
        title="My great style",
        width=16,
        padding="reflect",
        model=FileSpec(f"own-{digest[:12]}.onnx", len(own.data), digest),
        opset=11,
        licence="your own",
        reference=FileSpec(
            f"own-{digest[:12]}.reference.npz", len(own.reference), hashlib.sha256(own.reference).hexdigest()
        ),
        preview=None,
    )
    assert own.spec.is_visitors


def test_the_picture_that_models_are_tried_with_has_gradients_edges_and_noise(platform: FakePlatform) -> None:
    platform.compute = lambda _, picture: picture
    with np.load(io.BytesIO(check(onnx_bytes.model()).reference)) as reference:
        columns, rows, squares = reference["input"][0]
    assert columns.dtype == np.float32
    assert min(columns.min(), rows.min(), squares.min()) == 0
    assert np.polyfit(np.arange(48), columns.mean(0), 1)[0] == pytest.approx(5, abs=0.3)
    assert np.polyfit(np.arange(32), rows.mean(1), 1)[0] == pytest.approx(7, abs=0.3)
    for top in range(0, 32, 8):
        for left in range(0, 48, 8):
            mean = squares[top : top + 8, left : left + 8].mean()
            assert abs(mean - 200 * ((top + left) // 8 % 2)) < 12
    residue = columns[:, 10:40] - 5 * np.arange(10, 40, dtype=np.float32)
    assert 19 < np.abs(residue).max() <= 20


def test_a_model_is_tried_at_two_sizes(platform: FakePlatform) -> None:
    shapes = []

    def compute(_provider: str, picture: Array) -> Array:
        shapes.append(picture.shape)
        return 255 - picture

    platform.compute = compute
    check(onnx_bytes.model())
    assert shapes == [(1, 3, 32, 48), (1, 3, 44, 36)]


def test_a_model_with_its_channels_last_is_fed_that_way_and_answers_as_all_do(platform: FakePlatform) -> None:
    shapes = []

    def compute(_provider: str, picture: Array) -> Array:
        shapes.append(picture.shape)
        return 255 - picture

    platform.compute = compute
    picture = [("x", FLOAT, (1, "H", "W", 3))]
    own = check(onnx_bytes.model(inputs=picture, outputs=[("y", FLOAT, (1, "H", "W", 3))]))
    assert shapes == [(1, 32, 48, 3), (1, 44, 36, 3)]
    with np.load(io.BytesIO(own.reference)) as reference:
        assert reference["output"].shape == (1, 3, 32, 48)
        np.testing.assert_array_equal(reference["output"], 255 - reference["input"])


@pytest.mark.parametrize(
    "value",
    [
        ("x", FLOAT, ("N", 3, "H", "W")),
        ("x", FLOAT, (None, 3, None, None)),
        ("x", FLOAT, (1, 3, None, "W")),
    ],
)
def test_every_way_to_state_any_size_is_taken(platform: FakePlatform, value: onnx_bytes.Value) -> None:
    del platform
    assert check(onnx_bytes.model((value,))).spec.opset == 7


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ((("x", FLOAT, None),), "takes tensor(float) []"),
        ((("x", FLOAT, (3, "H", "W")),), "takes tensor(float) [3, 'H', 'W']"),
        ((("x", FLOAT, (2, 3, "H", "W")),), "takes tensor(float) [2, 3, 'H', 'W']"),
        ((("x", FLOAT, (1, 4, "H", "W")),), "takes tensor(float) [1, 4, 'H', 'W']"),
        ((("x", FLOAT, (1, "C", "H", "W")),), "takes tensor(float) [1, 'C', 'H', 'W']"),
        ((("x", FLOAT, (1, 3, "H", "W", 1)),), "takes tensor(float) [1, 3, 'H', 'W', 1]"),
        ((("x", FLOAT, (1, 3, 224, "W")),), "takes pictures of W × 224 only"),
        ((("x", FLOAT, (1, 3, "H", 320)),), "takes pictures of 320 × H only"),
    ],
)
def test_every_input_that_is_no_picture_of_any_size_is_refused(
    platform: FakePlatform, model: tuple[onnx_bytes.Value, ...], words: str
) -> None:
    assert words in str(refused(onnx_bytes.model(model)))
    assert platform.log == []


def test_a_model_of_two_outputs_or_none_is_refused(platform: FakePlatform) -> None:
    outputs = (("y", FLOAT, (1, 3, "H", "W")), ("z", FLOAT, (1,)))
    assert "has 1 inputs and 2 outputs" in str(refused(onnx_bytes.model(outputs=outputs)))
    with pytest.raises(AppError):
        check(onnx_bytes.model(outputs=()))
    assert platform.log == []


def test_what_no_device_could_compute_is_refused_before_it_runs(
    platform: FakePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(user_model, "why_too_large", lambda graph: f"too large: {graph.nodes[0].op}")
    error = refused(onnx_bytes.model(operators=("Conv",)))
    assert (str(error), error.code) == ("too large: Conv", UNFIT)
    assert platform.log == []


def test_sizes_are_not_judged_where_weights_are_in_another_file(
    platform: FakePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The session says what to do about that file."""
    monkeypatch.setattr(user_model, "why_too_large", lambda _: "too large")
    error = refused(onnx_bytes.model(external="weights.bin"))
    assert "weights.bin" in f"{error} {error.detail}"
    assert platform.log == []


def test_an_empty_picture_is_one_of_hardly_any_difference(platform: FakePlatform) -> None:
    for spread, fits in ((0.9, False), (1.1, True)):
        platform.compute = lambda _, x, spread=spread: (x - x.mean()) / x.std() * np.float32(spread)  # type: ignore[misc]
        if fits:
            assert check(onnx_bytes.model())
        else:
            assert "gives back an empty picture" in str(refused(onnx_bytes.model()))


@pytest.mark.parametrize("code", ["engine-died", "out-of-memory"])
def test_an_end_at_the_second_size_is_told_as_what_it_is(platform: FakePlatform, code: str) -> None:
    def compute(_provider: str, picture: Array) -> Array:
        trouble = {"code": code, "message": "it is over"}
        platform.troubles["ort:wasm", "run"] = [trouble]
        return 255 - picture

    platform.compute = compute
    error = refused(onnx_bytes.model())
    assert error.code == UNFIT
    assert str(error).startswith("This model does not run here: ")


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
    assert str(error).startswith("This model works at one size only")


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
