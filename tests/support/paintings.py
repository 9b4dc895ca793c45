"""What the tests of the page do with it, and how its pictures are read and compared."""

import base64

import numpy as np
import numpy.typing as npt
import onnxruntime
from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from app_py.photo.decode import decode, resize
from app_py.photo.sizing import painted_size
from app_py.photo.tensors import to_image, to_tensor
from tests.support.paths import ROOT

START_MS = 120_000
PAINT_MS = 180_000

READ_CANVAS = """id => {
    const canvas = document.getElementById(id);
    const { width, height } = canvas;
    const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
    let text = '';
    for (let i = 0; i < data.length; i += 32768) text += String.fromCharCode(...data.subarray(i, i + 32768));
    return [width, height, btoa(text)];
}"""

Pixels = npt.NDArray[np.uint8]


def state(page: Page, name: str, timeout: float = PAINT_MS) -> None:
    """Wait until the page is in a state. Raises `AssertionError` with what it says instead."""
    try:
        page.wait_for_selector(f"#status[data-state={name}]", timeout=timeout)
    except PlaywrightTimeoutError:
        status = page.locator("#status")
        shown = f"{status.get_attribute('data-state')}, “{status.inner_text()}”"
        raise AssertionError(f"the page is not {name} after {timeout / 1000:.0f} s but {shown}") from None


def open_page(page: Page, site: str, query: str = "") -> None:
    """The page, ready, with what it folds away unfolded."""
    page.goto(f"{site}/www/{query}")
    state(page, "ready", START_MS)
    unfold(page)


def unfold(page: Page) -> None:
    """Open the sheet with size, engine and format."""
    page.evaluate("document.querySelector('#more[aria-expanded=false]')?.click()")


def fold(page: Page) -> None:
    """Close it; what makes room for it follows within a few frames."""
    page.evaluate("document.querySelector('#more[aria-expanded=true]')?.click()")
    page.evaluate("async () => { for (let n = 0; n < 4; n += 1) await new Promise(requestAnimationFrame); }")


def choose_style(page: Page, model_id: str) -> None:
    """Also one that the page keeps for addresses and scripts. With a photo there it is painted."""
    page.locator(f'button[data-style="{model_id}"]').dispatch_event("click")


def upload(page: Page, name: str, data: bytes, mime: str = "image/jpeg") -> None:
    page.set_input_files("#photo", {"name": name, "mimeType": mime, "buffer": data})


def canvas_pixels(page: Page, canvas: str = "result") -> Pixels:
    """uint8 `(H, W, 4)`: exactly what the canvas holds."""
    width, height, values = page.evaluate(READ_CANVAS, canvas)
    return np.frombuffer(base64.b64decode(values), np.uint8).reshape(height, width, 4)


def expected_painting(photo: bytes, model_id: str, longest_px: int | None) -> Pixels:
    """What native onnxruntime makes of the same pixels."""
    decoded = decode(photo, 2048)
    size = painted_size(decoded.size, longest_px)
    session = onnxruntime.InferenceSession(ROOT / "models" / f"{model_id}.onnx", providers=["CPUExecutionProvider"])
    (output,) = session.run(None, {session.get_inputs()[0].name: to_tensor(resize(decoded.image, size))})
    return to_image(output, size)


def assert_same_painting(shown: Pixels, expected: Pixels) -> None:
    assert shown.shape[:2] == expected.shape[:2]
    assert (shown[:, :, 3] == 255).all()
    difference = np.abs(shown[:, :, :3].astype(int) - expected.astype(int))
    assert difference.mean() <= 1.0
    assert np.percentile(difference, 99.9) <= 3
    assert expected.std() > 10, "a flat picture would prove nothing"
