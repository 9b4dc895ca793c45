"""The tools on the picture, with mouse, keys and fingers: zoom, the cutting frame, the comparison, side by side."""

import io
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, CDPSession, Locator, Page, expect

from tests.support.chromium import eventually, settled, wait_until, watched_page
from tests.support.paintings import PAINT_MS, canvas_pixels, fold, open_page, state, unfold, upload
from tests.support.paths import ROOT

SAMPLE = (ROOT / "www" / "photos" / "cat.jpg").read_bytes()
QUERY = "?style=starry-night-nc16&engine=kernels:wasm&size=128"

BOX = """() => ['left', 'top', 'right', 'bottom'].map(
    (edge) => parseFloat(document.getElementById('crop').style.getPropertyValue(`--${edge}`)) / 100,
)"""
STAYS_AT_THE_TOP = """(async () => {
    scrollTo(0, 0);
    for (let frame = 0; frame < 4; frame += 1) await new Promise(requestAnimationFrame);
    return scrollY === 0;
})()"""
SHOWN_SIZE = (
    "id => { const { width, height } = document.getElementById(id).getBoundingClientRect(); return [width, height]; }"
)


@pytest.fixture(scope="module")
def desk(browser: Browser, site: str) -> Iterator[Page]:
    """A wide page, which the window shows whole, with a painting of 128 × 85 px."""
    with watched_page(browser, site, viewport={"width": 1280, "height": 900}, reduced_motion="reduce") as (page, watch):
        paint(page, site)
        yield page
        assert watch.problems == []


@pytest.fixture
def low_desk(desk: Page) -> Iterator[Page]:
    """The same in a window so low that it can be scrolled."""
    desk.set_viewport_size({"width": 1280, "height": 560})
    wait_until(desk, "document.documentElement.scrollHeight >= innerHeight + 150")
    yield desk
    desk.set_viewport_size({"width": 1280, "height": 900})


@pytest.fixture(scope="module")
def phone(browser: Browser, site: str) -> Iterator[Page]:
    """The same in a hand, on a screen with two pixels to the CSS pixel."""
    with watched_page(
        browser,
        site,
        viewport={"width": 390, "height": 664},
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
        reduced_motion="reduce",
    ) as (page, watch):
        paint(page, site)
        yield page
        assert watch.problems == []


def paint(page: Page, site: str) -> None:
    open_page(page, site, QUERY)
    upload(page, "cat.jpg", SAMPLE)
    page.click("#run")
    state(page, "done")
    fold(page)
    page.locator("#compare").press("Home")


@pytest.fixture(autouse=True)
def as_painted(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test begins and ends with the whole painting on show, at the top of the page."""
    pages = [request.getfixturevalue(name) for name in ("desk", "phone") if name in request.fixturenames]
    yield
    for page in pages:
        page.keyboard.press("Escape")
        settled(page)
        while page.locator("#frame[data-painted]").count() == 0:
            page.click("#undo")
            settled(page)
        page.click("#zoom-fit")
        page.locator("#compare").press("Home")
        page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")


def zoom(page: Page) -> Locator:
    return page.locator("#zoom-value")


def percent(page: Page) -> int:
    return int(zoom(page).inner_text().removesuffix(" %"))


def point_at_the_picture(page: Page) -> None:
    """Beside the comparison's handle."""
    box = page.locator("#frame").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.75 * box["width"], box["y"] + 0.5 * box["height"])
    assert page.evaluate(
        "document.getElementById('frame').matches(':hover') && !document.querySelector('#compare:hover')"
    )


def wheel(page: Page, delta: int, *, ctrl: bool = False) -> None:
    # The picture may still move away under the mouse, such as when the page is being scrolled.
    eventually(page, lambda: point_at_the_picture(page))
    if ctrl:
        page.keyboard.down("Control")
    page.mouse.wheel(0, delta)
    if ctrl:
        page.keyboard.up("Control")


# --- zoom


def test_a_wheel_over_the_whole_picture_scrolls_the_page_both_ways(low_desk: Page) -> None:
    wheel(low_desk, 150)
    wait_until(low_desk, "scrollY > 100")
    wheel(low_desk, -2_000)
    wait_until(low_desk, "scrollY === 0")
    wheel(low_desk, -400)
    expect(zoom(low_desk)).to_have_text("Fit")


