"""On CPython `from app_py import InferenceSession` is the real onnxruntime; the header reader agrees with `onnx`."""

import asyncio
import inspect
import queue
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper

import app_py
from app_py.onnxruntime.errors import OrtError
from app_py.onnxruntime.onnx_header import read_header
from app_py.onnxruntime.session import InferenceSession as Browsers

LIGHT = sorted((Path(onnx.__file__).parent / "backend" / "test" / "data" / "light").glob("*.onnx"))


def relu(**options: Any) -> bytes:
    value = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, "n"])
    out = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, "n"])
    graph = helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "g", [value], [out])
    model = helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 13)], **options)
    data: bytes = model.SerializeToString()
    return data


def test_the_same_import_is_the_real_onnxruntime() -> None:
    session = app_py.InferenceSession(relu(), providers=["CPUExecutionProvider"])
    assert isinstance(session, onnxruntime.InferenceSession)
    x = np.array([[-1, 2]], np.float32)
    np.testing.assert_array_equal(session.run(None, {"x": x})[0], [[0, 2]])
    assert app_py.get_available_providers() == onnxruntime.get_available_providers()
    assert app_py.NodeArg is onnxruntime.NodeArg


def test_the_programs_of_the_browser_run_as_well() -> None:
    async def program() -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        session = await app_py.InferenceSession.create(relu(), providers=["CPUExecutionProvider"])
        outputs: list[np.ndarray[tuple[int, ...], np.dtype[np.float32]]] = await session.run_async(
            None, {"x": np.array([[-1, 2]], np.float32)}
        )
        await session.close()
        (y,) = outputs
        return y

    np.testing.assert_array_equal(asyncio.run(program()), [[0, 2]])


def test_what_programs_of_the_browser_say_besides_is_taken() -> None:
    x = np.array([[-1, 2]], np.float32)

    async def program() -> None:
        session = await app_py.InferenceSession.create(relu(), ["CPUExecutionProvider"], threads=1, timeout_s=9)
        real: Any = session
        assert real.get_session_options().intra_op_num_threads == 1
        assert session.run_ms == 0
        for outputs in (
            await session.run_async(None, {"x": x}, timeout_s=5),
            await session.run_async(None, {"x": x}, None),
            await session.run_async(None, {"x": x}, run_options=onnxruntime.RunOptions()),
            session.run(None, {"x": x}, None),
        ):
            np.testing.assert_array_equal(outputs[0], [[0, 2]])
        assert session.run_ms > 0
        assert session.heap_bytes is None
        assert session.worker.alive
        again = await app_py.InferenceSession.create(relu(), worker=session.worker, platform=None)
        session.worker.kill()
        await again.close()

    asyncio.run(program())


