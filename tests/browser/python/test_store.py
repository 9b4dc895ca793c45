"""A browser whose storage does not answer: the page forgets, and paints."""

import contextlib

from playwright.sync_api import Browser, Page, expect

from tests.support.chromium import open_context, watched_page
from tests.support.paintings import START_MS, open_page, state, unfold, upload
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

WRITE = """(settings) => new Promise((resolve) => {
    indexedDB.open('atelier', 1).onsuccess = ({ target: { result } }) => {
        const table = result.transaction('entries', 'readwrite').objectStore('entries');
        table.put(settings, 'settings-1');
        table.transaction.oncomplete = () => resolve(result.close());
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


RAISE_VERSION = """() => new Promise((resolve) => {
    const opening = indexedDB.open('atelier', 2);
    opening.onblocked = () => resolve('blocked');
    opening.onsuccess = () => resolve('open');
})"""
DELETE = """() => new Promise((resolve) => {
    const deleting = indexedDB.deleteDatabase('atelier');
    deleting.onblocked = () => resolve('blocked');
    deleting.onsuccess = () => resolve('deleted');
})"""


def test_a_database_of_a_newer_page_and_one_that_was_deleted(browser: Browser, site: str) -> None:
    """No page holds it against another one, and what cannot be read is as if nothing were kept."""
    with watched_page(browser, site) as (page, watch):
        open_page(page, site, "?engine=ort:wasm&size=128")
        other = page.context.new_page()
        other.goto(f"{site}/www/photos/photos.json")
        assert other.evaluate(RAISE_VERSION) == "open"
        for again in (False, True):
            if again:
                open_page(page, site, "?engine=ort:wasm&size=128")
            upload(page, "cat.jpg", SAMPLE)
            page.click("#run")
            state(page, "done")
        other.close()
        other = page.context.new_page()
        other.goto(f"{site}/www/photos/photos.json")
        assert other.evaluate(DELETE) == "deleted"
        add_model(page, "great-wave-nc8", "It is kept in this browser only.")
        assert watch.problems == []


def test_a_reload_in_the_midst_of_a_painting_loses_no_photo(browser: Browser, site: str) -> None:
    with watched_page(browser, site) as (page, watch):
        page.on("dialog", lambda dialog: dialog.accept())
        open_page(page, site, "?engine=ort:wasm&size=128")
        upload(page, "cat.jpg", SAMPLE)
        page.click("#run")
        state(page, "done")
        expect(page.locator("#kept")).to_have_attribute("data-paintings", "1")
        page.select_option("#size", "1024")
        page.click("#run")
        state(page, "running")
        page.reload()
        expect(page.locator("#status")).to_contain_text("Your last photo is back")
        unfold(page)
        page.select_option("#size", "128")
        page.click("#run")
        state(page, "done")
        assert watch.problems == []


def add_model(page: Page, model: str, says: str) -> None:
    data = (ROOT / "models" / f"{model}.onnx").read_bytes()
    page.set_input_files("#model", {"name": f"{model}.onnx", "mimeType": "", "buffer": data})
    expect(page.locator("#status")).to_contain_text(says, timeout=START_MS)


def test_two_pages_that_each_add_a_model_lose_none_whatever_the_settings_say(browser: Browser, site: str) -> None:
    with watched_page(browser, site) as (page, watch):
        other = page.context.new_page()
        for each in (page, other):
            open_page(each, site)
        add_model(page, "great-wave-nc8", "It is kept in this browser only.")
        add_model(other, "great-wave-nc16", "It is kept in this browser only.")
        page.wait_for_timeout(1_000)  # the settings are written half a second after the last change
        for settings in ('{"wish": {"size": 1e999}, "own": [[[]]]}', "[" * 100_000):
            page.evaluate(WRITE, settings)
            other.close()
            other = page.context.new_page()
            open_page(other, site)
            expect(other.locator("#own-models li")).to_have_count(2)
        assert watch.problems == []


def test_what_a_full_disk_does_not_take_is_not_said_to_be_kept(browser: Browser, site: str) -> None:
    # Nobody was here before: Chromium remembers for half a minute how much room there was.
    with contextlib.closing(open_context(browser, service_workers="block")) as context:
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Storage.overrideQuotaForOrigin", {"origin": site, "quotaSize": 50_000})
        open_page(page, site)
        add_model(page, "great-wave-nc16", "the browser has no room to keep it")
