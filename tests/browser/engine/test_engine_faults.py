"""Real engines in real trouble: each is recovered from, and the words say so."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.engine.engine_lab import EngineLab
from tests.browser.engine.in_page import STYLE
from tests.support import onnx_programs
from tests.support.chromium import eventually, launch, watched_page

KERNELS = "**/engine/kernels.js"
ORT = "**/ort.wasm.min.mjs"
ONNXJS = "**/onnx.min.js"


@pytest.fixture(scope="module")
def running_lab(browser: Browser, site: str) -> Iterator[EngineLab]:
    with watched_page(browser, site) as (page, _watch):
        lab = EngineLab(page, site)
        lab.python(
            """
            small = picture(32, 48)
            expected = await truth(small, STYLE)
            None
            """
        )
        yield lab


@pytest.fixture
def lab(running_lab: EngineLab) -> Iterator[EngineLab]:
    yield running_lab
    running_lab.heal()
    running_lab.python(
        """
        if "painter" in globals():
            painter.stop()
        None
        """
    )


def test_a_lost_webgl_context(lab: EngineLab) -> None:
    lab.python(
        """
        painter = Painter(library)
        first = await painter.paint(small, models[STYLE], "onnxjs:webgl", ignore)
        None
        """
    )
    lab.worker().evaluate("onnx.backend.webgl.glContext.gl.getExtension('WEBGL_lose_context').loseContext()")
    report = lab.python(
        """
        again = await painter.paint(small, models[STYLE], "onnxjs:webgl", ignore)
        report(again, expected)
        """
    )
    assert report["engine"] == "onnxjs:webgl"
    assert report["notes"] == ["WebGL failed: The browser took the WebGL context away. It was started again."]
    assert report["error"] < 0.05


def test_a_worker_that_dies_silently(lab: EngineLab) -> None:
    lab.python(
        """
        painter = Painter(library, timeouts=Timeouts(base_s=5.0))
        first = await painter.paint(small, models[STYLE], "ort:wasm", ignore)
        None
        """
    )
    # It hears nothing more, even of what comes before it has ended.
    lab.worker().evaluate("() => { self.onmessage = null; setTimeout(() => self.close()); }")
    report = lab.python('report(await painter.paint(small, models[STYLE], "ort:wasm", ignore), expected)')
    assert report["engine"] == "ort:wasm"
    assert "no sign of life" in report["notes"][0]
    assert report["error"] < 0.05


def test_an_engine_that_hangs_for_good(lab: EngineLab) -> None:
    lab.poison(KERNELS, "for (;;);")
    report = lab.python(
        """
        painter = Painter(library, limits=Limits(hang_s=15.0))
        report(await painter.paint(small, models[STYLE], "auto", ignore), expected)
        """
    )
    assert report["statuses"]["kernels:wasm"] == "late"
    assert report["engine"] == "ort:wasm"
    assert report["reasons"][0] == "This site's own engine was not ready in time; using WebAssembly."
    assert report["error"] < 0.05


@pytest.mark.parametrize("script", ["throw new Error('poisoned')", "<!doctype html>", "export {}"])
def test_a_poisoned_engine_script(lab: EngineLab, script: str) -> None:
    lab.poison(KERNELS, script)
    lab.poison(ORT, script)
    report = lab.python(
        """
        painter = Painter(library)
        report(await painter.paint(small, models[STYLE], "auto", ignore), expected)
        """
    )
    assert report["engine"] == "onnxjs:wasm"
    assert report["reasons"][0].endswith(" does not run on this device; using ONNX.js's WebAssembly.")
    assert report["error"] < 0.05


def test_a_size_for_which_memory_does_not_suffice(lab: EngineLab) -> None:
    # The one engine that paints pictures of any size.
    lab.poison(KERNELS, "throw new Error('not here')")
    result = lab.python(
        """
        painter = Painter(library)
        try:
            await painter.paint(np.zeros((1, 3, 9216, 9216), np.float32), models[STYLE], "ort:wasm", ignore)
        except AppError as error:
            caught = [error.code, str(error), error.detail]
        after = await painter.paint(small, models[STYLE], "ort:wasm", ignore)
        [caught, report(after, expected)]
        """
    )
    (code, sentence, detail), after = result
    assert code == "out-of-memory", detail
    assert sentence == "No engine of this browser could paint this picture at this size. Choose a smaller size."
    assert detail.startswith("WebAssembly failed: The engine has no memory left for a picture of this size")
    assert (after["engine"], after["notes"]) == ("ort:wasm", [])
    assert after["error"] < 0.05


def test_cancelling_ends_the_run_and_leaves_the_page_ready(lab: EngineLab) -> None:
    lab.python(
        """
        stages = []
        painter = Painter(library)
        await painter.paint(small, models[STYLE], "ort:wasm", ignore)
        tell = lambda *stage: stages.append(stage[0])
        large = asyncio.ensure_future(painter.paint(picture(1536, 1536), models[STYLE], "ort:wasm", tell))
        while "paint" not in stages:
            await asyncio.sleep(0.01)
        None
        """
    )
    worker = lab.worker()
    code = lab.python(
        """
        painter.stop()
        try:
            await large
        except AppError as error:
            code = error.code
        code
        """
    )
    assert code == "cancelled"

    def the_worker_is_gone() -> None:
        assert worker not in lab.page.workers

    eventually(lab.page, the_worker_is_gone)
    report = lab.python('report(await painter.paint(small, models[STYLE], "ort:wasm", ignore), expected)')
    assert (report["engine"], report["notes"]) == ("ort:wasm", [])


def test_wrong_reflect_padding_gets_the_zero_padded_variant(lab: EngineLab) -> None:
    lab.bend(ONNXJS, "if (k < 0) { k = -k; }", "if (k < 0) { k = 0; }")
    report = lab.python(
        """
        painter = Painter(library)
        painting = await painter.paint(small, models[STYLE], "onnxjs:webgl", ignore)
        report(painting, await truth(small, f"{STYLE}-zeropad"))
        """
    )
    assert (report["engine"], report["model"]) == ("onnxjs:webgl", f"{STYLE}-zeropad")
    assert report["reasons"][0] == (
        "This device's WebGL computes wrong pixels for reflect padding; using the style's variant with zero padding."
    )
    assert report["error"] < 0.05


def test_wrong_pixels_on_a_real_gpu_are_not_taken_for_speed(lab: EngineLab) -> None:
    lab.bend(ONNXJS, "if (k < 0) { k = -k; }", "if (k < 0) { k = 0; }")
    shown = "String(gl.getParameter(unmasked ? unmasked.UNMASKED_RENDERER_WEBGL : gl.RENDERER))"
    lab.bend("**/engine/device.js", shown, "'NVIDIA GeForce RTX 3060'")
    # Nothing on the processor is so fast with as many pixels that WebGL would not even be asked.
    report = lab.python(
        """
        painter = Painter(Library(fetch), limits=Limits(start_s=300.0))
        choice = await painter._chooser.choose(models[STYLE], 8192 * 8192)
        [choice.provider, {entry.provider: entry.status for entry in choice.table}, choice.reasons]
        """
    )
    provider, statuses, reasons = report
    assert (provider, statuses["onnxjs:webgl"]) == ("kernels:wasm", "wrong")
    assert reasons == ["This device's WebGL computes wrong pixels for reflect padding; using this site's own engine."]


def test_a_slow_gpu_costs_a_start_no_more_than_its_share(lab: EngineLab) -> None:
    shown = "String(gl.getParameter(unmasked ? unmasked.UNMASKED_RENDERER_WEBGL : gl.RENDERER))"
    lab.bend("**/engine/device.js", shown, "'NVIDIA GeForce RTX 3060'")
    lab.poison(ONNXJS, "for (;;);")
    # WebGL never is ready: that there is a choice at all shows that nobody waited for it.
    report = lab.python(
        """
        painter = Painter(library)
        choice = await painter._chooser.choose(models[STYLE], 8192 * 8192)
        [choice.provider, choice.reasons]
        """
    )
    assert report == ["kernels:wasm", ["WebGL was not ready in time; using this site's own engine."]]


def test_a_browser_without_webgl(site: str, browser: Browser) -> None:
    bare = launch(browser.browser_type, "--use-gl=disabled")
    try:
        with watched_page(bare, site) as (page, _watch):
            report = EngineLab(page, site).python(
                """
                small = picture(32, 48)
                painter = Painter(library)
                painting = await painter.paint(small, models[STYLE], "auto", ignore)
                report(painting, await truth(small, STYLE))
                """
            )
    finally:
        bare.close()
    assert report["engine"] == "kernels:wasm"
    assert report["statuses"]["onnxjs:webgl"] == "unusable"
    assert report["reasons"][0] == "This browser offers no WebGL; it may be switched off."
    assert report["error"] < 0.05


def test_a_module_of_the_engine_worker_that_is_missing(lab: EngineLab) -> None:
    lab.page.route("**/engine/session.js", lambda route: route.fulfill(status=404, body=""))
    code, sentence = lab.python(
        """
        from app_py import InferenceSession
        from app_py.onnxruntime import platform as platforms
        from app_py.onnxruntime.engine_worker import EngineWorker
        from app_py.onnxruntime.errors import OrtError
        worker = EngineWorker(platforms.current())
        try:
            await InferenceSession.create("/models/great-wave-nc8.onnx", ["ort:wasm"], worker=worker)
        except OrtError as error:
            said = [error.code, str(error)]
        said
        """
    )
    assert code == "engine-unavailable"
    assert sentence.startswith("The engine's scripts did not load")


def test_an_output_that_is_a_weight_leaves_the_weight_where_it_is(lab: EngineLab) -> None:
    model = onnx_programs.weight_as_output()
    lab.page.evaluate("data => self.py.FS.writeFile('weight.onnx', Uint8Array.from(data))", list(model))
    found = lab.python(
        """
        from app_py import InferenceSession
        session = await InferenceSession.create("weight.onnx", ["onnxjs:cpu"])
        feeds = {"x": np.ones(3, np.float32)}
        runs = [[output.tolist() for output in await session.run_async(None, feeds)] for _ in range(3)]
        await session.close()
        runs
        """
    )
    assert found == [[[2, 3, 4], [1, 2, 3]]] * 3
