"""The wheel as a stranger uses it: installed by micropip from one origin into a page of another."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from playwright.sync_api import Browser

from build.common.server import ISOLATION
from tests.support import onnx_programs as programs
from tests.support.firefox import firefox_page
from tests.support.foreign_page import ForeignPython, page_elsewhere, python_elsewhere, run_in_worker

MODELS = ("add", "digits", "iris", "super_resolution", "upper", "voice_activity")

THREE_LINES = """
import numpy as np
import onnxruntime as ort
session = ort.InferenceSession("add.onnx")
(y,) = session.run(None, {"x": np.arange(3, dtype=np.float32)})
[y.tolist(), session.get_providers()]
"""


@pytest.fixture(scope="module")
def elsewhere(vendor: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    assert vendor.is_dir()
    with page_elsewhere(tmp_path_factory.mktemp("page")) as address:
        yield address


@pytest.fixture(scope="module")
def python(browser: Browser, elsewhere: str, wheel: str) -> Iterator[ForeignPython]:
    """Python in the main thread of a page in Chromium, with the models in its file system."""
    page = browser.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    # onnxruntime warns of some models in hundreds of lines.
    page.on("console", lambda message: problems.append(message.text) if ":onnxruntime:" in message.text else None)
    page.goto(f"{elsewhere}/index.html")
    inside = ForeignPython(page.evaluate, wheel, elsewhere)
    for name in MODELS:
        inside.put(f"{name}.onnx", getattr(programs, name)())
    inside.run("import numpy as np\nimport onnxruntime as ort\n1")
    yield inside
    page.close()
    assert problems == []


def native(name: str, outputs: list[str] | None, feeds: dict[str, Any]) -> list[Any]:
    session = onnxruntime.InferenceSession(getattr(programs, name)(), providers=["CPUExecutionProvider"])
    return list(session.run(outputs, feeds))


def test_three_lines_in_chromium(python: ForeignPython) -> None:
    assert python.run(THREE_LINES) == [[1, 2, 3], ["CPUExecutionProvider"]]


def test_three_lines_in_firefox(elsewhere: str, wheel: str) -> None:
    with firefox_page(elsewhere) as page:
        page.goto(f"{elsewhere}/index.html")
        inside = ForeignPython(page.evaluate, wheel, elsewhere)
        inside.put("add.onnx", programs.add())
        assert inside.run(THREE_LINES) == [[1, 2, 3], ["CPUExecutionProvider"]]


def test_python_in_a_worker_has_the_engine_in_its_own_thread(browser: Browser, elsewhere: str, wheel: str) -> None:
    page = browser.new_page()
    page.goto(f"{elsewhere}/index.html")
    code = THREE_LINES.replace("session.get_providers()]", "type(session.worker._connection).__name__]")
    found = run_in_worker(page.evaluate, elsewhere, wheel, code, {"add.onnx": programs.add()})
    page.close()
    assert found == [[1, 2, 3], "ThreadConnection"]


def test_a_classifier_of_digits(python: ForeignPython) -> None:
    image = np.linspace(0, 1, 784, dtype=np.float32).reshape(1, 1, 28, 28)
    (expected,) = native("digits", None, {"Input3": image})
    found = python.run(
        """
        session = ort.InferenceSession("digits.onnx", providers=["CUDAExecutionProvider", "CPUExecutionProvider"])
        image = np.linspace(0, 1, 784, dtype=np.float32).reshape(1, 1, 28, 28)
        session.run([session.get_outputs()[0].name], {session.get_inputs()[0].name: image})[0].tolist()
        """
    )
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-3)


def test_super_resolution_with_options(python: ForeignPython) -> None:
    image = np.linspace(0, 1, 5 * 7, dtype=np.float32).reshape(1, 1, 5, 7)
    (expected,) = native("super_resolution", None, {"input": image})
    found = python.run(
        """
        options = ort.SessionOptions()
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
        options.intra_op_num_threads = 1
        options.add_free_dimension_override_by_name("batch", 1)
        session = ort.InferenceSession("super_resolution.onnx", options)
        image = np.linspace(0, 1, 35, dtype=np.float32).reshape(1, 1, 5, 7)
        session.run(None, {"input": image})[0].tolist()
        """
    )
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


def test_state_is_passed_from_call_to_call(python: ForeignPython) -> None:
    state, outputs = np.zeros((1, 16), np.float32), []
    for step in range(3):
        sound = np.full((1, 64), step / 10, np.float32)
        output, state = native("voice_activity", ["output", "stateN"], {"input": sound, "state": state})
        outputs.append(float(output[0, 0]))
    found = python.run(
        """
        session = ort.InferenceSession("voice_activity.onnx")
        state = ort.OrtValue.ortvalue_from_numpy(np.zeros((1, 16), np.float32))
        heard = []
        for step in range(3):
            sound = ort.OrtValue.ortvalue_from_numpy(np.full((1, 64), step / 10, np.float32))
            output, state = session.run_with_ort_values(["output", "stateN"], {"input": sound, "state": state})
            heard.append(float(output.numpy()[0, 0]))
        heard
        """
    )
    np.testing.assert_allclose(found, outputs, atol=1e-5)


def test_a_classifier_that_ends_in_a_zipmap(python: ForeignPython) -> None:
    rows = np.array([[5.1, 3.5, 1.4, 0.2], [6.7, 3.0, 5.2, 2.3]], np.float32)
    labels, maps = native("iris", None, {"X": rows})
    found_labels, found_maps = python.run(
        """
        session = ort.InferenceSession("iris.onnx")
        rows = np.array([[5.1, 3.5, 1.4, 0.2], [6.7, 3.0, 5.2, 2.3]], np.float32)
        labels, maps = session.run(None, {"X": rows})
        assert session.run(["output_label"], {"X": rows})[0].tolist() == labels.tolist()
        [labels.tolist(), [sorted(entry.items()) for entry in maps]]
        """
    )
    assert found_labels == labels.tolist()
    for found, expected in zip(found_maps, maps, strict=True):
        np.testing.assert_allclose(found, sorted(expected.items()), atol=1e-5)


def test_strings(python: ForeignPython) -> None:
    # Native onnxruntime upper-cases with the machine's locale, which may lack one for it.
    code = 'ort.InferenceSession("upper.onnx").run(None, {"words": np.array(["ab", "ü"])})[0].tolist()'
    assert python.run(code) == ["AB", "Ü"]


def test_io_binding(python: ForeignPython) -> None:
    found = python.run(
        """
        session = ort.InferenceSession("add.onnx")
        x = np.arange(3, dtype=np.float32)
        into = ort.OrtValue.ortvalue_from_shape_and_type([3], np.float32)
        binding = session.io_binding()
        binding.bind_input("x", "cpu", 0, np.float32, x.shape, x.ctypes.data)
        binding.bind_ortvalue_output("y", into)
        session.run_with_iobinding(binding)
        [binding.copy_outputs_to_cpu()[0].tolist(), into.numpy().tolist()]
        """
    )
    assert found == [[1, 2, 3], [1, 2, 3]]


def test_one_output_twice(python: ForeignPython) -> None:
    code = """
        session = ort.InferenceSession("add.onnx")
        [y.tolist() for y in session.run(["y", "y"], {"x": np.ones(1, np.float32)})]
        """
    assert python.run(code) == [[2], [2]]


def test_sessions_that_are_dropped_give_their_memory_back(python: ForeignPython) -> None:
    """Each holds 16 MB of weights; a hundred of them do not fit."""
    found = python.run(
        """
        import gc
        from onnxruntime.session import EngineWorker
        sizes = []
        big = bytearray(open("add.onnx", "rb").read())
        for _ in range(60):
            session = ort.InferenceSession(bytes(big))
            session.run(None, {"x": np.zeros(1_000_000, np.float32)})
            sizes.append(session.heap_bytes)
        with ort.InferenceSession("add.onnx") as session:
            pass
        try:
            session.run(None, {"x": np.zeros(1, np.float32)})
        except Exception as error:
            closed = error.code
        [sizes[5], sizes[-1], closed]
        """
    )
    assert found[1] == found[0]
    assert found[2] == "session-closed"


def test_one_time_limit_does_not_end_the_sessions_of_others(python: ForeignPython) -> None:
    found = python.run(
        """
        other = await ort.InferenceSession.create("add.onnx")
        slow = await ort.InferenceSession.create("super_resolution.onnx")
        try:
            await slow.run_async(None, {"input": np.zeros((1, 1, 2000, 2000), np.float32)}, timeout_s=0.01)
        except ort.capi.onnxruntime_pybind11_state.EngineError as error:
            code = error.code
        (y,) = await other.run_async(None, {"x": np.ones(1, np.float32)})
        [code, y.tolist()]
        """
    )
    assert found == ["engine-hung", [2]]


@pytest.mark.parametrize(
    ("code", "name", "said"),
    [
        ('ort.InferenceSession("")', "NoSuchFile", "empty path"),
        ('ort.InferenceSession("missing.onnx")', "NoSuchFile", "missing.onnx could not be fetched"),
        ('ort.InferenceSession(b"nonsense")', "InvalidProtobuf", "not ONNX or is cut short"),
        ('ort.InferenceSession("add.onnx", sess_options=5)', "TypeError", "SessionOptions or None, not int"),
        ('ort.InferenceSession("add.onnx", providers=5)', "InvalidArgument", "must be a list of names, not int"),
        ('ort.InferenceSession("add.onnx").run(None, {})', "InvalidArgument", "are missing from input feed"),
        ('ort.InferenceSession("add.onnx").run(None, {"x": [1, "a"]})', "InvalidArgument", "is a list; expected"),
        ('ort.InferenceSession("add.onnx").run(["z"], {"x": [1]})', "InvalidArgument", "Invalid output name: z"),
    ],
)
def test_what_is_wrong_has_its_name_and_a_sentence(python: ForeignPython, code: str, name: str, said: str) -> None:
    found = python.run(
        f"""
        try:
            {code}
        except Exception as error:
            raised = [type(error).__name__, str(error)]
        raised
        """
    )
    assert found[0] == name
    assert said in found[1]


def test_a_policy_that_forbids_blobs_is_named(browser: Browser, wheel: str, tmp_path: Path) -> None:
    policy = {"Content-Security-Policy": "worker-src 'self'"}
    with python_elsewhere(browser, wheel, tmp_path, policy) as inside:
        inside.put("add.onnx", programs.add())
        found = inside.run(
            """
            import onnxruntime as ort
            try:
                await ort.InferenceSession.create("add.onnx", timeout_s=20)
            except Exception as error:
                raised = [type(error).__name__, error.code, str(error)]
            raised
            """
        )
    assert found[:2] == ["EngineError", "engine-unavailable"]
    assert "It needs worker-src blob: and script-src blob: in its Content-Security-Policy" in found[2]


def test_the_engine_s_script_that_a_policy_forbids_is_an_error_and_no_endless_wait(
    browser: Browser, wheel: str, tmp_path: Path
) -> None:
    policy = {"Content-Security-Policy": "script-src 'self' 'unsafe-eval'; worker-src blob:"}
    with python_elsewhere(browser, wheel, tmp_path, policy) as inside:
        inside.put("add.onnx", programs.add())
        found = inside.run(
            """
            import asyncio
            import onnxruntime as ort
            from onnxruntime.engine_worker import EngineWorker
            from onnxruntime.platform import current
            raised = []
            for own_thread in (True, False):
                try:
                    worker = EngineWorker(current(), own_thread=own_thread)
                    await asyncio.wait_for(ort.InferenceSession.create("add.onnx", worker=worker), 60)
                except TimeoutError:
                    raise
                except Exception as error:
                    raised.append([type(error).__name__, error.code, str(error)[:37]])
                try:
                    ort.InferenceSession("add.onnx", worker=EngineWorker(current(), own_thread=own_thread))
                except Exception as error:
                    raised.append([type(error).__name__, error.code, str(error)[:37]])
            raised
            """
        )
    assert found == [["EngineError", "engine-unavailable", "The engine's scripts did not load: Ty"]] * 4


def test_a_policy_that_forbids_eval(browser: Browser, wheel: str, tmp_path: Path) -> None:
    policy = {"Content-Security-Policy": "script-src 'self' blob: 'wasm-unsafe-eval'; worker-src 'self' blob:"}
    with python_elsewhere(browser, wheel, tmp_path, policy) as inside:
        inside.put("add.onnx", programs.add())
        found = inside.run(
            """
            import numpy as np
            import onnxruntime as ort
            from onnxruntime.engine_worker import EngineWorker
            from onnxruntime.platform import current
            session = ort.InferenceSession("add.onnx")
            x = {"x": np.arange(3, dtype=np.float32)}
            both = [session.run(None, x)[0].tolist(), (await session.run_async(None, x))[0].tolist()]
            try:
                ort.InferenceSession("add.onnx", worker=EngineWorker(current(), own_thread=True))
            except Exception as error:
                raised = [error.code, str(error)[:66]]
            [both, raised, type(session.worker._connection._requests).__name__]
            """
        )
    sentence = "An engine in Python's own thread needs 'unsafe-eval' in the script-src"
    assert found == [[[1, 2, 3], [1, 2, 3]], ["engine-unavailable", sentence[:66]], "PythonRequests"]


def test_threads_where_the_page_is_isolated(browser: Browser, wheel: str, tmp_path: Path) -> None:
    image = np.linspace(0, 1, 784, dtype=np.float32).reshape(1, 1, 28, 28)
    (expected,) = native("digits", None, {"Input3": image})
    with python_elsewhere(browser, wheel, tmp_path, ISOLATION) as inside:
        inside.put("digits.onnx", programs.digits())
        isolated, found = inside.run(
            """
            import js
            import numpy as np
            import onnxruntime as ort
            options = ort.SessionOptions()
            options.intra_op_num_threads = 2
            session = ort.InferenceSession("digits.onnx", options)
            image = np.linspace(0, 1, 784, dtype=np.float32).reshape(1, 1, 28, 28)
            [js.crossOriginIsolated, session.run(None, {"Input3": image})[0].tolist()]
            """
        )
    assert isolated
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-3)


def test_a_browser_without_simd_is_told(browser: Browser, elsewhere: str, wheel: str) -> None:
    page = browser.new_page()
    page.add_init_script("WebAssembly.validate = () => false")
    page.goto(f"{elsewhere}/index.html")
    inside = ForeignPython(page.evaluate, wheel, elsewhere)
    inside.put("add.onnx", programs.add())
    found = inside.run(
        """
        import onnxruntime as ort
        from onnxruntime.engine_worker import EngineWorker
        from onnxruntime.platform import current
        raised = []
        for _ in range(2):
            try:
                ort.InferenceSession("add.onnx", worker=EngineWorker(current(), own_thread=True))
            except Exception as error:
                raised.append([error.code, str(error)])
        raised
        """
    )
    page.close()
    assert found == [["engine-unavailable", "This browser has no WebAssembly SIMD, which this engine needs."]] * 2
