"""What the studio offers around a painting, used as people use it, in one session from one thing to the next."""

import io
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from app_py.photo.decode import decode, resize
from app_py.photo.sizing import painted_size
from tests.browser.studio.kept import wait_until_kept
from tests.shared.support.style_graphs import Family, make_member
from tests.support.chromium import PATIENCE_MS, eventually, settled, watched_page
from tests.support.paintings import canvas_pixels, open_page, state, upload
from tests.support.paths import ROOT

SAMPLE = (ROOT / "www" / "photos" / "cat.jpg").read_bytes()
OWN = make_member(Family(width=12, blocks=1, ends=7, ending="tanh", channels_last=True))
"""A network of the style family that nobody ships, with the channels at the end."""

KEEP_FOCUSED = """() => {
    window.focused = [];
    addEventListener('focusin', ({ target }) => focused.push(target.id));
}"""

QUERY = "?style=starry-night-nc16&engine=kernels:wasm&size=128"


@pytest.fixture(scope="module")
def painted(browser: Browser, site: str) -> Iterator[Page]:
    """A page with a finished painting; every test leaves one behind."""
    with watched_page(browser, site, viewport={"width": 1280, "height": 900}) as (page, watch):
        open_page(page, site, QUERY)
        upload(page, "cat.jpg", SAMPLE)
        page.click("#run")
        state(page, "done")
        yield page
        assert watch.problems == []


def test_the_first_visit_is_explained_in_the_empty_frame_and_moves_nothing(browser: Browser, site: str) -> None:
    with watched_page(browser, site, viewport={"width": 390, "height": 844}) as (page, _):
        page.goto(f"{site}/www/")
        chooser = page.locator("label.button[for=photo]")
        chooser.wait_for()
        before = chooser.bounding_box()
        state(page, "ready")
        expect(page.locator("#welcome")).to_be_visible()
        assert chooser.bounding_box() == before
        upload(page, "cat.jpg", SAMPLE)
        expect(page.locator("#welcome")).to_be_hidden()
        page.reload()
        state(page, "ready")
        page.click("#welcomed")
        expect(page.locator("#welcome")).to_be_hidden()
        wait_until_kept(page, "")
        page.reload()
        state(page, "ready")
        expect(page.locator("#welcome")).to_be_hidden()


def assert_focused(page: Page, *ids: str) -> None:
    assert page.evaluate("focused") == [*ids]


def test_who_paints_with_the_keyboard_keeps_the_focus(painted: Page) -> None:
    painted.focus("#run")
    painted.evaluate(KEEP_FOCUSED)
    painted.keyboard.press("Enter")
    # A small painting is done before anybody could ask where the focus is meanwhile.
    eventually(painted, lambda: assert_focused(painted, "status", "run"))
    state(painted, "done")
    painted.focus("#undo")
    while painted.locator("#undo").is_enabled():
        painted.keyboard.press("Enter")
        settled(painted)
    expect(painted.locator("#redo")).to_be_focused()
    while painted.locator("#redo").is_enabled():
        painted.keyboard.press("Enter")
        settled(painted)
    state(painted, "done")


def test_arrow_keys_walk_through_the_styles(painted: Page) -> None:
    buttons = painted.locator("#styles button:visible")
    last = buttons.count() - 1
    painted.focus("#styles button[aria-pressed=true]")
    painted.keyboard.press("Home")
    expect(buttons.first).to_be_focused()
    painted.keyboard.press("ArrowRight")
    expect(buttons.nth(1)).to_be_focused()
    painted.keyboard.press("ArrowDown")
    # In one look, since the gallery scrolls to what has the focus.
    below, above = painted.evaluate(
        """[document.activeElement.getBoundingClientRect().top,
            document.querySelector('#styles button').getBoundingClientRect().bottom]"""
    )
    assert below > above
    painted.keyboard.press("End")
    expect(buttons.nth(last)).to_be_focused()
    painted.keyboard.press("ArrowRight")
    expect(buttons.nth(last)).to_be_focused()


