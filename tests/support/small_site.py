"""A site of a few lines with the real service worker: releases can be made and broken in milliseconds."""

import itertools
import json
import os
import shutil
import time
from dataclasses import replace
from pathlib import Path

from build.site.listing import LISTING, Mode, SiteFile, make_listing, site_files
from tests.support.paths import ROOT

PAGE = """<!doctype html>
<meta charset="utf-8">
<title>{version}</title>
<p id="status" data-state="loading">loading</p>
<script type="module" src="main.js"></script>
"""
SCRIPT = """
import {{ installOffline }} from './offline/page.js';
const offline = installOffline((state) => {{ document.body.dataset.offline = JSON.stringify(state); }});
window.applyUpdate = offline.applyUpdate;
window.versions = async () => [document.title, '{version}', (await import('./late.js')).version];
window.early = ['{version}', document.title];
// Ready as a real page is: some time after the worker, which its files take longer to load than.
const container = navigator.serviceWorker;
if (!container.controller) await new Promise((resolve) => container.addEventListener('controllerchange', resolve));
setTimeout(() => (document.getElementById('status').dataset.state = 'ready'), 300);
"""


class SmallSite:
    """The folder of a site; its page is `www/`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # A server tells versions of a file apart by whole seconds (`Last-Modified`): a test writes faster than that.
        self._times = itertools.count(int(time.time()), 2)
        (folder / "www").mkdir(parents=True)
        shutil.copy(ROOT / "www" / "service-worker.js", folder / "www")
        shutil.copytree(ROOT / "www" / "offline", folder / "www" / "offline")
        (folder / "models").mkdir()
        (folder / "models" / "manifest.json").write_text('{"models": []}')

    def write(self, version: str, late: str | None = None) -> None:
        """Every file says `version`, but `late.js`, which is loaded on demand, says `late`."""
        self.put("index.html", PAGE.format(version=version))
        self.put("main.js", SCRIPT.format(version=version))
        self.put("late.js", f"export const version = '{late or version}';\n")

    def put(self, name: str, text: str) -> None:
        """A file of `www/`, newer than all before."""
        file = self.folder / "www" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        now = next(self._times)
        os.utime(file, (now, now))

    def list_files(self, mode: Mode, on_first_use: tuple[str, ...] = ()) -> None:
        """Write the listing of what is there now."""
        files: list[SiteFile] = [
            replace(file, keep="used") if file.path in on_first_use else file for file in site_files(self.folder)
        ]
        (self.folder / LISTING).parent.mkdir(exist_ok=True)
        (self.folder / LISTING).write_text(json.dumps(make_listing(files, mode)))

    def release(self, version: str, on_first_use: tuple[str, ...] = ()) -> None:
        """Put a whole release on the server."""
        self.write(version)
        self.list_files("release", on_first_use)
