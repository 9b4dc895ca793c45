"""The page as people use it: real server, real browser, real engines, real pixels."""

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from app_py.photo.sizing import MAX_WHOLE_PIXELS, Size, painted_size
from tests.support.chromium import eventually, launch, watched_page
from tests.support.paintings import (
    PAINT_MS,
    START_MS,
    assert_same_painting,
    canvas_pixels,
    choose_style,
    expected_painting,
    open_page,
    state,
    upload,
)
from tests.support.paths import ROOT

SAMPLE = ROOT / "www" / "photos" / "cat.jpg"
OWN = "starry-night-nc16"


@pytest.fixture(scope="module")
def studio(browser: Browser, site: str) -> Iterator[Page]:
    """One page for the tests that do not mind what was done in it before: starting Python takes seconds."""
    with watched_page(browser, site) as (page, watch):
        open_page(page, site)
        yield page
        assert watch.problems == []


def test_webgl_paints_what_onnxruntime_paints(page: Page, site: str, data: Path) -> None:
    photo = (data / "photos" / "amber.jpg").read_bytes()
    open_page(page, site)
    upload(page, "amber.jpg", photo)
    choose_style(page, "mosaic-nc8")
    page.select_option("#engine", "onnxjs:webgl")
    page.select_option("#size", "128")
    page.click("#run")
    state(page, "done")
    status = page.locator("#status")
    expect(status).to_have_attribute("data-engine", "onnxjs:webgl")
    assert float(status.get_attribute("data-run-ms") or 0) > 0
    assert_same_painting(canvas_pixels(page), expected_painting(photo, "mosaic-nc8", 128))

    with page.expect_download() as download:
        page.click("#download")
    assert download.value.suggested_filename == "amber-mosaic.png"
    saved = np.asarray(Image.open(download.value.path()))
    np.testing.assert_array_equal(saved, canvas_pixels(page)[:, :, :3])


@pytest.mark.parametrize("engine", ["onnxjs:webgl", "ort:wasm"])
def test_odd_sizes_and_orientation_at_original_size(studio: Page, engine: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    Image.open(SAMPLE).resize((61, 43)).save(out, "JPEG", exif=exif.tobytes(), quality=95)
    upload(studio, "phone.jpg", out.getvalue())
    choose_style(studio, OWN)
    studio.select_option("#engine", engine)
    studio.select_option("#size", "original")
    studio.click("#run")
    state(studio, "done")
    shown = canvas_pixels(studio)
    assert shown.shape == (61, 43, 4)
    assert_same_painting(shown, expected_painting(out.getvalue(), OWN, None))


def png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("notes.txt", b"I am not a picture", "photo-unreadable"),
        ("empty.jpg", b"", "photo-empty"),
        ("cut.jpg", SAMPLE.read_bytes()[:9000], "photo-truncated"),
        ("dot.png", png(Image.new("RGB", (1, 1))), "photo-too-small"),
    ],
)
def test_a_bad_photo_gets_a_sentence_and_the_page_goes_on(studio: Page, name: str, data: bytes, code: str) -> None:
    upload(studio, "cat.jpg", SAMPLE.read_bytes())
    studio.wait_for_selector("#status:has-text('cat.jpg, 451')")
    upload(studio, name, data)
    state(studio, "error")
    expect(studio.locator("#status")).to_have_attribute("data-error", code)
    assert (studio.text_content("#status") or "").count(".") <= 3
    studio.select_option("#engine", "ort:wasm")
    studio.select_option("#size", "128")
    studio.click("#run")
    state(studio, "done")


OPENING = "return script.open(backend, model, options);"


def replace_opening(page: Page, body: str) -> None:
    """Every engine's session is opened by these lines, which may spoil or replace what it does."""
    session = (ROOT / "www" / "engine" / "session.js").read_text()
    assert OPENING in session
    changed = session.replace(OPENING, body)
    page.route("**/engine/session.js", lambda route: route.fulfill(body=changed, content_type="text/javascript"))


QUICK_SESSION = """
    const session = await script.open(backend, model, options);
    const run = async (feeds, outputs, more) => {
        if (feeds[0].dims[3] <= 600) return session.run(feeds, outputs, more);
        return [{ ...feeds[0], name: session.outputs[0] }];
    };
    return { ...session, run };
"""