def test_strength_and_colours_apply_without_painting_again(painted: Page) -> None:
    full = canvas_pixels(painted).astype(int)
    painted.fill("#strength", "0")
    expect(painted.locator("#strength-value")).to_have_text("0 %")
    decoded = decode(SAMPLE, 2048)
    resized = resize(decoded.image, painted_size(decoded.size, 128)).astype(int)

    def shows(expected: NDArray[np.int_], times: int = 1) -> Callable[[], None]:
        def check() -> None:
            shown = canvas_pixels(painted).astype(int)
            assert np.abs(times * shown[:, :, :3] - expected).max() <= 1
            assert (shown[:, :, 3] == 255).all()

        return check

    eventually(painted, shows(resized))
    photo = canvas_pixels(painted).astype(int)
    painted.fill("#strength", "50")
    eventually(painted, shows((full + photo)[:, :, :3], times=2))
    painted.fill("#strength", "100")
    painted.check("#keep-colours")

    def only_the_light_differs() -> None:
        kept = canvas_pixels(painted).astype(int)[:, :, :3] - photo[:, :, :3]
        unclamped = ((kept + photo[:, :, :3] > 0) & (kept + photo[:, :, :3] < 255)).all(axis=2)
        assert unclamped.mean() > 0.5
        assert (np.ptp(kept[unclamped], axis=1) == 0).all()
        assert np.abs(kept).max() > 10, "not the photo itself"

    eventually(painted, only_the_light_differs)
    painted.uncheck("#keep-colours")
    eventually(painted, lambda: np.testing.assert_array_equal(canvas_pixels(painted), full))
    expect(painted.locator("#status")).to_have_attribute("data-state", "done")


@pytest.mark.parametrize(
    ("format_name", "suffix", "pillow"), [("jpeg", "jpg", "JPEG"), ("webp", "webp", "WEBP"), ("png", "png", "PNG")]
)
def test_saving_in_every_format(painted: Page, format_name: str, suffix: str, pillow: str) -> None:
    painted.select_option("#format", format_name)
    expect(painted.locator("#quality-row")).to_be_visible(visible=format_name != "png")
    with painted.expect_download() as download:
        painted.click("#download")
    assert download.value.suggested_filename == f"cat-starry-night.{suffix}"
    with Image.open(download.value.path()) as saved:
        assert saved.format == pillow
        assert not saved.getexif()
        difference = np.abs(np.asarray(saved.convert("RGB")).astype(int) - canvas_pixels(painted)[:, :, :3])
    assert difference.mean() <= (0 if format_name == "png" else 8)


def test_the_comparison_is_a_slider_for_keys(painted: Page) -> None:
    slider = painted.get_by_role("slider", name="Compare photo and painting")
    slider.focus()
    for key, value in (("End", "100"), ("PageDown", "90"), ("ArrowLeft", "88"), ("ArrowRight", "90"), ("Home", "0")):
        painted.keyboard.press(key)
        expect(slider).to_have_attribute("aria-valuenow", value)
    expect(slider).to_have_attribute("aria-valuetext", "0 % photo, 100 % painting")


def test_turn_crop_and_undo(painted: Page) -> None:
    status = painted.locator("#status")
    painted.click("#rotate")
    expect(status).to_contain_text("300 × 451")
    painted.click("#cut")
    painted.click("#crop-square")
    painted.click("#crop-apply")
    expect(status).to_contain_text("300 × 300")
    painted.click("#run")
    state(painted, "done")
    assert canvas_pixels(painted).shape == (128, 128, 4)
    painted.keyboard.press("Control+z")
    expect(status).to_contain_text("300 × 451")
    painted.keyboard.press("Control+z")
    expect(status).to_contain_text("128 × 85")
    assert canvas_pixels(painted).shape == (85, 128, 4)
    painted.keyboard.press("Control+Shift+z")
    painted.keyboard.press("Control+y")
    expect(status).to_contain_text("128 × 128")
    painted.click("#undo")
    painted.click("#undo")
    expect(status).to_contain_text("128 × 85")


