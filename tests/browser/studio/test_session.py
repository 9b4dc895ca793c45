"""Work is not lost: what a reload brings back, what is asked before it, and what is erased."""

import numpy as np
from playwright.sync_api import Browser, Dialog, Page, expect

from tests.support.chromium import wait_until, watched_page
from tests.support.paintings import canvas_pixels, open_page, state, upload
from tests.support.paths import ROOT

SAMPLE = (ROOT / "www" / "photos" / "cat.jpg").read_bytes()
QUERY = "?style=great-wave-nc8&engine=kernels:wasm&size=128"


def paint(page: Page, site: str) -> None:
    open_page(page, site, QUERY)
    upload(page, "cat.jpg", SAMPLE)
    page.click(".face[data-style=great-wave-nc8]")
    state(page, "done")


def test_a_reload_brings_photo_and_painting_back(browser: Browser, site: str) -> None:
    with watched_page(browser, site) as (page, watch):
        paint(page, site)
        expect(page.locator("#kept")).to_have_attribute("data-paintings", "1")
        before = canvas_pixels(page)
        asked: list[str] = []

        def leave(dialog: Dialog) -> None:
            asked.append(dialog.type)
            dialog.accept()

        page.on("dialog", leave)
        page.reload()
        state(page, "done")
        assert asked == ["beforeunload"]
        expect(page.locator("#status")).to_contain_text("Your last photo is back")
        np.testing.assert_array_equal(canvas_pixels(page), before)

        # Nothing is lost now: nothing is asked.
        page.click("#more")
        page.click("#forget")
        expect(page.locator("#status")).to_contain_text("is erased")
        page.reload()
        state(page, "ready")
        assert asked == ["beforeunload"]
        expect(page.locator("#restore")).to_be_hidden()
        assert watch.problems == []


def test_a_later_visit_offers_the_last_photo(browser: Browser, site: str) -> None:
    with watched_page(browser, site) as (page, _):
        paint(page, site)
        expect(page.locator("#kept")).to_have_attribute("data-paintings", "1")
        open_page(page, site)
        expect(page.locator("#frame[data-empty]")).to_have_count(1)
        page.click("#restore")
        state(page, "done")
        wait_until(page, "document.getElementById('restore').hidden")


def test_the_pages_for_developers_open_beside(browser: Browser, site: str) -> None:
    with watched_page(browser, site) as (page, _):
        page.goto(f"{site}/www/")
        for link in page.locator("footer nav[aria-label='For developers'] a").all():
            assert link.get_attribute("target") == "_blank"
