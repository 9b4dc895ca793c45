"""What the studio keeps in this browser."""

import json

from playwright.sync_api import Page

from app_py.pages.studio.settings import SETTINGS_KEY
from tests.support.chromium import wait_until

TEXTS = """((key) => new Promise((resolve) => {
    const opening = indexedDB.open('atelier', 1);
    opening.onerror = () => resolve(null);
    opening.onsuccess = () => {
        const entries = opening.result.transaction('entries').objectStore('entries');
        const settings = entries.get(key);
        const reading = entries.getAll();
        reading.onsuccess = () => {
            opening.result.close();
            const texts = reading.result.filter((value) => typeof value === 'string');
            resolve(settings.result === undefined ? null : texts.join());
        };
    };
}))"""


def wait_until_kept(page: Page, words: str, *, kept: bool = True) -> None:
    """Wait until settings, written once nothing changes any more, or records beside them have `words`, or not."""
    texts = f"{TEXTS}({json.dumps(SETTINGS_KEY)})"
    wait_until(page, f"{texts}.then((texts) => texts?.includes({json.dumps(words)}) === {json.dumps(kept)})")
