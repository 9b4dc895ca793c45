"""In the browser: what bad calls raise, values that stay in the engine, and what programs ask of a session besides."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.support import bad_calls
from tests.support import onnx_programs as programs
from tests.support.foreign_page import ForeignPython, page_elsewhere, wheel_elsewhere


@pytest.fixture(scope="module")
def foreign(vendor: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The address of the wheel, and of a page of another origin."""
    assert vendor.is_dir()
    folders = tmp_path_factory.mktemp("values")
    with wheel_elsewhere(folders / "wheel") as wheel, page_elsewhere(folders / "page") as site:
        yield wheel, site


@pytest.fixture(scope="module")
def python(browser: Browser, foreign: tuple[str, str]) -> Iterator[ForeignPython]:
    """Python in the main thread of a page, with the wheel of another origin."""
    wheel, site = foreign
    page = browser.new_page()
    page.goto(f"{site}/index.html")
    inside = ForeignPython(page.evaluate, wheel, site)
    for name in ("add", "iris", "two_axes", "voice_activity"):
        inside.put(f"{name}.onnx", getattr(programs, name)())
    inside.run(
        """
        import numpy as np
        import onnxruntime as ort
        from onnxruntime.engine_worker import EngineWorker
        from onnxruntime.platform import current
        counts = {}
        def count(worker):
            known = worker.call_now
            def counted(method, params, buffers=()):
                reply = known(method, params, buffers)
                sent, got = counts.get(method, (0, 0))
                counts[method] = (sent + sum(b.nbytes for b in buffers), got + sum(b.nbytes for b in reply[1]))
                return reply
            worker.call_now = counted
            return worker
        1
        """
    )
    yield inside
    page.close()


