"""`InferenceSession`: onnxruntime's behaviour, and a clear sentence for everything that is not right."""

import asyncio
import gc
import time
import warnings
from typing import Any

import numpy as np
import pytest

from app_py.onnxruntime.errors import (
    EngineError,
    InvalidArgument,
    InvalidProtobuf,
    NoModel,
    NoSuchFile,
    OrtError,
)
from app_py.onnxruntime.errors import (
    NotImplemented as Unsupported,
)
from app_py.onnxruntime.options import GraphOptimizationLevel, SessionOptions
from app_py.onnxruntime.session import InferenceSession
from app_py.onnxruntime.session_info import NodeArg, get_available_providers
from tests.shared.support import onnx_bytes
from tests.shared.support.fake_engine import DEATH, SILENCE, FakePlatform
from tests.shared.support.onnx_bytes import INT64

X = np.arange(48, dtype=np.float32).reshape(1, 3, 4, 4)
TOY = onnx_bytes.model()


def open_toy(platform: FakePlatform | None = None, model: Any = TOY, providers: Any = None) -> InferenceSession:
    return InferenceSession(model, providers=providers, platform=platform or FakePlatform())


def sentence(error: OrtError) -> str:
    text = str(error)
    assert "Traceback" not in text
    assert "\n" not in text
    return text


def test_run_gives_what_the_engine_computes() -> None:
    platform = FakePlatform(lambda _provider, feed: feed * 2)
    (y,) = open_toy(platform).run(None, {"x": X})
    np.testing.assert_array_equal(y, X * 2)
    assert y.dtype == np.float32
    assert platform.log[:2] == [("ort:wasm", "create"), ("ort:wasm", "run")]


def test_the_model_describes_itself() -> None:
    model = onnx_bytes.model(weights=["w"], metadata={"author": "me"})
    session = open_toy(model=model, providers=["onnxjs:webgl"])
    assert session.get_inputs() == [NodeArg("x", "tensor(float)", [1, 3, "H", "W"])]
    assert session.get_outputs() == [NodeArg("y", "tensor(float)", [1, 3, "H", "W"])]
    assert session.get_providers() == ["onnxjs:webgl"]
    meta = session.get_modelmeta()
    assert (meta.producer_name, meta.graph_name, meta.version) == ("pytorch", "graph", 4)
    assert meta.custom_metadata_map == {"author": "me"}
    assert get_available_providers() == [
        "CPUExecutionProvider",
        "WebGpuExecutionProvider",
        "kernels:wasm",
        "ort:wasm",
        "onnxjs:webgl",
        "ort:webgpu",
        "onnxjs:wasm",
        "onnxjs:cpu",
    ]


@pytest.mark.parametrize(
    ("feeds", "message"),
    [
        ({}, r"Required inputs \(\['x'\]\) are missing from input feed \(\[\]\)"),
        ({"z": X}, r"Required inputs \(\['x'\]\) are missing from input feed \(\['z'\]\)"),
        ({"x": X, "z": X}, r"Invalid input name: z\. The model's inputs are x\."),
        ({"x": X[0]}, r"Invalid rank for input: x Got: 3 Expected: 4\. The model takes tensor\(float\) \[1, 3, H, W\]"),
        ({"x": X.repeat(2, 1)}, r"Got invalid dimensions for input: x .*index: 1 Got: 6 Expected: 3"),
        ({"x": X.astype(np.float64)}, r"Actual: \(tensor\(double\)\) , expected: \(tensor\(float\)\).*astype"),
        ({"x": X.astype(">f8")}, r"Actual: \(tensor\(double\)\) , expected: \(tensor\(float\)\)"),
        ({"x": np.array(["a"])}, r"Actual: \(tensor\(string\)\) , expected: \(tensor\(float\)\)"),
        ({"x": X.astype(np.complex64)}, r"Actual: \(numpy\.complex64\) , expected: \(tensor\(float\)\)"),
        ({"x": None}, r"The feed for input 'x' is None; expected an array, tensor\(float\)"),
        ({"x": object()}, r"The feed for input 'x' is a object; expected an array"),
        ([X], r"The feeds must be a dict of input name to array, not a list"),
    ],
)
def test_wrong_feeds(feeds: Any, message: str) -> None:
    platform = FakePlatform()
    session = open_toy(platform)
    with pytest.raises(InvalidArgument, match=message) as caught:
        session.run(None, feeds)
    sentence(caught.value)
    assert caught.value.code == "invalid-argument"
    assert ("ort:wasm", "run") not in platform.log, "nothing wrong may reach an engine"
    np.testing.assert_array_equal(session.run(None, {"x": X})[0], X)