def test_a_wheel_with_ctrl_zooms_and_then_the_wheel_alone_until_all_is_seen(low_desk: Page) -> None:
    wheel(low_desk, -300, ctrl=True)
    expect(zoom(low_desk)).not_to_have_text("Fit")
    near = percent(low_desk)
    wheel(low_desk, -100)
    wait_until(low_desk, f"parseInt(document.getElementById('zoom-value').textContent) > {near}")
    assert low_desk.evaluate("scrollY") == 0
    wheel(low_desk, 2_000)
    expect(zoom(low_desk)).to_have_text("Fit")
    assert low_desk.evaluate("scrollY") == 0
    wheel(low_desk, 150)
    wait_until(low_desk, "scrollY > 100")


def test_a_wheel_zooms_where_nothing_can_be_scrolled(desk: Page) -> None:
    wait_until(desk, "document.documentElement.scrollHeight === innerHeight")
    wheel(desk, -400)
    expect(zoom(desk)).not_to_have_text("Fit")
    wheel(desk, 2_000)
    expect(zoom(desk)).to_have_text("Fit")


def difference_on_the_screen(page: Page) -> int:
    """The largest difference between the painting and what is seen in the middle of the frame, pixel by pixel."""
    with Image.open(io.BytesIO(page.locator("#frame").screenshot())) as shot:
        screen = np.asarray(shot.convert("RGB")).astype(int)
    painting = canvas_pixels(page)[:, :, :3].astype(int)
    height, width = painting.shape[:2]
    top, left = (screen.shape[0] - height) // 2, (screen.shape[1] - width) // 2
    # The frame need not begin with a pixel. The corners are round.
    places = [(top + down, left + right) for down in range(-3, 4) for right in range(-3, 4)]
    seen = (screen[y : y + height, x : x + width] for y, x in places)
    return int(min(np.abs(picture - painting)[4:-4, 4:-4].max() for picture in seen))


@pytest.mark.parametrize(("device", "pixels_per_css_pixel"), [("desk", 1), ("phone", 2)])
def test_one_to_one_is_a_picture_pixel_a_screen_pixel(
    request: pytest.FixtureRequest, device: str, pixels_per_css_pixel: int
) -> None:
    page = request.getfixturevalue(device)
    page.click("#zoom-real")
    expect(zoom(page)).to_have_text("100 %")
    shown = page.evaluate(SHOWN_SIZE, "result")
    assert shown == pytest.approx([128 / pixels_per_css_pixel, 85 / pixels_per_css_pixel], abs=0.5)
    assert difference_on_the_screen(page) <= 1


def test_buttons_go_on_from_one_to_one_and_halt_at_fit(desk: Page) -> None:
    desk.click("#zoom-real")
    desk.click("#zoom-out")
    expect(zoom(desk)).to_have_text("100 %")
    desk.click("#zoom-in")
    expect(zoom(desk)).to_have_text("125 %")
    for _ in range(20):
        if zoom(desk).inner_text() == "Fit":
            break
        desk.click("#zoom-in")
    expect(zoom(desk)).to_have_text("Fit")
    desk.click("#zoom-in")
    assert percent(desk) > 600
    desk.click("#zoom-out")
    expect(zoom(desk)).to_have_text("Fit")
    desk.click("#zoom-out")
    expect(zoom(desk)).to_have_text("Fit")
    desk.locator("h1").click()
    desk.keyboard.press("1")
    expect(zoom(desk)).to_have_text("100 %")
    desk.keyboard.press("0")
    expect(zoom(desk)).to_have_text("Fit")
    desk.keyboard.press("+")
    expect(zoom(desk)).not_to_have_text("Fit")


def test_the_percentage_is_of_the_picture_on_show(desk: Page) -> None:
    for _ in range(4):
        desk.click("#zoom-in")
    width, _ = desk.evaluate(SHOWN_SIZE, "result")
    assert percent(desk) == pytest.approx(100 * width / 128, abs=1)
    unfold(desk)
    desk.select_option("#size", "256")
    fold(desk)
    desk.click("#run")
    desk.wait_for_selector("#status[data-state=done]:has-text('256 × 170')", timeout=PAINT_MS)

    def is_as_large_and_half_as_much() -> None:
        assert desk.evaluate(SHOWN_SIZE, "result") == [width, pytest.approx(width / 451 * 300, abs=1)]
        assert percent(desk) == pytest.approx(100 * width / 256, abs=1)

    # The percentage follows the picture a frame later.
    eventually(desk, is_as_large_and_half_as_much)
    unfold(desk)
    desk.select_option("#size", "128")
    fold(desk)
    desk.click("#undo")
    expect(desk.locator("#status")).to_contain_text("128 × 85")


def test_another_photo_is_seen_whole(desk: Page) -> None:
    wheel(desk, -600, ctrl=True)
    expect(zoom(desk)).not_to_have_text("Fit")
    upload(desk, "another-cat.jpg", SAMPLE)
    expect(desk.locator("#status")).to_contain_text("another-cat.jpg")
    expect(zoom(desk)).to_have_text("Fit")
    expect(desk.locator("#frame[data-zoomed]")).to_have_count(0)