@pytest.mark.parametrize("providers", ["auto", "ort:wasm", ["ort:webgpu", "onnxjs:webgl"], ["auto"], None])
def test_engines_of_the_browser_are_the_cpu(providers: object, capfd: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        session = app_py.InferenceSession(relu(), providers=providers)
    assert session.get_providers() == ["CPUExecutionProvider"]
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("method", ["create", "run", "run_async", "close"])
def test_both_sessions_take_the_same(method: str) -> None:
    theirs = inspect.signature(getattr(Browsers, method)).parameters
    ours = inspect.signature(getattr(app_py.InferenceSession, method)).parameters
    assert [name for name in ours if name not in ("others", "options")] == [
        name for name in theirs if name not in ("others", "options")
    ]


def test_onnxruntimes_own_run_async_stays() -> None:
    session: Any = app_py.InferenceSession(relu())
    x = np.array([[-1, 2]], np.float32)
    calls: tuple[Callable[[Callable[..., None]], None], ...] = (
        lambda done: session.run_async(None, {"x": x}, done, None),
        lambda done: session.run_async(None, {"x": x}, callback=done, user_data=None),
    )
    for call in calls:
        results: queue.Queue[Any] = queue.Queue()
        call(lambda outputs, _data, _error, results=results: results.put(outputs))
        np.testing.assert_array_equal(results.get(timeout=120)[0], [[0, 2]])


def test_killing_the_worker_ends_what_runs() -> None:
    text = (
        '<ir_version: 8, opset_import: ["" : 13]> g (int64 n) => (float y) { t = Constant <value = bool {1}> ()'
        " z = Constant <value = float {0}> () y = Loop (n, t, z) <body = b (int64 i, bool c, float v) =>"
        " (bool d, float w) { d = Identity (c) w = Sin (v) }> }"
    )

    async def program() -> None:
        session = await app_py.InferenceSession.create(onnx.parser.parse_model(text).SerializeToString())
        run = asyncio.ensure_future(session.run_async(None, {"n": np.array(10**12)}))
        await asyncio.sleep(0.2)
        session.worker.kill()
        with pytest.raises(Exception, match="terminate flag"):
            await asyncio.wait_for(run, 120)

    asyncio.run(program())


def test_an_unknown_name_is_not_exported() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = app_py.nothing


@pytest.mark.parametrize("path", LIGHT, ids=lambda path: path.stem)
def test_headers_are_read_as_onnx_reads_them(path: Path) -> None:
    model = onnx.load(path, load_external_data=False)
    header = read_header(path.read_bytes())
    weights = {tensor.name for tensor in model.graph.initializer}
    assert header.ir_version == model.ir_version
    assert header.producer_name == model.producer_name
    assert header.opsets == {entry.domain or "ai.onnx": entry.version for entry in model.opset_import}
    assert header.operators == Counter((node.domain or "ai.onnx", node.op_type) for node in model.graph.node)
    assert [value.name for value in header.inputs] == [v.name for v in model.graph.input if v.name not in weights]
    for found, value in zip(header.outputs, model.graph.output, strict=True):
        axes = value.type.tensor_type.shape.dim
        assert found.shape == tuple(axis.dim_value or axis.dim_param or None for axis in axes)


def test_light_models_were_found() -> None:
    assert len(LIGHT) > 3


def test_what_a_header_tells_about_types() -> None:
    sequence = helper.make_tensor_sequence_value_info("s", TensorProto.FLOAT, None)
    optional = helper.make_value_info("o", helper.make_optional_type_proto(sequence.type))
    unknown = helper.make_tensor_value_info("u", TensorProto.BFLOAT16, None)
    graph = helper.make_graph([], "g", [sequence, optional, unknown], [])
    types = [value.type for value in read_header(helper.make_model(graph).SerializeToString()).inputs]
    assert types == ["seq(tensor(float))", "optional(seq(tensor(float)))", "tensor(bfloat16)"]


@pytest.mark.parametrize("levels", [30, 3000])
def test_types_within_types_without_end(levels: int) -> None:
    def field(number: int, content: bytes) -> bytes:
        length, size = b"", len(content)
        while size > 127:
            length, size = length + bytes([size & 127 | 128]), size >> 7
        return bytes([number << 3 | 2]) + length + bytes([size]) + content

    kind = b""
    for _ in range(levels):
        kind = field(4, field(1, kind))
    data = field(7, field(11, field(1, b"x") + field(2, kind)))
    if levels == 30:
        assert read_header(data).inputs[0].type.startswith("seq(seq(")
        return
    with pytest.raises(OrtError, match="INVALID_PROTOBUF"):
        read_header(data)


def test_operators_of_subgraphs_count() -> None:
    out = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1])
    branch = helper.make_graph([helper.make_node("Abs", ["x"], ["y"])], "b", [], [out])
    node = helper.make_node("If", ["c"], ["y"], then_branch=branch, else_branch=branch)
    header = read_header(helper.make_model(helper.make_graph([node], "g", [], [out])).SerializeToString())
    assert header.operators == {("ai.onnx", "If"): 1, ("ai.onnx", "Abs"): 2}


def refusal(data: bytes) -> str:
    """The first word of what the reader says, or nothing if it takes the bytes for a model."""
    try:
        read_header(data)
    except OrtError as error:
        return str(error).split()[0]
    return ""


def test_whatever_is_cut_off_nothing_but_the_sentence_comes() -> None:
    data = relu(doc_string="x" * 200)
    words = {refusal(data[:length]) for length in range(len(data))}
    assert {"INVALID_PROTOBUF", "INVALID_ARGUMENT"} <= words <= {"INVALID_PROTOBUF", "INVALID_ARGUMENT", ""}


def test_noise_gives_nothing_but_the_sentence() -> None:
    noise = np.random.default_rng(0)
    words = {refusal(noise.bytes(int(noise.integers(0, 60)))) for _ in range(2000)}
    assert {"INVALID_PROTOBUF", "INVALID_ARGUMENT"} <= words <= {"INVALID_PROTOBUF", "INVALID_ARGUMENT", ""}