def test_wrong_output_names() -> None:
    session = open_toy()
    with pytest.raises(InvalidArgument, match=r"Invalid output name: q\. The model's outputs are y\."):
        session.run(["q"], {"x": X})
    with pytest.raises(InvalidArgument, match="must be a list of names or None, not the string 'y'"):
        session.run("y", {"x": X})


def test_arrays_of_any_layout_are_taken_as_they_are_meant() -> None:
    session = open_toy()
    for given in (X[:, :, ::-1, ::2], X.astype(">f4"), np.asfortranarray(X), X.tolist()):
        (y,) = session.run(None, {"x": given})
        np.testing.assert_array_equal(y, np.asarray(given, np.float32))


def test_the_callers_array_is_left_alone() -> None:
    platform = FakePlatform(lambda _provider, feed: np.multiply(feed, 0, out=feed))
    given = X.copy()
    open_toy(platform).run(None, {"x": given})
    np.testing.assert_array_equal(given, X)


def test_nan_and_infinity() -> None:
    spoilt = X.copy()
    spoilt[0, 0, 0, :2] = np.nan, np.inf
    np.testing.assert_array_equal(open_toy().run(None, {"x": spoilt})[0], spoilt)
    with pytest.raises(InvalidArgument, match="Input 'x' holds NaN or infinity, which WebGL does not carry reliably"):
        open_toy(providers=["onnxjs:webgl"]).run(None, {"x": spoilt})


def test_a_zero_size_axis() -> None:
    empty = X[:, :, :0]
    assert open_toy().run(None, {"x": empty})[0].shape == (1, 3, 0, 4)
    with pytest.raises(
        InvalidArgument, match=r"'x' of shape \(1, 3, 0, 4\) has a zero-size axis, which ONNX.js cannot"
    ):
        open_toy(providers=["onnxjs:wasm"]).run(None, {"x": empty})


@pytest.mark.parametrize(
    ("model", "kind", "message"),
    [
        (b"hello world", InvalidProtobuf, "INVALID_PROTOBUF : Failed to load model.*not ONNX or is cut short"),
        (b"", NoModel, "No graph was found in the protobuf: the file is empty or is not an ONNX model"),
        (TOY[:-9], InvalidProtobuf, "INVALID_PROTOBUF .*cut short"),
        ("nowhere.onnx", NoSuchFile, "nowhere.onnx could not be fetched: the server answered 404"),
        (3, InvalidArgument, "Unable to load from type 'int': expected a path, an address or the model's bytes"),
        (onnx_bytes.sequence_value("list"), InvalidArgument, r"'list' is a seq\(tensor\(float\)\), which the engines"),
    ],
)
def test_models_that_cannot_be_opened(model: Any, kind: type[OrtError], message: str) -> None:
    platform = FakePlatform()
    with pytest.raises(kind, match=message) as caught:
        open_toy(platform, model)
    sentence(caught.value)
    assert platform.log == []


def test_an_unknown_provider_is_named_with_what_there_is() -> None:
    with pytest.raises(InvalidArgument) as caught:
        open_toy(providers=["ort:wsam"])
    assert caught.value.code == "unknown-provider"
    assert "Unknown Provider Type: ort:wsam. Did you mean 'ort:wasm'?" in sentence(caught.value)
    assert "onnxjs:webgl" in sentence(caught.value)


@pytest.mark.parametrize(
    ("providers", "used"),
    [
        (None, "CPUExecutionProvider"),
        ([], "CPUExecutionProvider"),
        ((name for name in ["onnxjs:cpu"]), "onnxjs:cpu"),
        ("onnxjs:cpu", "onnxjs:cpu"),
        (["CPUExecutionProvider"], "CPUExecutionProvider"),
        ([("WebGpuExecutionProvider", {}), "ort:wasm"], "WebGpuExecutionProvider"),
        ("auto", "ort:wasm"),
    ],
)
def test_providers_as_onnxruntime_takes_them(providers: Any, used: str) -> None:
    assert open_toy(providers=providers).get_providers() == [used]