def test_zoom_outlives_the_painting_of_the_same_photo(desk: Page) -> None:
    desk.click("#undo")
    expect(desk.locator("#frame[data-painted]")).to_have_count(0)
    desk.click("#zoom-in")
    desk.click("#run")
    state(desk, "done")
    expect(desk.locator("#frame[data-zoomed]")).to_have_count(1)


# --- the cutting frame


def box(page: Page) -> list[float]:
    """Left, top, right, bottom, 0..1."""
    return [float(edge) for edge in page.evaluate(BOX)]


def grasp(page: Page, corner: str) -> tuple[float, float]:
    """Press the mouse on a handle; where."""
    handle = page.locator(f"#crop [data-corner='{corner}']").bounding_box()
    assert handle is not None
    x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    return x, y


def stage_size(page: Page) -> tuple[float, float]:
    overlay = page.locator("#crop").bounding_box()
    assert overlay is not None
    return overlay["width"], overlay["height"]


def wheel_on_the_crop(page: Page) -> None:
    page.locator("#crop").hover(position={"x": 5, "y": 5})
    page.keyboard.down("Control")
    page.mouse.wheel(0, -300)
    page.keyboard.up("Control")


def press_plus(page: Page) -> None:
    page.keyboard.press("+")


def click_twice_on_the_crop(page: Page) -> None:
    page.locator("#crop").dblclick(position={"x": 5, "y": 5})


def test_the_photo_keeps_still_under_the_cutting_frame(desk: Page) -> None:
    wheel(desk, -600, ctrl=True)
    expect(zoom(desk)).not_to_have_text("Fit")
    desk.click("#cut")
    whole = desk.evaluate(SHOWN_SIZE, "before")
    assert whole == pytest.approx(stage_size(desk), abs=0.1)
    for attempt in (wheel_on_the_crop, press_plus, click_twice_on_the_crop):
        attempt(desk)
        desk.wait_for_timeout(200)
        assert desk.evaluate(SHOWN_SIZE, "before") == whole, attempt.__name__

    photo = canvas_pixels(desk, "before")
    x, y = grasp(desk, "top left")
    width, height = stage_size(desk)
    desk.mouse.move(x + 0.3 * width, y + 0.2 * height, steps=3)
    desk.mouse.up()
    left, top, right, bottom = box(desk)
    assert [left, top, right, bottom] == pytest.approx([0.4, 0.3, 0.9, 0.9], abs=0.005)
    desk.click("#crop-apply")
    expect(desk.locator("#frame[data-painted]")).to_have_count(0)
    cut = photo[round(300 * top) : round(300 * bottom), round(451 * left) : round(451 * right)]
    np.testing.assert_array_equal(canvas_pixels(desk, "before"), cut)


def test_a_corner_follows_the_mouse_out_of_the_picture_and_back(desk: Page) -> None:
    desk.click("#cut")
    width, height = stage_size(desk)
    x, y = grasp(desk, "top left")
    desk.mouse.move(x - width, y - height)
    assert box(desk)[:2] == [0, 0]
    desk.mouse.move(x + 30, y + 30)
    assert box(desk) == pytest.approx([0.1 + 30 / width, 0.1 + 30 / height, 0.9, 0.9], abs=0.002)
    desk.mouse.move(x + 2 * width, y + 2 * height)
    assert box(desk) == pytest.approx([0.86, 0.86, 0.9, 0.9])
    desk.mouse.move(x, y)
    desk.mouse.up()
    assert box(desk) == pytest.approx([0.1, 0.1, 0.9, 0.9], abs=0.002)


def test_the_whole_frame_is_moved_up_to_the_edge(desk: Page) -> None:
    desk.click("#cut")
    width, height = stage_size(desk)
    x, y = grasp(desk, "whole frame")
    desk.mouse.move(x + width, y - 0.05 * height)
    desk.mouse.up()
    assert box(desk) == pytest.approx([0.2, 0.05, 1, 0.85], abs=0.005)
    handle = desk.locator("#crop [data-corner='whole frame']")
    for _ in range(5):
        handle.press("ArrowUp")
    assert box(desk) == pytest.approx([0.2, 0, 1, 0.8], abs=0.005)
    desk.locator("#crop [data-corner='bottom right']").press("ArrowLeft")
    assert box(desk) == pytest.approx([0.2, 0, 0.98, 0.8], abs=0.005)


