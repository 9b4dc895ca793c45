"""Paintings that nobody has seen, as styles: made, given to a page, and painted by native onnxruntime as well."""

import io

import numpy as np
import onnxruntime
from PIL import Image
from playwright.sync_api import Page

from app_py.photo.decode import decode, resize
from app_py.photo.sizing import painted_size
from app_py.photo.tensors import RgbImage, to_image, to_tensor
from app_py.styles.vectors import Vector, predictor_picture
from tests.support.chromium import eventually
from tests.support.paintings import canvas_pixels
from tests.support.paths import ROOT

MODELS = ROOT / "models"
PHOTO = (ROOT / "www" / "photos" / "cat.jpg").read_bytes()
SIZE_PX = 128


def never_seen(seed: int) -> bytes:
    """A painting that nobody painted: stripes and blots in three colours, as PNG."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:220, 0:300]
    waves = np.sin(x / rng.uniform(5, 20) + np.cos(y / rng.uniform(5, 20)) * 3) > 0
    colours = rng.integers(0, 255, (2, 3))
    picture = np.where(waves[..., None], colours[0], colours[1]).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "PNG")
    return out.getvalue()


def native_vector(picture: bytes) -> Vector:
    session = onnxruntime.InferenceSession(MODELS / "predictor.onnx", providers=["CPUExecutionProvider"])
    (vector,) = session.run(None, {"input": predictor_picture(decode(picture, 2048).image)})
    return np.asarray(vector, np.float32)


def native_painting(vector: Vector) -> RgbImage:
    decoded = decode(PHOTO, 2048)
    size = painted_size(decoded.size, SIZE_PX)
    session = onnxruntime.InferenceSession(MODELS / "painting.onnx", providers=["CPUExecutionProvider"])
    (out,) = session.run(None, {"input": to_tensor(resize(decoded.image, size)), "style": vector})
    return to_image(np.asarray(out), size)


def shows(page: Page, expected: RgbImage) -> None:
    """The canvas holds these pixels, within 1 of 255 on average."""

    def check() -> None:
        found = canvas_pixels(page)[:, :, :3].astype(int)
        assert found.shape == expected.shape
        assert np.abs(found - expected).mean() <= 1

    eventually(page, check)


def add_painting(page: Page, name: str, data: bytes, mime: str = "image/png") -> None:
    page.set_input_files("#painting", {"name": name, "mimeType": mime, "buffer": data})