def test_forty_megapixels_at_original_are_reduced_with_a_word(page: Page, site: str) -> None:
    # How large it gets is asked here, not what: the engine gives large pictures back as they are.
    replace_opening(page, QUICK_SESSION)
    open_page(page, site, f"?style={OWN}&engine=ort:wasm&size=256")
    out = io.BytesIO()
    Image.open(SAMPLE).resize((7300, 5480)).save(out, "JPEG", quality=60)
    upload(page, "huge.jpg", out.getvalue())
    page.wait_for_selector("#status:has-text('7300 × 5480')")
    page.click("#run")
    state(page, "done")
    assert canvas_pixels(page).shape == (192, 256, 4)
    expect(page.locator("#status")).not_to_contain_text("at most")
    page.select_option("#size", "original")
    page.click("#run")
    expect(page.locator("#status")).to_contain_text("holds 4.2 megapixels at most")
    state(page, "done")
    width, height = page.evaluate(
        "() => { const { width, height } = document.getElementById('result'); return [width, height]; }"
    )
    assert Size(height, width) == painted_size(Size(5480, 7300), None, MAX_WHOLE_PIXELS)
    assert 0.99 * 2048 * 2048 < width * height <= 2048 * 2048


HELD_SESSION = """
    const session = await script.open(backend, model, options);
    const run = (feeds, outputs, more) => {
        const [, , height, width] = feeds[0].dims;
        return height === 172 && width === 256 ? new Promise(() => {}) : session.run(feeds, outputs, more);
    };
    return { ...session, run };
"""


def test_the_second_photo_wins_and_the_first_is_never_shown(page: Page, site: str) -> None:
    # The first photo, 256 × 170 and filled up to a multiple of 4, is painted until it is stopped: else a fast machine
    # may be done before the second one is there.
    replace_opening(page, HELD_SESSION)
    open_page(page, site)
    red = png(Image.new("RGB", (320, 200), (220, 30, 30)))
    upload(page, "first.png", SAMPLE.read_bytes())
    page.select_option("#engine", "onnxjs:webgl")
    page.select_option("#size", "256")
    choose_style(page, OWN)
    page.wait_for_selector("#status:has-text('Painting 256')", timeout=PAINT_MS)
    shapes = page.evaluate_handle(
        """() => {
            const seen = [];
            const put = CanvasRenderingContext2D.prototype.putImageData;
            CanvasRenderingContext2D.prototype.putImageData = function (image, ...rest) {
                if (this.canvas.id === 'result') seen.push([image.width, image.height]);
                return put.call(this, image, ...rest);
            };
            return seen;
        }"""
    )
    upload(page, "second.png", red, "image/png")
    state(page, "done")
    assert shapes.json_value() == [[256, 160]]
    assert canvas_pixels(page).shape == (160, 256, 4)
    difference = np.abs(canvas_pixels(page)[:, :, :3].astype(int) - expected_painting(red, OWN, 256))
    assert difference.mean() <= 1.0


def test_cancel_leaves_the_page_ready(studio: Page) -> None:
    upload(studio, "cat.jpg", SAMPLE.read_bytes())
    # The slowest engine, and much for it: a quick one may be done before Stop is pressed.
    studio.select_option("#engine", "onnxjs:cpu")
    studio.select_option("#size", "original")
    studio.click("#run")
    studio.wait_for_selector("#status:has-text('Painting')", timeout=PAINT_MS)
    studio.click("#cancel")
    state(studio, "ready")
    studio.select_option("#engine", "ort:wasm")
    studio.select_option("#size", "128")
    studio.click("#run")
    state(studio, "done")


def test_photo_and_style_can_be_chosen_before_python_is_ready(page: Page, site: str) -> None:
    held: list[Route] = []
    page.route("**/pyodide.asm.wasm", lambda route: held.append(route))
    page.goto(f"{site}/www/?size=128&engine=ort:wasm")
    choose_style(page, f"{OWN}-zeropad")
    upload(page, "cat.jpg", SAMPLE.read_bytes())
    expect(page.locator(f'button[data-style="{OWN}-zeropad"]')).to_have_attribute("aria-pressed", "true")
    page.click("#run")

    def python_is_still_loading() -> None:
        assert held

    eventually(page, python_is_still_loading)
    held[0].continue_()
    state(page, "done", START_MS)
    assert_same_painting(canvas_pixels(page), expected_painting(SAMPLE.read_bytes(), f"{OWN}-zeropad", 128))


def test_an_address_can_ask_for_everything(page: Page, site: str) -> None:
    page.goto(f"{site}/www/?style={OWN}&engine=ort:wasm&size=128&photo=photos/cat.jpg&autorun=1")
    state(page, "done", START_MS)
    assert canvas_pixels(page).shape == (85, 128, 4)