def nowhere(page: Page) -> None:
    page.locator("h1").click()


def on_a_tool(page: Page) -> None:
    page.locator("#crop-square").focus()


def on_a_handle(page: Page) -> None:
    page.locator("#crop [data-corner='bottom right']").focus()


def on_a_style(page: Page) -> None:
    page.locator("#styles .face[aria-pressed=true]").focus()


@pytest.mark.parametrize("focus", [nowhere, on_a_tool, on_a_handle, on_a_style])
def test_escape_cancels_wherever_the_focus_is(desk: Page, focus: Callable[[Page], None]) -> None:
    desk.click("#cut")
    expect(desk.locator("#crop [data-corner='top left']")).to_be_focused()
    focus(desk)
    desk.keyboard.press("Escape")
    expect(desk.locator("#crop")).to_be_hidden()
    expect(desk.locator("#toolbar")).to_be_visible()
    expect(desk.locator("#frame[data-painted]")).to_have_count(1)
    if focus in (on_a_tool, on_a_handle):
        expect(desk.locator("#cut")).to_be_focused()


@pytest.mark.parametrize("focus", [nowhere, on_a_handle])
def test_enter_cuts(desk: Page, focus: Callable[[Page], None]) -> None:
    desk.click("#cut")
    focus(desk)
    desk.keyboard.press("Enter")
    expect(desk.locator("#crop")).to_be_hidden()
    expect(desk.locator("#status")).to_contain_text("361 × 240")


def test_enter_on_a_button_does_what_is_written_there(desk: Page) -> None:
    desk.locator("#cut").press("Enter")
    expect(desk.locator("#crop")).to_be_visible()
    desk.locator("#crop-square").press("Enter")
    expect(desk.locator("#crop")).to_be_visible()
    assert box(desk)[1::2] == [0, 1]
    desk.locator("#crop-cancel").press("Enter")
    expect(desk.locator("#crop")).to_be_hidden()
    expect(desk.locator("#frame[data-painted]")).to_have_count(1)


def test_the_whole_photo_is_no_cut(desk: Page) -> None:
    said = desk.locator("#status").inner_text()
    desk.click("#cut")
    desk.click("#crop-whole")
    expect(desk.locator("#crop")).to_be_visible()
    assert box(desk) == [0, 0, 1, 1]
    on_a_handle(desk)
    desk.keyboard.press("Enter")
    expect(desk.locator("#crop")).to_be_hidden()
    settled(desk)
    desk.click("#cut")
    desk.dblclick("#crop-whole")
    expect(desk.locator("#crop")).to_be_hidden()
    settled(desk)
    expect(desk.locator("#frame[data-painted]")).to_have_count(1)
    expect(desk.locator("#status")).to_have_text(said)


def test_from_a_cut_photo_back_to_the_whole(desk: Page) -> None:
    status = desk.locator("#status")
    desk.click("#cut")
    desk.click("#crop-square")
    desk.click("#crop-apply")
    expect(status).to_contain_text("300 × 300")
    desk.click("#cut")
    desk.click("#crop-whole")
    expect(desk.locator("#crop")).to_be_visible()
    desk.click("#crop-whole")
    expect(desk.locator("#crop")).to_be_hidden()
    expect(status).to_contain_text("451 × 300")


def test_another_photo_ends_the_cutting_of_the_one_before(desk: Page) -> None:
    desk.click("#cut")
    upload(desk, "another-cat.jpg", SAMPLE)
    expect(desk.locator("#status")).to_contain_text("another-cat.jpg")
    expect(desk.locator("#crop")).to_be_hidden()
    expect(desk.locator("#toolbar")).to_be_visible()


# --- the comparison, on a phone


@pytest.mark.parametrize("width", [390, 320])
@pytest.mark.parametrize(("key", "value"), [("Home", "0"), ("End", "100")])
def test_the_grip_stays_on_the_picture(phone: Page, width: int, key: str, value: str) -> None:
    phone.set_viewport_size({"width": width, "height": 664})
    phone.locator("#compare").press(key)
    expect(phone.locator("#compare")).to_have_attribute("aria-valuenow", value)

    def all_is_in_its_place() -> None:
        frame, grip = phone.locator("#frame").bounding_box(), phone.locator("#compare").bounding_box()
        assert frame is not None
        assert grip is not None
        assert grip["x"] >= frame["x"]
        assert grip["x"] + grip["width"] <= frame["x"] + frame["width"] + 0.5
        assert phone.evaluate("[innerWidth, document.documentElement.scrollWidth]") == [width, width]
        bar = phone.locator(".actions").bounding_box()
        assert bar is not None
        assert bar["y"] + bar["height"] == pytest.approx(664)

    # A window of another size is laid out within a few frames.
    try:
        eventually(phone, all_is_in_its_place)
    finally:
        phone.set_viewport_size({"width": 390, "height": 664})


