"""A browser whose storage does not answer: the page forgets, and paints."""

from playwright.sync_api import Browser

from tests.support.chromium import watched_page
from tests.support.paintings import open_page, state, upload
from tests.support.paths import ROOT

SAMPLE = (ROOT / "www" / "photos" / "cat.jpg").read_bytes()
OCCUPY = """() => new Promise((resolve) => {
    const opening = indexedDB.open('atelier', 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore('entries');
    opening.onsuccess = () => {
        const table = opening.result.transaction('entries', 'readwrite').objectStore('entries');
        const again = () => { table.get('nothing').onsuccess = again; };
        again();
        resolve();
    };
})"""


def test_a_store_that_does_not_answer_stops_nobody(browser: Browser, site: str) -> None:
    with watched_page(browser, site) as (page, watch):
        occupier = page.context.new_page()
        occupier.goto(f"{site}/www/photos/photos.json")
        occupier.evaluate(OCCUPY)
        open_page(page, site, "?engine=ort:wasm&size=128")
        upload(page, "cat.jpg", SAMPLE)
        page.click("#run")
        state(page, "done")
        assert watch.problems == []