def test_the_next_provider_is_used_when_one_cannot_open_the_model() -> None:
    platform = FakePlatform()
    platform.troubles["onnxjs:webgl", "create"] = [
        {"code": "engine-failed", "message": "cannot resolve operator 'Resize' with opsets: ai.onnx v18"}
    ]
    model = onnx_bytes.model(operators=["Resize"], opset=18)
    with pytest.warns(
        UserWarning, match="onnxjs:webgl has no operator Resize of ai.onnx opset 18. Falling back to ort:wasm"
    ):
        session = open_toy(platform, model, ["onnxjs:webgl", "ort:wasm"])
    assert session.get_providers() == ["ort:wasm"]


def test_a_worker_that_dies_over_a_model_is_not_asked_to_open_it_with_the_next_provider() -> None:
    platform = FakePlatform()
    platform.troubles["onnxjs:webgl", "create"] = [DEATH]

    async def scenario() -> None:
        await InferenceSession.create(TOY, ["onnxjs:webgl", "ort:wasm"], platform=platform)

    with pytest.raises(EngineError) as caught:
        platform.block_on(scenario())
    assert caught.value.code == "engine-died"
    assert platform.log == [("onnxjs:webgl", "create")]


def test_where_every_provider_refuses_each_is_named() -> None:
    platform = FakePlatform()
    for provider in ("onnxjs:webgl", "ort:wasm"):
        platform.troubles[provider, "create"] = [{"code": "engine-failed", "message": f"{provider} says no"}]
    with pytest.raises(OrtError) as caught:
        open_toy(platform, providers=["onnxjs:webgl", "ort:wasm"])
    said = f"{caught.value} {caught.value.detail}"
    assert "onnxjs:webgl says no" in said
    assert "ort:wasm says no" in said


@pytest.mark.parametrize(
    "said",
    [
        "cannot resolve operator 'Foo' with opsets: ai.onnx v13",
        'In Node, ("", Foo, "", -1) : Error No Op registered for Foo with domain_version of 13',
        "Could not find an implementation for Foo(13) node with name ''",
        "Fatal error: ai.onnx:Foo(-1) is not a registered function/op",
    ],
)
def test_an_operator_the_engine_lacks(said: str) -> None:
    platform = FakePlatform()
    platform.troubles["ort:wasm", "create"] = [{"code": "engine-failed", "message": said}]
    with pytest.raises(
        Unsupported, match=r"NOT_IMPLEMENTED : The engine ort:wasm has no operator Foo of ai\.onnx opset 13"
    ):
        open_toy(platform, onnx_bytes.model(operators=["Foo"], opset=13))


def test_use_after_close() -> None:
    platform = FakePlatform()
    session = open_toy(platform)
    platform.block_on(session.close())
    platform.block_on(session.close())
    with pytest.raises(EngineError, match="The session is closed; create another") as caught:
        session.run(None, {"x": X})
    assert caught.value.code == "session-closed"
    assert platform.log.count(("ort:wasm", "release")) == 1


def test_where_python_cannot_wait() -> None:
    platform = FakePlatform()
    session = open_toy(platform)
    platform.may_block = False
    with pytest.raises(EngineError, match=r"use: outputs = await session.run_async\(output_names, input_feed\)"):
        session.run(None, {"x": X})
    with pytest.raises(EngineError, match=r"use: session = await InferenceSession.create\(\.\.\.\)"):
        open_toy(platform)


def test_integers_that_onnxjs_computes_in_32_bits_come_back_as_declared() -> None:
    model = onnx_bytes.model(inputs=[("x", INT64, ("n",))], outputs=[("y", INT64, ("n",))])
    platform = FakePlatform(lambda _provider, feed: feed.astype(np.int32))
    (y,) = open_toy(platform, model, ["onnxjs:cpu"]).run(None, {"x": np.array([1, -2], np.int64)})
    assert y.dtype == np.int64
    assert y.tolist() == [1, -2]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("std::bad_alloc", "out-of-memory"),
        ("Array buffer allocation failed", "out-of-memory"),
        ("WebGL context was lost", "context-lost"),
        ("no available backend found", "engine-unavailable"),
        (
            "ERROR_MESSAGE: /mnt/model.cc:203 Model::Model(ModelProto&&) Unsupported model IR version: 14, "
            "max supported IR version: 13",
            "model-too-new",
        ),
        (
            "/mnt/load.h:56 Check(int) Opset 28 is under development. Official support is till opset 27.",
            "model-too-new",
        ),
        ("something else", "engine-failed"),
    ],
)
def test_failures_are_sorted(said: str, code: str) -> None:
    platform = FakePlatform()
    session = open_toy(platform)
    platform.troubles["ort:wasm", "run"] = [{"code": "engine-failed", "message": said}]
    with pytest.raises(OrtError) as caught:
        session.run(None, {"x": X})
    assert caught.value.code == code
    assert said in sentence(caught.value) + caught.value.detail


