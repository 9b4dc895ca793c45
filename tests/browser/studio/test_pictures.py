"""Pictures in the wild through the page: what Python and the browser make of them together."""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.shared.support.icc_bytes import profile, table_profile
from tests.support.chromium import watched_page
from tests.support.paintings import canvas_pixels, open_page, upload

DISTURBED_READ_BACK = """
    const read = OffscreenCanvasRenderingContext2D.prototype.getImageData;
    OffscreenCanvasRenderingContext2D.prototype.getImageData = function (...area) {
        const image = read.apply(this, area);
        image.data[0] ^= 1;
        return image;
    };
"""


@pytest.fixture(scope="module")
def studio(browser: Browser, site: str) -> Iterator[Page]:
    with watched_page(browser, site) as (page, watch):
        open_page(page, site)
        yield page
        assert watch.problems == []


@pytest.mark.parametrize(
    ("name", "size", "says"),
    [
        ("pil_pal4rle.bmp", "127 × 64", ""),
        ("pil_rgb32bf.bmp", "127 × 64", ""),
        ("pil_i_trns.png", "64 × 64", "What was transparent is white now."),
        ("pil_12bit.cropped.tif", "100 × 100", "it was brightened"),
        ("pil_truncated_end_chunk.png", "128 × 128", ""),
    ],
)
def test_what_is_a_picture_is_opened(studio: Page, data: Path, name: str, size: str, says: str) -> None:
    upload(studio, name, (data / "cases" / "pictures" / name).read_bytes())
    expect(studio.locator("#status")).to_contain_text(f"{name}, {size}.")
    expect(studio.locator("#status")).to_contain_text(says)


@pytest.mark.parametrize(
    ("name", "code", "says"),
    [
        ("pil_hopper.heif", "photo-unreadable", "This is a HEIC photo"),
        ("sharp_circle.svg", "photo-unreadable", "This is a drawing (SVG)"),
        ("pil_hopper_lzma.tif", "photo-unsupported", "This is a TIFF picture of a kind"),
    ],
)
def test_what_is_none_is_named(studio: Page, data: Path, name: str, code: str, says: str) -> None:
    upload(studio, name, (data / "cases" / "pictures" / name).read_bytes())
    expect(studio.locator("#status")).to_contain_text(says)
    expect(studio.locator("#status")).to_have_attribute("data-error", code)


def run_length_bmp() -> bytes:
    """16 x 8 pixels of half a byte each, coded by run lengths: the left half red, the right half blue."""
    rows = b"".join(bytes([8, 0x00, 8, 0x11, 0, 0]) for _ in range(8)) + b"\0\1"
    palette = b"\0\0\xff\0" + b"\xff\0\0\0"
    header = b"".join(
        number.to_bytes(size, "little")
        for number, size in ((40, 4), (16, 4), (8, 4), (1, 2), (4, 2), (2, 4), (len(rows), 4), (0, 8), (2, 4), (0, 4))
    )
    at = 14 + len(header) + len(palette)
    start = b"BM" + (at + len(rows)).to_bytes(4, "little") + bytes(4) + at.to_bytes(4, "little")
    return start + header + palette + rows


def test_a_run_length_coded_bmp_has_its_colours(studio: Page) -> None:
    upload(studio, "runs.bmp", run_length_bmp())
    expect(studio.locator("#status")).to_contain_text("runs.bmp, 16 × 8.")
    pixels = canvas_pixels(studio, "before")
    assert (pixels[:, :8, :3] == (255, 0, 0)).all()
    assert (pixels[:, 8:, :3] == (0, 0, 255)).all()


def test_colours_hold_where_reading_back_is_disturbed(browser: Browser, site: str) -> None:
    out = io.BytesIO()
    swapped = profile(b"bXYZ", b"rXYZ")
    Image.new("RGB", (32, 16), (255, 0, 0)).save(out, "PNG", icc_profile=swapped)
    with watched_page(browser, site) as (page, _):
        # The decoder runs in the logic worker: its script is given the guard on its way there.
        page.route(
            "**/python/image.js",
            lambda route: route.fulfill(
                body=DISTURBED_READ_BACK + route.fetch().text(), content_type="text/javascript"
            ),
        )
        open_page(page, site)
        upload(page, "p3.png", out.getvalue())
        expect(page.locator("#status")).to_contain_text("p3.png, 32 × 16.")
        pixels = canvas_pixels(page, "before")
    assert np.abs(pixels[4, 4].astype(int) - (0, 0, 255, 255)).max() <= 2


@pytest.mark.parametrize("size", [(64, 32), (4100, 4000)])
def test_colours_of_tables_hold_at_every_size(studio: Page, size: tuple[int, int]) -> None:
    out = io.BytesIO()
    Image.new("RGB", size, (255, 0, 0)).save(out, "PNG", icc_profile=table_profile(swapped=True))
    upload(studio, "press.png", out.getvalue())
    expect(studio.locator("#status")).to_contain_text(f"press.png, {size[0]} × {size[1]}.")
    pixel = canvas_pixels(studio, "before")[4, 4].astype(int)
    # The profile's Lab has eight bits.
    assert np.abs(pixel - (0, 0, 255, 255)).max() <= 12
