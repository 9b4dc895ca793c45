"""WCAG 2.2 AA as far as a program can tell, in every state of the pages; and everything by keyboard alone."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from build.screenshots.states import OF_PAINTINGS, STATES, live
from tests.host.paint.clips import make_clip
from tests.support.axe import violations
from tests.support.chromium import launch, wait_until, watched_page
from tests.support.paintings import fold, open_page, state
from tests.support.paths import ROOT

LOOKS = [(width, scheme) for width in (390, 1280) for scheme in ("light", "dark")]


@pytest.fixture(scope="module")
def studio(browser: Browser, site: str) -> Iterator[Page]:
    """The page, ready, and still: what moves has passing colours."""
    with_camera = launch(browser.browser_type, "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    try:
        with watched_page(with_camera, site, reduced_motion="reduce") as (page, watch):
            open_page(page, site)
            fold(page)
            yield page
            assert watch.problems == []
    finally:
        with_camera.close()


def assert_accessible(page: Page) -> None:
    found = []
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found += [f"{width} px, {scheme}: {line}" for line in violations(page)]
    # 640 px is a window of 1280 px at 200 % (WCAG 1.4.4), 320 px at 400 % (1.4.10).
    for width in (320, 390, 640, 1280, 2560):
        page.set_viewport_size({"width": width, "height": 512})
        wait_until(page, f"innerWidth === {width}")
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
            found.append(f"{width} px: the page is {wide} px wide")
    assert found == []


def own_model(page: Page) -> None:
    model = (ROOT / "models" / "starry-night-nc16.onnx").read_bytes()
    name = "a_sky_that_has_a_very_long_name_and_one_thatcannotbebrokenanywhere.onnx"
    there = page.locator("#own-models li").count()
    page.set_input_files("#model", {"name": name, "mimeType": "", "buffer": model})
    expect(page.locator("#own-models li")).to_have_count(there + 1)


def update(page: Page) -> None:
    page.evaluate("document.getElementById('update').hidden = false")


def failed_with_an_offer(page: Page) -> None:
    page.evaluate("document.getElementById('paint-smaller').hidden = false")
    page.evaluate("document.getElementById('paint-smaller').textContent = 'Paint at 384 px'")


def live_recording(page: Page) -> None:
    page.click("#record")
    expect(page.locator("#record")).to_have_attribute("aria-pressed", "true")


ALL_STATES: tuple[Callable[[Page], None], ...] = (
    *(bring_about for bring_about in STATES.values() if bring_about is not live),
    own_model,
    update,
    failed_with_an_offer,
    live,
    live_recording,
)
"""In this order, each from the one before."""


@pytest.mark.parametrize("bring_about", ALL_STATES, ids=lambda function: function.__name__)
def test_the_studio(studio: Page, bring_about: Callable[[Page], None]) -> None:
    if bring_about in OF_PAINTINGS and studio.locator("#makers").is_hidden():
        pytest.skip("the networks of paintings were not at hand when models were built")
    studio.set_viewport_size({"width": 1280, "height": 800})
    bring_about(studio)
    assert_accessible(studio)


def test_a_painted_video(studio: Page, tmp_path: Path) -> None:
    with studio.expect_download():
        studio.click("#live")
    studio.set_input_files("#photo", make_clip(tmp_path / "a.mp4"))
    studio.click("#video-run")
    expect(studio.locator("#video-split")).to_be_visible()
    wait_until(studio, "document.getElementById('painted').readyState >= 2")
    assert_accessible(studio)


def never(route: Route) -> None:
    """The answer that does not come."""


@pytest.mark.parametrize("name", ["index.html", "benchmark.html", "ops.html"])
def test_a_page_that_loads(browser: Browser, site: str, name: str) -> None:
    with watched_page(browser, site, reduced_motion="reduce") as (page, _):
        page.route("**/pyodide.asm.wasm", never)
        page.goto(f"{site}/www/{name}")
        state(page, "loading")
        assert_accessible(page)


@pytest.mark.parametrize(
    "address",
    [
        "benchmark.html?engines=ort:wasm&models=starry-night-nc16-zeropad&sizes=64&runs=2&autorun=1",
        "ops.html?engines=ort:wasm&autorun=1",
    ],
    ids=["benchmark", "ops"],
)
def test_a_page_with_results(browser: Browser, site: str, address: str) -> None:
    with watched_page(browser, site, reduced_motion="reduce") as (page, _):
        page.goto(f"{site}/www/{address}")
        state(page, "done")
        assert_accessible(page)


@pytest.mark.parametrize(
    ("harm", "rule"),
    [
        ("button => button.textContent = ''", "button-name"),
        ("button => { button.style.color = '#777'; button.style.backgroundColor = '#999' }", "color-contrast"),
    ],
)
def test_axe_sees_what_is_wrong(studio: Page, harm: str, rule: str) -> None:
    button = studio.locator("#paste")
    before = button.evaluate("button => button.outerHTML")
    button.evaluate(harm)
    found = violations(studio)
    button.evaluate("(button, before) => button.outerHTML = before", before)
    assert any(line.startswith(f"{rule}:") for line in found)


OUTLINE = "pseudo => getComputedStyle(document.activeElement, pseudo).outlineStyle"


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus, which must be visible then."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            assert page.evaluate("document.activeElement.matches(':focus-visible')")
            outlines = [page.evaluate(OUTLINE, pseudo) for pseudo in (None, "::before", "::after")]
            assert set(outlines) != {"none"}
            return
    raise AssertionError(f"the Tab key never reaches {selector}")


def arrow_to(page: Page, selector: str) -> None:
    """Press arrow keys, from the first of the group that has the focus, until the element has it."""
    page.keyboard.press("Home")
    for _ in range(page.locator("#styles button:visible").count()):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            assert page.evaluate("document.activeElement.matches(':focus-visible')")
            return
        page.keyboard.press("ArrowRight")
    raise AssertionError(f"the arrow keys never reach {selector}")


def test_everything_by_keyboard_alone(browser: Browser, site: str) -> None:
    with watched_page(browser, site, reduced_motion="reduce") as (page, watch):
        open_page(page, site, "?engine=kernels:wasm&size=128")
        # The page fetches the samples itself, beside Python's start.
        page.locator('#samples button[data-photo$="cat.jpg"]').wait_for()
        tab_to(page, '#samples button[data-photo$="cat.jpg"]')
        page.keyboard.press("Enter")
        tab_to(page, "#styles button")
        arrow_to(page, 'button[data-style="starry-night-nc16"]')
        page.keyboard.press("Space")
        expect(page.locator('button[data-style="starry-night-nc16"]')).to_have_attribute("aria-pressed", "true")
        # Choosing paints, and until that is done there is nothing to run.
        state(page, "done")
        tab_to(page, "#run")
        page.keyboard.press("Enter")
        state(page, "done")
        tab_to(page, "#download")
        with page.expect_download() as download:
            page.keyboard.press("Enter")
        assert download.value.suggested_filename.startswith("cat-starry-night")
        page.evaluate("document.activeElement.blur()")
        tab_to(page, "#compare")
        page.keyboard.press("Home")
        page.keyboard.press("ArrowRight")
        expect(page.locator("#compare")).to_have_attribute("aria-valuenow", "2")
        assert "%" in (page.get_attribute("#compare", "aria-valuetext") or "")
        assert watch.problems == []