def test_bad_calls_raise_what_onnxruntime_raises(python: ForeignPython, tmp_path: Path) -> None:
    (tmp_path / "add.onnx").write_bytes(programs.add())
    code = f"import warnings\nwarnings.simplefilter('ignore')\n{bad_calls.SETUP}{bad_calls.RAISED}"
    command = [sys.executable, "-c", f"{code}import json\nprint(json.dumps(raised))"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    native = json.loads(done.stdout.splitlines()[-1])
    here = python.run(f"{code}raised")
    for (call, expected, _), (_, found, said) in zip(native, here, strict=True):
        assert expected, f"{call} is not wrong"
        assert expected[0] in found, f"{call}: onnxruntime raises {expected[0]}, this {found[:1]}: {said}"
        assert said, f"{call}: no sentence"
        assert "\n" not in said, f"{call}: {said}"


@pytest.mark.parametrize("own_thread", [True, False])
def test_state_stays_in_the_engine(python: ForeignPython, own_thread: bool) -> None:
    found = python.run(
        f"""
        counts.clear()
        worker = count(EngineWorker(current(), own_thread={own_thread}))
        session = ort.InferenceSession("voice_activity.onnx", worker=worker)
        sound = np.full((1, 64), 0.1, np.float32)
        state = np.zeros((1, 16), np.float32)
        for _ in range(3):
            plain, state = session.run(["output", "stateN"], {{"input": sound, "state": state}})
        crossed = counts["run"]
        counts.clear()
        kept = ort.OrtValue.ortvalue_from_numpy(np.zeros((1, 16), np.float32))
        sounds = ort.OrtValue.ortvalue_from_numpy(sound)
        for _ in range(3):
            output, kept = session.run_with_ort_values(["output", "stateN"], {{"input": sounds, "state": kept}})
        held = counts["run"]
        told = [kept.shape(), kept.data_type(), kept.tensor_size_in_bytes(), kept.is_tensor(), kept.has_value()]
        [crossed, held, told, float(output.numpy()[0, 0] - plain[0, 0]), float(abs(kept.numpy() - state).max())]
        """
    )
    crossed, held, told, output_error, state_error = found
    assert crossed == [3 * (64 + 16) * 4, 3 * (1 + 16) * 4]
    assert held == [3 * 64 * 4 + 16 * 4, 0]
    assert told == [[1, 16], "tensor(float)", 64, True, True]
    assert (output_error, state_error) == (0, 0)


def test_outputs_that_are_bound_to_nothing_stay_in_the_engine_too(python: ForeignPython) -> None:
    found = python.run(
        """
        counts.clear()
        session = ort.InferenceSession("add.onnx", worker=count(EngineWorker(current())))
        binding = session.io_binding()
        binding.bind_cpu_input("x", np.zeros(1000, np.float32))
        for _ in range(4):
            binding.bind_output("y")
            session.run_with_iobinding(binding)
            binding.bind_ortvalue_input("x", binding.get_outputs()[0])
        [counts["run"], binding.copy_outputs_to_cpu()[0][:2].tolist(), binding.get_outputs()[0].numpy().sum().item()]
        """
    )
    assert found == [[4000, 0], [4, 4], 4000]


def test_values_that_stay_are_given_back(python: ForeignPython) -> None:
    """Each takes 4 MB; three hundred of them do not fit beside each other unless the engine's memory grows."""
    found = python.run(
        """
        import gc
        session = ort.InferenceSession("add.onnx", worker=EngineWorker(current(), own_thread=True))
        sizes = []
        value = ort.OrtValue.ortvalue_from_numpy(np.zeros(1_000_000, np.float32))
        for _ in range(300):
            (value,) = session.run_with_ort_values(None, {"x": value})
            sizes.append(session.heap_bytes)
            if len(sizes) % 10 == 0:
                import asyncio
                await asyncio.sleep(0)
        [sizes[40], sizes[-1], float(value.numpy()[0])]
        """
    )
    assert found[1] == found[0]
    assert found[2] == 300


def test_a_value_of_a_worker_that_ended_is_missed_with_a_sentence(python: ForeignPython) -> None:
    found = python.run(
        """
        worker = EngineWorker(current())
        session = ort.InferenceSession("add.onnx", worker=worker)
        (value,) = session.run_with_ort_values(None, {"x": ort.OrtValue.ortvalue_from_numpy(np.ones(2, np.float32))})
        other = ort.InferenceSession("add.onnx", worker=EngineWorker(current()))
        elsewhere = other.run(None, {"x": value})[0].tolist()
        (lost,) = session.run_with_ort_values(None, {"x": value})
        worker.kill()
        try:
            lost.numpy()
        except ort.capi.onnxruntime_pybind11_state.EngineError as error:
            said = str(error)
        [elsewhere, said, value.numpy().tolist()]
        """
    )
    assert found == [[3, 3], "The engine worker was ended.", [2, 2]]


def test_what_programs_ask_besides(python: ForeignPython) -> None:
    found = python.run(
        """
        session = ort.InferenceSession("add.onnx")
        told = []
        session.run_async(["y"], {"x": np.ones(2, np.float32)}, lambda *all: told.append(all), "mine")
        (outputs, data, said), = told
        options = ort.SessionOptions()
        options.add_initializer("one", ort.OrtValue.ortvalue_from_numpy(np.array(5, np.float32)))
        five = ort.InferenceSession("add.onnx", options).run(None, {"x": np.ones(1, np.float32)})[0].tolist()
        denoted = ort.SessionOptions()
        denoted.add_free_dimension_override_by_denotation("DATA_BATCH", 3)
        fixed = ort.InferenceSession("two_axes.onnx", denoted)
        try:
            fixed.run(None, {"x": np.ones((2, 2), np.float32)})
        except ValueError as error:
            refused = str(error)
        import onnxruntime.backend as backend
        through = backend.prepare("add.onnx").run(np.ones(1, np.float32))[0].tolist()
        available = ort.get_available_providers()
        [outputs[0].tolist(), data, said, five, fixed.get_inputs()[0].shape, refused[:18], through, available]
        """
    )
    expected = [[2, 2], "mine", "", [6], [3, "n"], "Got invalid dimens", [2], ["CPUExecutionProvider", "ort:wasm"]]
    assert found == expected


def test_webgpu_without_its_wheel_is_passed_over(python: ForeignPython) -> None:
    found = python.run(
        """
        import warnings
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            session = ort.InferenceSession("add.onnx", providers=["WebGpuExecutionProvider", "CPUExecutionProvider"])
        [session.get_providers(), [str(warning.message)[:80] for warning in caught]]
        """
    )
    assert found[0] == ["CPUExecutionProvider"]
    assert "'WebGpuExecutionProvider' is not in available provider names" in found[1][0]


def test_large_arrays_come_back_whole(python: ForeignPython) -> None:
    found = python.run(
        """
        x = np.arange(3_000_000, dtype=np.float32)
        results = []
        for own_thread in (True, False):
            session = ort.InferenceSession("add.onnx", worker=EngineWorker(current(), own_thread=own_thread))
            for size in (3_000_000, 1, 0, 3_000_000):
                (y,) = session.run(None, {"x": x[:size]})
                y += 0
                results.append(bool((y == x[:size] + 1).all()) and y.shape == (size,))
        results
        """
    )
    assert found == [True] * 8


COUNT_COPIES = """
self.copied = 0;
const LARGE = 1_000_000;
const Typed = Object.getPrototypeOf(Uint8Array);
const count = (owner, name, bytesOf) => {
    const known = owner.prototype[name];
    owner.prototype[name] = function (...given) {
        const result = known.apply(this, given);
        const bytes = bytesOf(this, given, result) ?? 0;
        if (bytes >= LARGE) self.copied += bytes;
        return result;
    };
};
count(Typed, 'set', (_, [source]) => source.byteLength);
for (const kind of [Typed, ArrayBuffer]) count(kind, 'slice', (_, __, result) => result.byteLength);
count(Typed, 'copyWithin', (whole) => whole.byteLength);
"""
"""Counts the bytes that large copies in this thread move, those of Pyodide and of WebAssembly's glue among them."""

COUNT_IN_WORKERS = """
const counting = COUNT + `
const channel = new BroadcastChannel('copies');
channel.onmessage = ({ data }) => data === 'how many?' && channel.postMessage(self.copied);
`;
const post = Worker.prototype.postMessage;
Worker.prototype.postMessage = function (message, transfer) {
    const moved = new Set(transfer);
    for (const buffer of message.buffers ?? []) if (!moved.has(buffer)) self.copied += buffer.byteLength;
    return post.call(this, message, transfer);
};
self.Worker = class extends Worker {
    constructor(url, options) {
        super(URL.createObjectURL(new Blob([counting, `importScripts(${JSON.stringify(url)})`])), options);
    }
};
self.copiedThere = () => new Promise((resolve) => {
    const channel = new BroadcastChannel('copies');
    channel.onmessage = ({ data }) => { channel.close(); resolve(data); };
    channel.postMessage('how many?');
});
"""


@pytest.mark.parametrize("own_thread", [True, False])
def test_twelve_megabytes_are_copied_twice_each_way(
    browser: Browser, foreign: tuple[str, str], own_thread: bool
) -> None:
    wheel, site = foreign
    page = browser.new_page()
    page.add_init_script(COUNT_COPIES + COUNT_IN_WORKERS.replace("COUNT", json.dumps(COUNT_COPIES), 1))
    page.goto(f"{site}/index.html")
    inside = ForeignPython(page.evaluate, wheel, site)
    inside.put("add.onnx", programs.add())
    per_way, made_in_python, whole = inside.run(
        f"""
        import tracemalloc
        import js
        import numpy as np
        import onnxruntime as ort
        from onnxruntime.engine_worker import EngineWorker
        from onnxruntime.platform import current
        own_thread = {own_thread}
        session = ort.InferenceSession("add.onnx", worker=EngineWorker(current(), own_thread=own_thread))
        x = np.arange(3_000_000, dtype=np.float32)
        session.run(None, {{"x": x}})
        async def copied():
            return js.copied + (0 if own_thread else await js.copiedThere())
        before = await copied()
        tracemalloc.start()
        (y,) = session.run(None, {{"x": x}})
        made = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        [(await copied() - before) / x.nbytes / 2, made / x.nbytes, bool((y == x + 1).all())]
        """
    )
    page.close()
    assert whole
    assert per_way == 2
    assert made_in_python < 1.1