def test_an_engines_own_words_come_without_its_source_code() -> None:
    platform = FakePlatform()
    session = open_toy(platform)
    said = (
        "failed to call OrtRun(). ERROR_MESSAGE: /mnt/a/pad.cc:23 void onnxruntime::Pad(Span, int) const Pads are odd."
    )
    platform.troubles["ort:wasm", "run"] = [{"code": "engine-failed", "message": said}]
    with pytest.raises(OrtError) as caught:
        session.run(None, {"x": X})
    assert sentence(caught.value) == "The engine failed: failed to call OrtRun(). ERROR_MESSAGE: Pads are odd."
    assert said in caught.value.detail


def test_a_hanging_engine_is_ended() -> None:
    platform = FakePlatform()
    session = open_toy(platform)
    platform.troubles["ort:wasm", "run"] = [SILENCE]
    with pytest.raises(EngineError, match="no sign of life") as caught:
        platform.block_on(session.run_async(None, {"x": X}, timeout_s=0.01))
    assert caught.value.code == "engine-hung"
    assert platform.workers[0].terminated


@pytest.mark.parametrize(
    ("heartbeats", "least_s", "said"),
    [(0, 0.05, "no sign of life"), (10, 0.13, "no sign of life|gave no answer in"), (1000, 0.25, "gave no answer in")],
)
def test_patience_is_with_silence_and_not_without_end(heartbeats: int, least_s: float, said: str) -> None:
    platform = FakePlatform()
    session = open_toy(platform)
    platform.troubles["ort:wasm", "run"] = [SILENCE]
    platform.heartbeats = heartbeats
    started = time.monotonic()
    with pytest.raises(EngineError, match=said):
        platform.block_on(session.run_async(None, {"x": X}, timeout_s=0.05))
    assert time.monotonic() - started >= least_s


def test_killing_the_worker_fails_everything_that_waits() -> None:
    platform = FakePlatform()

    async def scenario() -> list[Any]:
        session = await InferenceSession.create(TOY, platform=platform)
        platform.troubles["ort:wasm", "run"] = [SILENCE, SILENCE]
        runs = [asyncio.ensure_future(session.run_async(None, {"x": X})) for _ in range(2)]
        await asyncio.sleep(0.01)
        session.worker.kill()
        results = await asyncio.gather(*runs, return_exceptions=True)
        with pytest.raises(EngineError, match="ended"):
            await session.run_async(None, {"x": X})
        again = await InferenceSession.create(TOY, platform=platform)
        np.testing.assert_array_equal((await again.run_async(None, {"x": X}))[0], X)
        return results

    results = platform.block_on(scenario())
    assert [result.code for result in results] == ["engine-died", "engine-died"]


def test_a_cancelled_run_leaves_no_complaint_behind() -> None:
    """Chromium's console is the log of the page: what the visitor stopped is no fault in it."""
    platform = FakePlatform()
    complaints: list[Any] = []

    async def scenario() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: complaints.append(context["message"]))
        session = await InferenceSession.create(TOY, platform=platform)
        platform.troubles["ort:wasm", "run"] = [SILENCE]
        run = asyncio.ensure_future(session.run_async(None, {"x": X}, timeout_s=5))
        await asyncio.sleep(0.01)
        run.cancel()
        session.worker.kill()
        with pytest.raises(asyncio.CancelledError):
            await run
        del run
        gc.collect()
        await asyncio.sleep(0.01)

    platform.block_on(scenario())
    assert complaints == []


def test_no_warning_when_nothing_went_wrong() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert open_toy().get_providers() == ["CPUExecutionProvider"]


