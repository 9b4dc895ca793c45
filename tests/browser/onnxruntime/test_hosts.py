"""The wheel under a strict policy, beside the wheel for WebGPU, and in Node."""

import io
import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

from playwright.sync_api import Browser, Page

from build.compiler.verify.browser import WEBGPU_FLAGS
from build.wheels import onnxruntime_pyodide
from tests.support import onnx_programs as programs
from tests.support.chromium import launch
from tests.support.foreign_page import ForeignPython, page_elsewhere
from tests.support.paths import ROOT

PYODIDE = ROOT / "www" / "vendor" / "pyodide"


def test_a_policy_without_blobs_takes_an_unpacked_folder(page: Page, wheel: str, tmp_path: Path) -> None:
    """Under `script-src 'self'`: neither Blobs nor eval, and no other origin."""
    policy = {"Content-Security-Policy": "script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'"}
    with page_elsewhere(tmp_path, policy) as site:
        zipfile.ZipFile(io.BytesIO(onnxruntime_pyodide.build(ROOT)[1])).extractall(tmp_path / "unpacked")
        page.goto(f"{site}/index.html")
        inside = ForeignPython(page.evaluate, wheel, site)
        inside.put("add.onnx", programs.add())
        refused = []
        page.on("console", lambda message: refused.append(message.text) if "olicy" in message.text else None)
        found = inside.run(
            f"""
            import numpy as np
            import onnxruntime as ort
            ort.set_engine_url("{site}/unpacked/onnxruntime/web/worker.js")
            session = await ort.InferenceSession.create("add.onnx")
            x = {{"x": np.arange(3, dtype=np.float32)}}
            (await session.run_async(None, x))[0].tolist()
            """
        )
        assert found == [1, 2, 3]
        assert refused == []
        assert inside.run("session.run(None, x)[0].tolist()") == [1, 2, 3]


FOLDER_FILES = (
    "worker.js",
    "engine.js",
    "ort_glue.js",
    "onnxruntime-web/ort.wasm.min.mjs",
    "onnxruntime-web/ort-wasm-simd-threaded.mjs",
    "onnxruntime-web/ort-wasm-simd-threaded.wasm",
)


def test_a_file_that_an_unpacked_folder_lacks_is_said_to_be_missing(page: Page, wheel: str, tmp_path: Path) -> None:
    unpacked = tmp_path / "whole"
    zipfile.ZipFile(io.BytesIO(onnxruntime_pyodide.build(ROOT)[1])).extractall(unpacked)
    for number, missing in enumerate(FOLDER_FILES):
        shutil.copytree(unpacked / "onnxruntime" / "web", tmp_path / str(number))
        (tmp_path / str(number) / missing).unlink()
    with page_elsewhere(tmp_path) as site:
        page.goto(f"{site}/index.html")
        inside = ForeignPython(page.evaluate, wheel, site)
        inside.put("add.onnx", programs.add())
        raised = inside.run(
            f"""
            import onnxruntime as ort
            from onnxruntime.engine_worker import EngineWorker
            from onnxruntime.platform import current
            raised = []
            for number in range({len(FOLDER_FILES)}):
                ort.set_engine_url(f"{site}/{{number}}/worker.js")
                try:
                    await ort.InferenceSession.create("add.onnx", worker=EngineWorker(current()))
                except Exception as error:
                    raised.append([error.code, str(error)])
            raised
            """
        )
    assert [code for code, _ in raised] == ["engine-unavailable"] * len(FOLDER_FILES)
    for _, sentence in raised:
        assert re.search("did not load|could not be loaded", sentence), sentence
        assert "on this device" not in sentence


