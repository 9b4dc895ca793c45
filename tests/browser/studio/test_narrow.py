"""The studio on phones: what starts and stops a painting is always in reach and in nobody's way, and fingers hit."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.chromium import eventually, watched_page
from tests.support.paintings import fold, open_page, state, upload
from tests.support.paths import ROOT

SAMPLE = (ROOT / "www" / "photos" / "cat.jpg").read_bytes()
WINDOWS = [(390, 664), (320, 568), (320, 320), (844, 390), (640, 256)]
FINGER_PX = 44

REACHED = """selector => {
    const button = document.querySelector(selector);
    const { left, top, right, bottom } = button.getBoundingClientRect();
    const inside = left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
    return inside && document.elementFromPoint((left + right) / 2, (top + bottom) / 2) === button;
}"""

FOCUSED = """() => {
    const element = document.activeElement;
    const bar = document.querySelector('.actions');
    const { top, bottom } = element.getBoundingClientRect();
    const behindPicture = (element) => {
        const view = document.getElementById('view');
        const [picture, other] = [view, element].map((part) => part.getBoundingClientRect());
        const covers = picture.left < other.right && other.left < picture.right && picture.bottom > other.top + 1;
        const stays = getComputedStyle(view).position === 'sticky';
        return covers && stays && !view.contains(element) && other.bottom > picture.top;
    };
    const free = bar.getBoundingClientRect().top;
    const behind = behindPicture(element);
    // What is taller than the room that is left cannot be seen whole.
    const room = free - (behind ? document.getElementById('view').offsetHeight : 0);
    return {
        name: element.id || element.dataset.style || element.dataset.photo || element.textContent,
        end: element === document.body,
        hidden: !bar.contains(element) && (bottom > free || top < 0 || behind) && bottom - top < room,
    };
}"""

A_FEW_FRAMES = """async () => {
    for (let frame = 0; frame < 4; frame += 1) await new Promise(requestAnimationFrame);
}"""
SMALL_TARGETS = """([least, within]) => {
    const small = [];
    const kinds = ['button', 'a', 'select', 'input', 'summary', '.file label'].map((kind) => within + kind).join();
    for (const element of document.querySelectorAll(kinds)) {
        // A file's input is pressed by its label, and the handle of the comparison is as tall as the picture.
        if (element.disabled || element.matches('.file input')) continue;
        if (!element.checkVisibility({ visibilityProperty: true })) continue;
        const target = element.type === 'checkbox' ? element.closest('label') : element;
        target.scrollIntoView({ block: 'center' });
        const { left, top, width, height } = target.getBoundingClientRect();
        const reach = least / 2 - 1;
        const hits = [[0, -reach], [0, reach], [-reach, 0], [reach, 0]].every(([dx, dy]) => {
            const hit = document.elementFromPoint(left + width / 2 + dx, top + height / 2 + dy);
            return hit && (target.contains(hit) || hit === target.control);
        });
        if (!hits) small.push(`${element.outerHTML.slice(0, 120)}: ${width} x ${height}`);
    }
    scrollTo(0, 0);
    return small;
}"""


@pytest.fixture(scope="module")
def phone(browser: Browser, site: str) -> Iterator[Page]:
    """The page on a first visit, ready."""
    with watched_page(browser, site, reduced_motion="reduce", has_touch=True, is_mobile=True) as (page, watch):
        page.set_viewport_size({"width": 390, "height": 664})
        open_page(page, site, "?engine=onnxjs:cpu")
        yield page
        assert watch.problems == []


def resize(page: Page, width: int, height: int) -> None:
    """The room below the page follows the height of the actions a frame later."""
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate(A_FEW_FRAMES)


def assert_always_in_reach(page: Page, selector: str) -> None:
    for width, height in WINDOWS:
        resize(page, width, height)
        for part in (0, 0.4, 1):
            page.evaluate("part => scrollTo(0, part * document.documentElement.scrollHeight)", part)
            assert page.evaluate(REACHED, selector), f"{selector} at {width} x {height}, scrolled to {part:.0%}"


def test_the_page_ends_above_the_actions(phone: Page) -> None:
    for width, height in WINDOWS:
        resize(phone, width, height)
        phone.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        bar = phone.locator(".actions").bounding_box()
        foot = phone.locator(".foot").bounding_box()
        assert bar is not None
        assert foot is not None
        assert foot["y"] + foot["height"] <= bar["y"] + 1


def test_paint_and_stop_are_always_in_reach(phone: Page) -> None:
    expect(phone.locator("#welcome")).to_be_visible()
    assert_always_in_reach(phone, "#run")
    upload(phone, "cat.jpg", SAMPLE)
    expect(phone.locator("#run")).to_be_enabled()
    phone.tap("#run")
    # Once the photo is open: until then there is nothing to stop.
    expect(phone.locator("#cancel")).to_be_enabled()
    assert_always_in_reach(phone, "#cancel")
    phone.tap("#cancel")
    state(phone, "ready")
    upload(phone, "notes.jpg", b"not a picture")
    state(phone, "error")
    assert_always_in_reach(phone, "#run")


@pytest.mark.parametrize(("width", "height"), [(390, 664), (320, 400), (844, 390)])
def test_the_focus_is_never_behind_the_actions(phone: Page, width: int, height: int) -> None:
    resize(phone, width, height)
    fold(phone)
    phone.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")
    names = []
    for key in ("Tab", "Shift+Tab"):
        for _ in range(120):
            phone.keyboard.press(key)
            focused = phone.evaluate(FOCUSED)
            if focused["end"]:
                break
            assert not focused["hidden"], f"{key}: {focused['name']}"
            names.append(focused["name"])
    assert {"photo", "more", "run", "Benchmark"} <= set(names)
    # The gallery is one stop, in whichever style.
    assert sum(name.startswith(("own-", "great-wave", "starry")) for name in names) <= 2


def test_fingers_hit_what_they_aim_at(phone: Page) -> None:
    resize(phone, 390, 664)
    upload(phone, "hand.jpg", SAMPLE)
    # Another photo may be on show, and the one that opens ends the cutting of that.
    expect(phone.locator("#status")).to_contain_text("hand.jpg, 451")
    expect(phone.locator("#cut")).to_be_visible()
    assert phone.evaluate(SMALL_TARGETS, [FINGER_PX, "#sheet "]) == []
    fold(phone)
    assert phone.evaluate(SMALL_TARGETS, [FINGER_PX, ""]) == []
    phone.tap("#cut")
    assert phone.evaluate(SMALL_TARGETS, [FINGER_PX, ""]) == []
    phone.tap("#crop-cancel")


def test_the_actions_keep_clear_of_the_edges_of_a_round_screen(phone: Page) -> None:
    resize(phone, 844, 390)
    open_page(phone, phone.url.split("/www/")[0], "?engine=onnxjs:cpu")
    devtools = phone.context.new_cdp_session(phone)
    insets = {"top": 0, "bottom": 21, "left": 59, "right": 59}
    devtools.send("Emulation.setSafeAreaInsetsOverride", {"insets": insets})

    def all_keep_clear(*selectors: str) -> None:
        for selector in ("#run", "#status", "#download", "#photo", *selectors):
            box = phone.locator(selector).bounding_box()
            assert box is not None
            assert box["x"] >= insets["left"]
            assert box["x"] + box["width"] <= 844 - insets["right"]
        box = phone.locator("#run").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 390 - insets["bottom"]

    eventually(phone, lambda: all_keep_clear(".masthead h1"))
    # On its side a phone has room for the picture or the title.
    upload(phone, "cat.jpg", SAMPLE)
    expect(phone.locator(".masthead")).to_be_hidden()
    eventually(phone, lambda: all_keep_clear("#frame"))
    devtools.send("Emulation.setSafeAreaInsetsOverride", {"insets": {}})


def test_the_picture_stays_in_view_from_style_to_style(phone: Page) -> None:
    resize(phone, 390, 664)
    open_page(phone, phone.url.split("/www/")[0], "?engine=kernels:wasm&size=128")
    fold(phone)
    upload(phone, "cat.jpg", SAMPLE)
    phone.locator("#styles .face:visible").last.tap()
    state(phone, "done")
    phone.locator("#samples button").last.scroll_into_view_if_needed()
    phone.evaluate(A_FEW_FRAMES)
    picture = phone.locator("#frame").bounding_box()
    assert picture is not None
    assert 0 <= picture["y"] < picture["y"] + picture["height"] <= 664 / 2
    assert phone.evaluate("scrollY") > 0