def test_every_style_is_tried_on_the_photo(painted: Page) -> None:
    painted.click("#try-all")
    painted.wait_for_selector("#status:has-text('in every style')", timeout=2 * PATIENCE_MS)
    faces = painted.locator("#styles .face:visible")
    tiles = painted.locator("#styles .face canvas:visible")
    assert tiles.count() == faces.count() >= 1
    assert canvas_pixels(painted, "tile-starry-night-nc16").shape == (160, 241, 4)
    painted.click("#rotate")
    expect(tiles).to_have_count(0)
    painted.click("#undo")
    expect(tiles).to_have_count(faces.count())
    painted.click("#run")
    state(painted, "done")


def paste(page: Page, data: bytes | None) -> None:
    """What Ctrl+V does: a paste event with a picture in it, or with none."""
    page.evaluate(
        """(bytes) => {
            const clipboardData = new DataTransfer();
            if (bytes) clipboardData.items.add(new File([Uint8Array.from(bytes)], 'pasted.png', { type: 'image/png' }));
            document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
        }""",
        None if data is None else list(data),
    )


def test_paste_and_drop(painted: Page) -> None:
    paste(painted, None)
    expect(painted.locator("#status")).to_have_attribute("data-error", "paste-empty")
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (90, 20, 200)).save(out, "PNG")
    paste(painted, out.getvalue())
    expect(painted.locator("#status")).to_contain_text("pasted.png, 64 × 48")
    painted.evaluate(
        """(bytes) => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([Uint8Array.from(bytes)], 'dropped.jpg', { type: 'image/jpeg' }));
            document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
        }""",
        list(SAMPLE),
    )
    expect(painted.locator("#status")).to_contain_text("dropped.jpg, 451 × 300")
    painted.drag_and_drop("#samples img >> nth=0", "#frame")
    expect(painted.locator("#status")).to_contain_text("pagoda.jpg, 640 × 427")


def test_a_model_of_ones_own(painted: Page, site: str) -> None:
    painted.set_input_files("#model", {"name": "notes.onnx", "mimeType": "", "buffer": b"not a model"})
    expect(painted.locator("#status")).to_have_attribute("data-error", "model-invalid")
    expect(painted.locator("#status")).to_contain_text("notes.onnx is not an ONNX model")
    relu = (ROOT / "models" / "ops" / "relu.onnx").read_bytes()
    painted.set_input_files("#model", {"name": "relu.onnx", "mimeType": "", "buffer": relu})
    expect(painted.locator("#status")).to_have_attribute("data-error", "own-model-unfit")
    painted.set_input_files("#model", {"name": "my_sky-style.onnx", "mimeType": "", "buffer": OWN})
    painted.wait_for_selector("#status:has-text('My sky style joined')")
    button = painted.locator("button[data-style^=own-]")
    expect(button).to_have_attribute("aria-pressed", "true")
    painted.select_option("#engine", "auto")
    painted.click("#run")
    state(painted, "done")
    expect(painted.locator("#status")).to_have_attribute("data-engine", "kernels:wasm")
    painted.select_option("#engine", "ort:wasm")
    wait_until_kept(painted, '"wish": {"style": "own-')

    # Kept in this browser: there again on the next visit, with the settings.
    open_page(painted, site)
    expect(painted.locator("button[data-style^=own-]")).to_have_attribute("aria-pressed", "true")
    expect(painted.locator("#size")).to_have_value("128")
    expect(painted.locator("#welcome")).to_be_hidden()
    painted.click("#own-models button")
    expect(painted.locator("button[data-style^=own-]")).to_have_count(0)
