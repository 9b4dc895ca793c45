"""The states of the studio, as a visitor brings them about: each from the one before, in one page."""

from collections.abc import Callable, Mapping

from playwright.sync_api import Page, expect

from build.common.paths import ROOT

PHOTOS = ROOT / "www" / "photos"
SAMPLES = ("cat.jpg", "pagoda.jpg", "astronaut.jpg")
STYLE = "great-wave-nc16"
LIMIT_MS = 120_000

Bring = Callable[[Page], None]


def wait(page: Page, state: str) -> None:
    page.wait_for_selector(f"#status[data-state={state}]", timeout=LIMIT_MS)


def choose(page: Page, style: str = STYLE) -> None:
    page.locator(f'button[data-style="{style}"]').dispatch_event("click")


def more(page: Page, unfolded: bool) -> None:
    """The sheet with what is seldom needed."""
    page.evaluate(f"document.querySelector('#more[aria-expanded={str(not unfolded).lower()}]')?.click()")


def set_options(page: Page, engine: str, size: str) -> None:
    more(page, True)
    page.select_option("#engine", engine)
    page.select_option("#size", size)
    more(page, False)


def welcome(page: Page) -> None:
    expect(page.locator("#welcome")).to_be_visible()


def empty(page: Page) -> None:
    page.click("#welcomed")
    expect(page.locator("#welcome")).to_be_hidden()


def photo(page: Page) -> None:
    page.set_input_files("#photo", PHOTOS / SAMPLES[0])
    page.wait_for_selector("#frame:not([data-empty])")
    expect(page.locator("#run")).to_be_enabled()


def painting(page: Page) -> None:
    # The slowest engine, and much for it: it is at work until it is stopped.
    set_options(page, "onnxjs:cpu", "original")
    choose(page)
    wait(page, "running")


def stop(page: Page) -> None:
    """What runs, if it is not over by now."""
    page.evaluate("document.getElementById('cancel').click()")
    page.wait_for_selector("#status:not([data-state=running])")


def done(page: Page) -> None:
    stop(page)
    set_options(page, "auto", "512")
    page.click("#run")
    wait(page, "done")


def unfolded(page: Page) -> None:
    more(page, True)
    page.select_option("#format", "jpeg")
    page.evaluate("document.getElementById('engine-details').open = true")


def side_by_side(page: Page) -> None:
    page.evaluate("document.getElementById('engine-details').open = false")
    more(page, False)
    page.click("#side")


def zoomed(page: Page) -> None:
    page.click("#side")
    for _ in range(4):
        page.click("#zoom-in")


def cropping(page: Page) -> None:
    page.click("#cut")
    expect(page.locator("#crop-tools")).to_be_visible()


def trying_all(page: Page) -> None:
    page.click("#crop-cancel")
    set_options(page, "onnxjs:cpu", "512")
    page.click("#try-all")
    expect(page.locator("#styles .face canvas:visible")).not_to_have_count(0, timeout=LIMIT_MS)


def contact_sheet(page: Page) -> None:
    stop(page)
    set_options(page, "auto", "512")
    page.click("#try-all")
    page.wait_for_selector("#status:has-text('every style: choose')", timeout=LIMIT_MS)


def mixer(page: Page) -> None:
    page.click("#mix-styles")
    page.click("#mix-random")
    expect(page.locator("#mix .mix-row")).not_to_have_count(0)
    wait(page, "done")


def own_styles(page: Page) -> None:
    page.click("#mix-styles")
    expect(page.locator("#mixer")).to_be_hidden()
    page.set_input_files("#painting", PHOTOS / SAMPLES[1])
    expect(page.locator("#own-models li")).to_have_count(1, timeout=LIMIT_MS)
    wait(page, "done")


def queue(page: Page) -> None:
    choose(page)
    wait(page, "done")
    page.set_input_files("#photo", [PHOTOS / name for name in SAMPLES])
    expect(page.locator("#queue .queued")).to_have_count(len(SAMPLES))
    page.click("#queue-run")
    expect(page.locator("#queue-zip")).to_be_enabled(timeout=LIMIT_MS)


def save_large(page: Page) -> None:
    choose(page)
    wait(page, "done")
    page.evaluate("document.getElementById('large-dialog').showModal()")


def camera(page: Page) -> None:
    page.click("#large-close")
    page.click("#camera")
    expect(page.locator("#shutter")).to_be_enabled()


def failed(page: Page) -> None:
    page.click("#camera-close")
    page.set_input_files("#photo", {"name": "notes.jpg", "mimeType": "image/jpeg", "buffer": b"not a picture"})
    wait(page, "error")


def live(page: Page) -> None:
    page.click("#live")
    wait(page, "live")
    page.wait_for_selector("#status[data-fps]:not([data-fps='0'])")


STATES: Mapping[str, Bring] = {
    bring.__name__: bring
    for bring in (
        *(welcome, empty, photo, painting, done, unfolded, side_by_side, zoomed, cropping, trying_all),
        *(contact_sheet, mixer, own_styles, queue, save_large, camera, failed, live),
    )
}
"""In this order, each from the one before."""

OF_PAINTINGS: tuple[Bring, ...] = (mixer, own_styles)
"""Those that need the networks of paintings (`python -m build models` says whether they are at hand)."""
