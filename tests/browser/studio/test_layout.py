"""Where things stand: two taps to a painting, the picture in view beside what changes it, on every window."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.support.chromium import eventually, wait_until, watched_page
from tests.support.paintings import START_MS, canvas_pixels, open_page, state, upload
from tests.support.paths import ROOT

SAMPLE = (ROOT / "www" / "photos" / "cat.jpg").read_bytes()
QUERY = "?style=great-wave-nc8&engine=kernels:wasm&size=128"
LONG = "x" * 246 + ".jpg"

INSIDE = """selectors => selectors.filter((selector) => {
    const { left, top, right, bottom } = document.querySelector(selector).getBoundingClientRect();
    return !(left >= -1 && top >= -1 && right <= innerWidth + 1 && bottom <= innerHeight + 1 && right > left);
})"""
IS_A_STRIP = """() => {
    const { scrollWidth, clientWidth, offsetTop } = document.getElementById('styles');
    return scrollWidth > clientWidth && offsetTop < innerHeight;
}"""
PLACE = "[...document.querySelectorAll('#styles .card')].indexOf(document.activeElement.closest('.card'))"
SCROLL = """async (part) => {
    const { bottom } = document.querySelector('main').getBoundingClientRect();
    const free = document.querySelector('.actions').getBoundingClientRect().top;
    scrollTo(0, part * Math.max(0, bottom + scrollY - free));
    for (let frame = 0; frame < 4; frame += 1) await new Promise(requestAnimationFrame);
}"""
STOPS = "[...document.querySelectorAll('#styles button')].filter(({ tabIndex }) => tabIndex === 0).length"


@pytest.fixture(scope="module")
def studio(browser: Browser, site: str) -> Iterator[Page]:
    """A page with a painting, all folded."""
    with watched_page(browser, site, reduced_motion="reduce") as (page, watch):
        open_page(page, site, QUERY)
        page.click("#more")
        # Two taps: a photo, a style.
        upload(page, LONG, SAMPLE)
        page.click(".face[data-style=great-wave-nc8]")
        state(page, "done")
        yield page
        assert watch.problems == []


def show(page: Page, width: int, height: int) -> None:
    """What makes room for the actions follows their height within a few frames."""
    page.set_viewport_size({"width": width, "height": height})
    wait_until(page, f"innerWidth === {width} && innerHeight === {height}")
    page.evaluate(SCROLL, 0)


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 800)])
def test_two_taps_from_opening_the_page_to_a_painting_and_one_to_each_further_style(
    browser: Browser, site: str, width: int, height: int
) -> None:
    window = {"width": width, "height": height}
    with watched_page(browser, site, viewport=window, has_touch=True, reduced_motion="reduce") as (page, watch):
        page.goto(f"{site}/www/?size=128")
        # Nobody waits until the painter is ready.
        page.locator("#samples button").first.tap()
        seen: list[bytes] = []

        def shows_another() -> None:
            assert canvas_pixels(page).tobytes() not in seen

        for number in range(3):
            page.locator("#styles .face:visible").nth(number).tap()
            state(page, "done", START_MS)
            eventually(page, shows_another)
            state(page, "done")
            seen.append(canvas_pixels(page).tobytes())
        assert watch.problems == []


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1920, 1080)])
def test_a_desktop_shows_all_on_one_screen(studio: Page, width: int, height: int) -> None:
    show(studio, width, height)
    assert studio.evaluate("document.documentElement.scrollHeight") <= height
    seen = ["#frame", "#strength", "#undo", "#zoom-in", "#run", "#download", "#save-large", "#more", "#styles .face"]
    assert studio.evaluate(INSIDE, seen) == []
    picture = studio.locator("#frame").bounding_box()
    assert picture is not None
    assert picture["height"] > height / 2


@pytest.mark.parametrize(("width", "height"), [(390, 844), (844, 390), (320, 568), (320, 256)])
def test_picture_and_action_are_in_view(studio: Page, width: int, height: int) -> None:
    show(studio, width, height)
    for part in (0, 0.5, 1):
        # As far as the controls go: the foot of the page may push the picture out.
        studio.evaluate(SCROLL, part)
        assert studio.evaluate(INSIDE, ["#run", "#download", "#status"]) == []
        if part > 0:
            assert studio.evaluate(INSIDE, ["#frame"]) == []
    picture, bar = studio.locator("#frame").bounding_box(), studio.locator(".actions").bounding_box()
    assert picture is not None
    assert bar is not None
    assert picture["y"] + picture["height"] <= bar["y"] + 1
    if width < height:
        assert picture["height"] <= height / 2


def test_on_a_phone_strength_is_under_the_picture_and_styles_are_a_strip(studio: Page) -> None:
    show(studio, 390, 844)
    picture, strength = studio.locator("#frame").bounding_box(), studio.locator("#strength").bounding_box()
    assert picture is not None
    assert strength is not None
    assert 0 <= strength["y"] - (picture["y"] + picture["height"]) < 40
    tops = studio.evaluate("[...document.querySelectorAll('#styles .card')].map((card) => card.offsetTop)")
    assert len(set(tops)) == 1
    assert studio.evaluate(IS_A_STRIP)


@pytest.mark.parametrize("width", [320, 390, 844, 1280])
def test_no_file_name_widens_the_page(studio: Page, width: int) -> None:
    show(studio, width, 844)
    upload(studio, LONG, SAMPLE)
    expect(studio.locator("#status")).to_contain_text("451 × 300")
    assert studio.evaluate("document.documentElement.scrollWidth") <= width
    assert studio.evaluate(INSIDE, ["#run", "#download"]) == []
    studio.click("#undo")
    state(studio, "done")


def test_the_gallery_is_one_stop_of_the_tab_key(studio: Page) -> None:
    show(studio, 1280, 800)
    assert studio.evaluate(STOPS) == 1
    studio.focus("#styles button[tabindex='0']")
    studio.keyboard.press("End")
    assert studio.evaluate(STOPS) == 1
    assert studio.evaluate("document.activeElement.tabIndex") == 0
    studio.keyboard.press("Tab")
    assert not studio.evaluate("document.activeElement.closest('#styles') !== null")


def test_every_style_has_one_card_and_every_model_its_button(studio: Page) -> None:
    models = json.loads((ROOT / "models" / "manifest.json").read_text())["models"]
    for model in models:
        expect(studio.locator(f'#styles button[data-style="{model["id"]}"]')).to_have_count(1)
    cards = studio.locator("#styles .card")
    assert cards.count() >= len({model["style"] for model in models})
    for card in cards.all():
        expect(card.locator("button:visible")).to_have_count(1)


def test_stop_is_there_only_while_something_runs(studio: Page) -> None:
    expect(studio.locator("#cancel")).to_be_hidden()


def test_the_comparison_begins_in_the_middle(studio: Page) -> None:
    upload(studio, "cat.jpg", SAMPLE)
    studio.wait_for_selector("#status:has-text('cat.jpg')")
    studio.click(".face[data-style=great-wave-nc8]")
    state(studio, "done")
    expect(studio.locator("#compare")).to_have_attribute("aria-valuenow", "50")


def test_printing_prints_the_painting_alone(studio: Page) -> None:
    show(studio, 1280, 800)
    studio.emulate_media(media="print")
    try:
        expect(studio.locator("#result")).to_be_visible()
        for selector in ("#before", "#compare", "#toolbar", "#panel", "#run", "#styles", ".masthead", ".foot"):
            expect(studio.locator(selector)).to_be_hidden()
        clip = studio.evaluate("getComputedStyle(document.querySelector('.layer.painted')).clipPath")
        assert clip == "none"
    finally:
        studio.emulate_media(media="screen")


def from_the_right(route: Route) -> None:
    """A language that is none: every sentence in brackets, a third longer."""
    english = json.loads((ROOT / "www" / "i18n" / "en.json").read_text())
    words = {text: text if text == "1,234.5" else f"⟦{text}{'·' * (len(text) // 3)}⟧" for text in english}
    route.fulfill(body=json.dumps(words), content_type="application/json")


def test_languages_from_right_to_left(browser: Browser, site: str) -> None:
    with watched_page(browser, site, reduced_motion="reduce") as (page, watch):
        page.route("**/i18n/ar.json", from_the_right)
        open_page(page, site, f"{QUERY}&lang=ar")
        page.click("#more")
        upload(page, "cat.jpg", SAMPLE)
        page.click(".face[data-style=great-wave-nc8]")
        state(page, "done")
        assert page.evaluate("document.documentElement.dir") == "rtl"
        for width in (320, 390, 844, 1280, 1920):
            show(page, width, 800)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, width
        picture, gallery = page.locator("#view").bounding_box(), page.locator("#styles").bounding_box()
        assert picture is not None
        assert gallery is not None
        assert gallery["x"] + gallery["width"] <= picture["x"] + 6, "the gallery is left of the picture"
        page.focus("#styles .card:first-child button:not([hidden])")
        page.keyboard.press("ArrowLeft")
        assert page.evaluate(PLACE) == 1
        show(page, 390, 844)
        assert page.evaluate(INSIDE, ["#run", "#download", "#frame"]) == []
        assert watch.problems == []