def test_the_line_of_the_comparison_is_where_the_painting_begins(desk: Page) -> None:
    frame = desk.locator("#frame").bounding_box()
    assert frame is not None
    middle = frame["y"] + frame["height"] / 2
    grip = desk.locator("#compare").bounding_box()
    assert grip is not None
    desk.mouse.move(grip["x"] + grip["width"] / 2, middle)
    desk.mouse.down()
    for share in (0, 0.25, 1):
        desk.mouse.move(frame["x"] + share * frame["width"], middle)
        line = desk.evaluate(
            "() => { const { left } = getComputedStyle(document.getElementById('compare'), '::before');"
            " return document.getElementById('compare').getBoundingClientRect().left + parseFloat(left); }"
        )
        assert line == pytest.approx(frame["x"] + share * frame["width"], abs=1)
        expect(desk.locator("#compare")).to_have_attribute("aria-valuenow", str(round(100 * share)))
    desk.mouse.up()


def test_the_picture_is_compared_side_by_side_only_with_its_painting(desk: Page) -> None:
    alone = desk.locator("#before").bounding_box()

    def lies(place: object) -> None:
        assert desk.locator("#before").bounding_box() == place

    desk.click("#side")
    left, right = desk.locator("#before").bounding_box(), desk.locator("#result").bounding_box()
    assert alone is not None
    assert left is not None
    assert right is not None
    assert left["x"] + left["width"] <= right["x"]
    desk.click("#cut")
    eventually(desk, lambda: lies(alone))
    desk.click("#crop-cancel")
    desk.click("#undo")
    expect(desk.locator("#frame[data-painted]")).to_have_count(0)
    eventually(desk, lambda: lies(alone))
    desk.click("#redo")
    expect(desk.locator("#frame[data-painted]")).to_have_count(1)
    eventually(desk, lambda: lies(left))
    desk.click("#side")


# --- fingers


class Fingers:
    """What a person's fingers do on the screen, as far down as a browser lets a program go."""

    def __init__(self, page: Page) -> None:
        self._devtools: CDPSession = page.context.new_cdp_session(page)
        self._page = page

    def glide(self, *ways: tuple[tuple[float, float], tuple[float, float]]) -> None:
        """Each from a place to another, all at once."""
        steps = 12
        for step in range(steps + 1):
            points = [
                {"x": x + (to_x - x) * step / steps, "y": y + (to_y - y) * step / steps, "id": number}
                for number, ((x, y), (to_x, to_y)) in enumerate(ways)
            ]
            self._touch("touchMove" if step else "touchStart", points)
        # Who stands still before letting go gives the page no push.
        self._page.wait_for_timeout(200)
        self._touch("touchEnd", [])

    def _touch(self, kind: str, points: list[dict[str, float]]) -> None:
        self._devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        self._page.wait_for_timeout(16)


@pytest.mark.parametrize("drift", [0, 60], ids=["still", "drifting"])
def test_two_fingers_zoom_the_picture_and_not_the_page(phone: Page, drift: float) -> None:
    frame = phone.locator("#frame").bounding_box()
    assert frame is not None
    x, y = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2
    Fingers(phone).glide(((x - 20, y), (x - 90, y + drift)), ((x + 20, y), (x + 90, y + drift)))
    expect(zoom(phone)).not_to_have_text("Fit")
    assert phone.evaluate("[visualViewport.scale, scrollY]") == [1, 0]


def test_one_finger_scrolls_the_page_over_the_whole_picture_and_moves_a_part_of_it(phone: Page) -> None:
    frame = phone.locator("#frame").bounding_box()
    assert frame is not None
    x, y = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2
    fingers = Fingers(phone)
    fingers.glide(((x, y), (x, y - 90)))
    wait_until(phone, "scrollY > 20")
    # What the finger has scrolled may arrive in several parts.
    wait_until(phone, STAYS_AT_THE_TOP)
    for _ in range(4):
        phone.click("#zoom-in")
    before = phone.locator("#result").bounding_box()
    scrolled = phone.evaluate("scrollY")
    fingers.glide(((x, y), (x, y - 30)))
    assert before is not None

    def it_went_with_the_finger() -> None:
        after = phone.locator("#result").bounding_box()
        assert after is not None
        assert after["y"] == pytest.approx(before["y"] - 30, abs=3)

    eventually(phone, it_went_with_the_finger)
    assert phone.evaluate("scrollY") == scrolled
