"""What the studio keeps in this browser."""

import json

from playwright.sync_api import Page

from app_py.pages.studio.settings import SETTINGS_KEY
from tests.support.chromium import wait_until

KEPT = """(key) => new Promise((resolve) => {
    const opening = indexedDB.open('atelier', 1);
    opening.onerror = () => resolve(null);
    opening.onsuccess = () => {
        const reading = opening.result.transaction('entries').objectStore('entries').get(key);
        reading.onsuccess = () => { opening.result.close(); resolve(reading.result ?? null); };
    };
})"""


def wait_until_kept(page: Page, words: str, *, kept: bool = True) -> None:
    """Settings are written once nothing has changed for a moment: wait until they are, with `words` in them or not."""
    settings = f"({KEPT})({json.dumps(SETTINGS_KEY)})"
    wait_until(page, f"{settings}.then((settings) => settings?.includes({json.dumps(words)}) === {json.dumps(kept)})")