def test_the_webgpu_wheel(page: Page, wheel: str, tmp_path: Path) -> None:
    """Without WebGPU in the browser, the next provider of the list opens the model, with a warning."""
    name, data = onnxruntime_pyodide.build_webgpu(ROOT)
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels" / name).write_bytes(data)
    with page_elsewhere(tmp_path) as site:
        page.goto(f"{site}/index.html")
        inside = ForeignPython(page.evaluate, wheel, site)
        inside.put("add.onnx", programs.add())
        before, after, providers, warned, refused = inside.run(
            f"""
            import warnings
            import micropip, numpy as np
            import onnxruntime as ort
            before = ort.get_available_providers()
            await micropip.install("{site}/wheels/{name}")
            after = ort.get_available_providers()
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                both = ["WebGpuExecutionProvider", "CPUExecutionProvider"]
                session = ort.InferenceSession("add.onnx", providers=both)
            assert session.run(None, {{"x": np.ones(2, np.float32)}})[0].tolist() == [2, 2]
            try:
                ort.InferenceSession("add.onnx", providers=["WebGpuExecutionProvider"])
            except Exception as error:
                refused = [type(error).__name__, error.code, str(error)]
            [before, after, session.get_providers(), [str(warning.message) for warning in caught], refused]
            """
        )
    assert "WebGpuExecutionProvider" not in before
    assert "WebGpuExecutionProvider" in after
    assert providers == ["CPUExecutionProvider"]
    assert warned == ["This engine does not start on this device. Falling back to ort:wasm."]
    assert refused == ["EngineError", "engine-unavailable", "This engine does not start on this device."]


def test_the_webgpu_wheel_where_there_is_webgpu(browser: Browser, wheel: str, tmp_path: Path) -> None:
    """Chromium's WebGPU in software."""
    name, data = onnxruntime_pyodide.build_webgpu(ROOT)
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels" / name).write_bytes(data)
    capable = launch(browser.browser_type, *WEBGPU_FLAGS)
    try:
        with page_elsewhere(tmp_path) as site:
            page = capable.new_page()
            page.goto(f"{site}/index.html")
            inside = ForeignPython(page.evaluate, wheel, site)
            inside.put("digits.onnx", programs.digits())
            found = inside.run(
                f"""
                import micropip, numpy as np
                await micropip.install("{site}/wheels/{name}")
                import onnxruntime as ort
                image = {{"Input3": np.linspace(0, 1, 784, dtype=np.float32).reshape(1, 1, 28, 28)}}
                on_graphics = ort.InferenceSession("digits.onnx", providers=["WebGpuExecutionProvider"])
                on_processor = ort.InferenceSession("digits.onnx")
                (y,), (expected,) = on_graphics.run(None, image), on_processor.run(None, image)
                [on_graphics.get_providers(), float(abs(y - expected).max() / abs(expected).max())]
                """
            )
    finally:
        capable.close()
    assert found[0] == ["WebGpuExecutionProvider"]
    assert found[1] < 1e-4


def test_node_is_told_which_hosts_it_is_for(wheel: str, tmp_path: Path) -> None:
    assert wheel
    # Away from the project, whose package.json makes modules of Pyodide's scripts.
    shutil.copytree(PYODIDE, tmp_path / "pyodide")
    (tmp_path / "wheel.whl").write_bytes(onnxruntime_pyodide.build(ROOT)[1])
    (tmp_path / "add.onnx").write_bytes(programs.add())
    code = """
import onnxruntime as ort
raised = []
try:
    ort.InferenceSession("add.onnx")
except Exception as error:
    raised.append(f"{type(error).__name__} {error.code} {error}")
try:
    await ort.InferenceSession.create("add.onnx")
except Exception as error:
    raised.append(f"{type(error).__name__} {error.code} {error}")
import json
json.dumps(raised)
"""
    script = f"""
import {{ readFileSync }} from 'node:fs';
import {{ loadPyodide }} from './pyodide/pyodide.mjs';
const read = (name) => new Uint8Array(readFileSync(name));
const py = await loadPyodide({{ packages: ['numpy'], messageCallback: () => {{}} }});
py.unpackArchive(read('wheel.whl'), 'wheel');
py.FS.writeFile('add.onnx', read('add.onnx'));
console.log(await py.runPythonAsync({json.dumps(code)}));
"""
    (tmp_path / "run.mjs").write_text(script)
    done = subprocess.run(["node", "run.mjs"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    sentence = (
        "EngineError engine-unavailable This host has no Web Workers, in which engines run: sessions need a web page, "
        "or a worker of one."
    )
    assert json.loads(done.stdout) == [sentence, sentence]
