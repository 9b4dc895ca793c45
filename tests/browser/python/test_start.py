"""Start-up has an end, whatever happens to the files of the runtime and to the browser's storage."""

import contextlib
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.chromium import watched_page
from tests.support.faulty_server import FAULTS, Fault, faulty_server
from tests.support.paintings import START_MS, open_page, state, upload
from tests.support.paths import ROOT

SAMPLE = (ROOT / "www" / "photos" / "cat.jpg").read_bytes()
NEEDED = re.compile(
    r"pyodide/(pyodide\.mjs|pyodide\.asm\.js|pyodide\.asm\.wasm|python_stdlib\.zip|pyodide-lock\.json|numpy-.*|pillow-.*)"
    r"|app_py-.*"
)
SILENCE_ENDS_MS = 100_000
"""It takes half a minute; a start that has all its files, and computes, is given two minutes without a word."""
SENTENCE = re.compile(r"^[A-Z].{20,}[.!]$", re.DOTALL)


def runtime_files(vendor: Path) -> list[str]:
    """What a start fetches of `www/vendor/`, as paths in the project."""
    listed = [file["path"] for file in json.loads((vendor / "runtime.json").read_text())["files"]]
    return ["www/vendor/runtime.json", *(f"www/vendor/{path}" for path in listed if NEEDED.fullmatch(path))]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_start_with_a_harmed_file_ends_in_a_sentence(browser: Browser, vendor: Path, fault: Fault) -> None:
    """All files at once, a page each, for most of the time they wait; of a server each, as a browser asks a host for
    six files at a time and those that stall would hold up the rest."""
    files = runtime_files(vendor)
    assert len(files) == 9
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(faulty_server(vendor.parents[1])) for _ in files]
        page, _ = stack.enter_context(watched_page(browser, servers[0].address, first_visit=True))
        pages = [page, *(page.context.new_page() for _ in files[1:])]
        for file, page, server in zip(files, pages, servers, strict=True):
            page.goto(f"{server.harmed(fault, file)}/www/", wait_until="commit")
        told = {file: told_by(page, file, fault) for file, page in zip(files, pages, strict=True)}
    wasm = told["www/vendor/pyodide/pyodide.asm.wasm"]
    assert wasm == {
        "missing": "python-missing",
        "error": "python-missing",
        "wrong byte": "python-damaged",
    }.get(fault, "script-missing")


def told_by(page: Page, file: str, fault: Fault) -> str | None:
    """The code of what the page says; a byte that nothing depends on may be wrong without harm."""
    page.wait_for_selector("#status:is([data-state=error], [data-state=ready])", timeout=SILENCE_ENDS_MS)
    status = page.locator("#status")
    if fault != "wrong byte":
        expect(status, f"{file}, {fault}").to_have_attribute("data-state", "error")
    expect(status).to_have_text(SENTENCE)
    expect(page.locator("#progress")).to_have_attribute("data-idle", "")
    return status.get_attribute("data-error")


def test_a_package_that_is_missing_is_told_before_the_interpreter_is_there(browser: Browser, vendor: Path) -> None:
    with (
        faulty_server(vendor.parents[1]) as server,
        watched_page(browser, server.address, first_visit=True) as (page, _),
    ):
        page.context.route("**/numpy-*.whl", lambda route: route.fulfill(status=404))
        page.goto(f"{server.harmed('stalled', 'www/vendor/pyodide/pyodide.asm.wasm')}/www/", wait_until="commit")
        state(page, "error", START_MS)
        expect(page.locator("#status")).to_have_attribute("data-error", "python-missing")


@pytest.mark.parametrize("megabytes", [0, 5])
def test_a_browser_with_little_storage_paints(browser: Browser, site: str, megabytes: int) -> None:
    with watched_page(browser, site, service_workers="allow") as (page, watch):
        session = page.context.new_cdp_session(page)
        session.send("Storage.overrideQuotaForOrigin", {"origin": site, "quotaSize": megabytes << 20})
        for _ in range(2):
            open_page(page, site, "?engine=kernels:wasm&size=128")
            page.wait_for_selector("#styles button")
        upload(page, "cat.jpg", SAMPLE)
        page.click("#run")
        state(page, "done")
        assert watch.problems == []


def test_the_bytes_that_are_here_stand_beside_the_bar(browser: Browser, vendor: Path) -> None:
    with (
        faulty_server(vendor.parents[1]) as server,
        watched_page(browser, server.address, first_visit=True) as (page, _),
    ):
        page.goto(f"{server.harmed('stalled', 'www/vendor/pyodide/pyodide.asm.wasm')}/www/", wait_until="commit")
        received = page.locator("#received")
        # The first bytes are less than a tenth of a megabyte.
        expect(received).to_have_text(re.compile(r"^(?!0\.0 )\d+\.\d of \d+\.\d MB$"))
        here, everything = (float(number) for number in re.findall(r"\d+\.\d", received.inner_text()))
        assert 0 < here < everything
        state(page, "error", START_MS)
        expect(received).to_have_text("")

        model = "models/great-wave-nc8.onnx"
        open_page(page, server.harmed("stalled", model), "?style=great-wave-nc8&engine=ort:wasm&size=128")
        upload(page, "cat.jpg", SAMPLE)
        page.click("#run")
        megabytes = (vendor.parents[1] / model).stat().st_size / 1e6
        expect(received).to_have_text(re.compile(rf"^0\.\d of {megabytes:.1f} MB$"))
        page.click("#cancel")
        expect(received).to_have_text("")