def test_onnxjs_is_not_given_what_it_computes_wrongly_in_silence() -> None:
    with pytest.raises(OrtError, match="opset 99 is too new for this engine, which knows up to 27") as caught:
        open_toy(model=onnx_bytes.model(opset=99), providers=["onnxjs:cpu"])
    assert caught.value.code == "model-too-new"
    integers: dict[str, Any] = {"inputs": [("x", INT64, ("n",))], "outputs": [("y", INT64, ("n",))]}
    with pytest.raises(Unsupported, match="computes 64-bit integers in 32 bits"):
        open_toy(model=onnx_bytes.model(operators=["Mul"], **integers), providers=["onnxjs:cpu"])
    session = open_toy(model=onnx_bytes.model(operators=["Identity"], **integers), providers=["onnxjs:cpu"])
    with pytest.raises(InvalidArgument, match=r"holds numbers beyond 32 bits, which ONNX\.js cannot"):
        session.run(None, {"x": np.array([2**40])})
    assert open_toy(model=onnx_bytes.model(operators=["Mul"], **integers)).run(None, {"x": np.array([2**40])})


def test_providers_that_no_browser_has_are_passed_over_with_a_warning() -> None:
    with pytest.warns(UserWarning, match="'CUDAExecutionProvider' is not in available provider names"):
        session = open_toy(providers=["CUDAExecutionProvider", ("CPUExecutionProvider", {"arena": "1"})])
    assert session.get_providers() == ["CPUExecutionProvider"]


@pytest.mark.parametrize("providers", [5, [5], [("CPUExecutionProvider",)], [("CPUExecutionProvider", 1)]])
def test_providers_of_a_wrong_form(providers: Any) -> None:
    with pytest.raises(InvalidArgument, match="provider"):
        open_toy(providers=providers)


def test_options() -> None:
    options = SessionOptions()
    options.graph_optimization_level = GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.log_severity_level = 4
    options.add_free_dimension_override_by_name("H", 8)
    options.add_session_config_entry("session.disable_prepacking", "1")
    told = options.to_engine()
    assert (told["graphOptimizationLevel"], told["logSeverityLevel"]) == ("basic", 4)
    assert told["freeDimensionOverrides"] == {"H": 8}
    assert told["extra"] == {"session.disable_prepacking": "1"}
    with pytest.warns(UserWarning, match="enable_profiling is not heeded"):
        options.enable_profiling = True
    with pytest.raises(TypeError, match="intra_op_num_threads must be an int from"):
        options.intra_op_num_threads = "two"  # type: ignore[assignment]
    with pytest.raises(AttributeError, match="has no attribute 'no_such_option'"):
        options.no_such_option = 1
    with pytest.raises(RuntimeError, match="does not have configuration with key: nothing"):
        options.get_session_config_entry("nothing")
    with pytest.raises(TypeError, match="must be a SessionOptions or None, not int"):
        InferenceSession(TOY, 5, platform=FakePlatform())  # type: ignore[arg-type]


def test_a_dropped_session_is_released() -> None:
    platform = FakePlatform()
    session = open_toy(platform)
    del session
    gc.collect()
    platform.await_calls("release")
    assert platform.log == [("ort:wasm", "create"), ("ort:wasm", "release")]
    with open_toy(platform) as session:
        session.run(None, {"x": X})
    with pytest.raises(EngineError, match="The session is closed"):
        session.run(None, {"x": X})
    platform.await_calls("release", 2)
    assert platform.log.count(("ort:wasm", "release")) == 2


def test_another_sessions_time_limit_ends_no_session() -> None:
    platform = FakePlatform()

    async def scenario() -> Any:
        other = await InferenceSession.create(TOY, platform=platform)
        slow = await InferenceSession.create(TOY, platform=platform)
        platform.troubles["ort:wasm", "run"] = [SILENCE]
        with pytest.raises(EngineError, match="no sign of life"):
            await slow.run_async(None, {"x": X}, timeout_s=0.01)
        return await other.run_async(None, {"x": X})

    np.testing.assert_array_equal(platform.block_on(scenario())[0], X)


def test_weights_in_files_of_their_own_are_looked_for_beside_the_model() -> None:
    model = onnx_bytes.model(external="weights.bin")
    with pytest.raises(OrtError, match=r"weights in another file, weights\.bin, which is looked for beside the model"):
        open_toy(model=model)
    platform = FakePlatform()
    platform.files = {"https://site/m/model.onnx": model, "https://site/m/weights.bin": b"1234"}
    assert open_toy(platform, "https://site/m/model.onnx").run(None, {"x": X})
    with pytest.raises(OrtError, match="lie outside the model's folder"):
        open_toy(model=onnx_bytes.model(external="../weights.bin"))