def answer(status: int, body: bytes) -> Callable[[Route], None]:
    return lambda route: route.fulfill(status=status, body=body)


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (404, b"not here", "model-unavailable"),
        (200, (ROOT / "models" / f"{OWN}.onnx").read_bytes()[:100_000], "model-damaged"),
    ],
    ids=["missing", "cut short"],
)
def test_a_model_that_cannot_be_had(browser: Browser, site: str, status: int, body: bytes, code: str) -> None:
    with watched_page(browser, site) as (page, _):
        page.route(f"**/{OWN}.onnx", answer(status, body))
        page.goto(f"{site}/www/?style={OWN}&engine=ort:wasm&size=128&photo=photos/cat.jpg&autorun=1")
        state(page, "error", START_MS)
        expect(page.locator("#status")).to_have_attribute("data-error", code)
        choose_style(page, f"{OWN}-zeropad")
        page.click("#run")
        state(page, "done")


WEAK_SESSION = """
    const session = await script.open(backend, model, options);
    const run = (feeds, outputs, more) => {
        if (feeds[0].dims[3] > 300) throw new Error('out of memory');
        return session.run(feeds, outputs, more);
    };
    return { ...session, run };
"""


def test_a_picture_too_large_for_the_engine_is_painted_smaller_at_a_click(page: Page, site: str) -> None:
    replace_opening(page, WEAK_SESSION)
    page.goto(f"{site}/www/?style={OWN}&engine=ort:wasm&size=512&photo=photos/cat.jpg&autorun=1")
    state(page, "error", START_MS)
    expect(page.locator("#status")).to_have_attribute("data-error", "out-of-memory")
    expect(page.locator("#size")).to_have_value("512")
    page.click("text=Paint at 384 px")
    page.click("text=Paint at 256 px")
    state(page, "done")
    assert canvas_pixels(page).shape == (170, 256, 4)
    expect(page.locator("#size")).to_have_value("256")
    expect(page.locator("#paint-smaller")).to_be_hidden()


def broken_manifest() -> bytes:
    manifest = json.loads((ROOT / "models" / "manifest.json").read_text())
    manifest["models"][0]["sha256"] = "short"
    return json.dumps(manifest).encode()


@pytest.mark.parametrize("body", [b"{", broken_manifest()], ids=["not JSON", "bad entry"])
def test_a_manifest_that_does_not_parse(page: Page, site: str, body: bytes) -> None:
    page.route("**/manifest.json", answer(200, body))
    page.goto(f"{site}/www/")
    state(page, "error", START_MS)
    expect(page.locator("#status")).to_have_attribute("data-error", "manifest-invalid")
    expect(page.locator("#status")).to_contain_text("python -m build models")


@pytest.mark.parametrize("missing", ["**/vendor/runtime.json", "**/vendor/pyodide/*", "**/vendor/*.whl"])
def test_missing_runtime_names_the_command(browser: Browser, site: str, missing: str) -> None:
    with watched_page(browser, site, first_visit=True) as (page, _):
        page.route(missing, answer(404, b"nothing"))
        page.goto(f"{site}/www/")
        state(page, "error", START_MS)
        expect(page.locator("#status")).to_have_attribute("data-error", "python-missing")
        expect(page.locator("#status")).to_contain_text("make serve")


def test_a_foreign_photo_address_is_refused(page: Page, site: str) -> None:
    page.goto(f"{site}/www/?photo=https://elsewhere.example/cat.jpg")
    state(page, "error", START_MS)
    expect(page.locator("#status")).to_have_attribute("data-error", "photo-foreign")


def test_without_webgl_the_page_says_so_and_paints_otherwise(site: str, browser: Browser) -> None:
    without = launch(browser.browser_type, "--use-gl=disabled")
    try:
        with watched_page(without, site) as (page, _):
            page.goto(f"{site}/www/?photo=photos/cat.jpg&size=128")
            state(page, "ready", START_MS)
            option = page.locator('#engine option[value="onnxjs:webgl"]')
            expect(option).to_be_disabled()
            expect(page.locator("#engine-why")).to_contain_text("WebGL")
            page.click("#run")
            state(page, "done")
            expect(page.locator("#status")).to_have_attribute("data-engine", "kernels:wasm")
    finally:
        without.close()


@pytest.mark.parametrize("width", [320, 390, 1280, 2560])
def test_nothing_is_wider_than_the_window(studio: Page, width: int) -> None:
    studio.set_viewport_size({"width": width, "height": 844})
    assert studio.evaluate("document.documentElement.scrollWidth") <= width
