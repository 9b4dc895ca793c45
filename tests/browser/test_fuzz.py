"""Harmed files and records through the real pages: each ends in a sentence, nothing runs, and what is good paints.

A few hundred cases in an ordinary run; `FUZZ=20 pytest --timeout 0 tests/browser/test_fuzz.py` tries thousands,
`FUZZ_SEED` others.
"""

import base64
import io
import json
import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Route

from app_py.pages.report.share import to_fragment
from tests.shared.support import onnx_bytes, results_samples
from tests.shared.support.harm import MARKUP, harm_bytes, harm_json, seeds
from tests.support.chromium import open_context, wait_until, watched_page
from tests.support.hostile import Case, give, unsound
from tests.support.paintings import (
    START_MS,
    Pixels,
    assert_same_painting,
    canvas_pixels,
    choose_style,
    expected_painting,
    open_page,
    state,
    upload,
)
from tests.support.paths import ROOT
from tests.support.server import static_server
from tests.support.small_site import SmallSite

SAMPLE = (ROOT / "www" / "photos" / "cat.jpg").read_bytes()
STYLE = "great-wave-nc8"
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF")
BATCH = 40


def batches(cases: list[Case]) -> Iterator[list[Case]]:
    for first in range(0, len(cases), BATCH):
        yield cases[first : first + BATCH]


def picture(kind: str) -> bytes:
    """A small file of a format, with a picture that says something."""
    gradient = Image.linear_gradient("L").resize((64, 48))
    out = io.BytesIO()
    Image.merge("RGB", (gradient, gradient.rotate(180), gradient)).save(out, kind)
    return out.getvalue()


@pytest.fixture(scope="module")
def expected() -> Pixels:
    return expected_painting(SAMPLE, STYLE, 128)


@pytest.fixture(scope="module")
def studio(browser: Browser, site: str) -> Iterator[Page]:
    """One page for all that is harmed."""
    with watched_page(browser, site) as (page, watch):
        page.on("dialog", lambda dialog: watch.problems.append(f"a dialog: {dialog.message}"))
        open_page(page, site, "?engine=ort:wasm&size=128")
        title = page.title()
        yield page
        assert watch.problems == []
        assert page.title() == title, "something of a file ran"


PLAIN_LOOK = """() => {
    document.getElementById('strength').value = '100';
    document.getElementById('keep-colours').checked = false;
    document.getElementById('look').dispatchEvent(new Event('input', { bubbles: true }));
}"""


def assert_it_paints(page: Page, expected: Pixels) -> None:
    upload(page, "cat.jpg", SAMPLE)
    page.evaluate(PLAIN_LOOK)
    choose_style(page, STYLE)
    page.select_option("#engine", "ort:wasm")
    page.select_option("#size", "128")
    page.click("#run")
    state(page, "done")
    assert_same_painting(canvas_pixels(page), expected)


def test_pictures(studio: Page, expected: Pixels) -> None:
    whole = {kind: picture(kind) for kind in FORMATS}
    kinds = [random.Random(seed).choice(FORMATS) for seed in seeds(60)]
    cases = [
        Case(seed, f"{seed} {MARKUP[:40]}.{kind.lower()}", f"image/{kind.lower()}", harm_bytes(whole[kind], seed))
        for seed, kind in zip(seeds(60), kinds, strict=True)
    ]
    taken = 0
    for batch in batches(cases):
        answers = give(studio, "photo", batch)
        assert unsound(answers) == []
        taken += sum(answer.state != "error" for answer in answers)
        assert_it_paints(studio, expected)
    assert 0 < taken < len(cases), "some are taken, some refused"


def test_models(studio: Page, expected: Pixels) -> None:
    network = (ROOT / "models" / f"{STYLE}.onnx").read_bytes()
    toy = onnx_bytes.model(weights=("w",))
    cases = [
        Case(seed, f"{MARKUP[:40]}{seed}.onnx", "", harm_bytes(network if seed % 3 else toy, seed))
        for seed in seeds(24)
    ]
    for batch in batches(cases):
        assert unsound(give(studio, "model", batch)) == []
        assert_it_paints(studio, expected)


def test_results(browser: Browser, site: str) -> None:
    """As files and in links."""
    document = results_samples.document()
    fragment = f"#{to_fragment(document)}".encode()
    files = [Case(seed, f"{seed}.json", "", json.dumps(harm_json(document, seed)).encode()) for seed in seeds(50)]
    links = [Case(seed, "link", "", harmed_link(fragment, seed)) for seed in seeds(50)]
    with watched_page(browser, site) as (page, watch):
        page.goto(f"{site}/www/benchmark.html")
        state(page, "ready", START_MS)
        title = page.title()
        assert unsound(give(page, "files", files)) == []
        assert unsound(give(page, "link", links)) == []
        good = [Case(0, "good.json", "", json.dumps(document).encode()), Case(0, "link", "", fragment)]
        answers = [*give(page, "files", good[:1]), *give(page, "link", good[1:])]
        assert [answer.state for answer in answers] == ["done", "done"]
        assert page.locator("#tables tbody tr").count() >= 1
        assert page.title() == title
        assert watch.problems == []


def harmed_link(fragment: bytes, seed: int) -> bytes:
    """Still one with results in it, of characters that an address has."""
    return b"#r=" + harm_bytes(fragment[3:], seed).decode("latin-1").encode("ascii", "ignore")


DUMP = """() => new Promise((resolve) => {
    indexedDB.open('atelier', 1).onsuccess = ({ target: { result } }) => {
        const found = {};
        const cursor = result.transaction('entries').objectStore('entries').openCursor();
        cursor.onsuccess = () => {
            const at = cursor.result;
            if (!at) return resolve(result.close() ?? found);
            if (typeof at.value === 'string') found[at.key] = at.value;
            at.continue();
        };
    };
})"""
WRITE = """(entries) => new Promise((resolve) => {
    indexedDB.open('atelier', 1).onsuccess = ({ target: { result } }) => {
        const table = result.transaction('entries', 'readwrite').objectStore('entries');
        for (const [key, value] of Object.entries(entries)) table.put(value, key);
        table.transaction.oncomplete = () => resolve(result.close());
    };
})"""
STARTS = 5


def test_records_that_a_visit_left(browser: Browser, site: str, expected: Pixels) -> None:
    """All texts that the page keeps, each harmed in another way, before every start."""
    with watched_page(browser, site) as (page, watch):
        open_page(page, site)
        data = (ROOT / "models" / f"{STYLE}.onnx").read_bytes()
        page.set_input_files("#model", {"name": "own.onnx", "mimeType": "", "buffer": data})
        page.wait_for_selector("#own-models li")
        assert_it_paints(page, expected)
        # Each kind is written when there is time for it.
        kinds = json.dumps(["settings-1", "session-1", "own/", "verdict"])
        has_all = f"{kinds}.every((kind) => Object.keys(found).some((key) => key.startsWith(kind)))"
        wait_until(page, f"({DUMP})().then((found) => {has_all})")
        kept: dict[str, str] = page.evaluate(DUMP)
        for seed in seeds(STARTS):
            page.goto(f"{site}/www/photos/photos.json")  # nothing is written while the records are harmed
            page.evaluate(WRITE, {key: harmed_text(text, seed) for key, text in kept.items()})
            open_page(page, site)
            assert_it_paints(page, expected)
        assert watch.problems == []


def harmed_text(text: str, seed: int) -> str:
    """A record's JSON with its values harmed or, at every third seed, its bytes."""
    if seed % 3 == 2:
        return harm_bytes(text.encode(), seed).decode("utf-8", "replace")
    return json.dumps(harm_json(json.loads(text), seed)).replace("1e+308", "1e999")


def test_manifests(browser: Browser, site: str, expected: Pixels) -> None:
    """Of one context, in which the next page finds what the last one left."""
    manifest = json.loads((ROOT / "models" / "manifest.json").read_text())
    with watched_page(browser, site) as (page, watch):
        for seed in seeds(STARTS):
            harmed = json.dumps(harm_json(manifest, seed))
            page.route("**/models/manifest.json", partial(answer_with, harmed))
            page.goto(f"{site}/www/")
            page.wait_for_selector("#status:is([data-state=error], [data-state=ready])", timeout=START_MS)
            found = page.locator("#status").get_attribute("data-error")
            assert found in (None, "manifest-invalid"), f"seed {seed}: {page.locator('#status').inner_text()}"
            page.unroute("**/models/manifest.json")
        open_page(page, site)
        assert_it_paints(page, expected)
        assert watch.problems == []


def answer_with(text: str, route: Route) -> None:
    route.fulfill(body=text)


SHARE = """async (cases) => {
    const said = [];
    for (const { data, boundary, name, mime, field } of cases) {
        const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
        const form = new FormData();
        form.append(field, new File([bytes], name, { type: mime }));
        const headers = { 'Content-Type': `multipart/form-data; boundary=${boundary}` };
        const content = boundary ? { headers, body: bytes } : { body: form };
        const posted = await fetch('share/', { method: 'POST', ...content });
        const photo = new URL(posted.url).searchParams.get('photo');
        if (!photo) {
            said.push(null);
            continue;
        }
        const [first, second] = [await fetch(photo), await fetch(photo)];
        said.push({ photo, status: first.status, again: second.status, headers: Object.fromEntries(first.headers) });
    }
    return said;
}"""
NAMES = ("a.jpg", "x.html", "../index.html", "%2e%2e%2f", "..", "\"'<script>.svg", "a/b.png", "ä ü.gif", "x" * 999)
TYPES = ("text/html", "image/svg+xml", "application/xhtml+xml", "image/jpeg", "", "text/html;charset=utf-7")
PAGES = (
    b"<!doctype html><script>document.title='ran'</script>",
    b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    b"%PDF-1.7",
)


def test_share_posts(browser: Browser, tmp_path: Path) -> None:
    """Whatever is posted: pictures by their bytes, given once, with headers under which nothing of them runs."""
    site = SmallSite(tmp_path / "site")
    site.release("1")
    bodies = [*(picture(kind) for kind in FORMATS), *PAGES, b"GIF89a" + PAGES[0], b"\xff\xd8\xff" + PAGES[0]]
    with static_server(site.folder) as address:
        context = open_context(browser, service_workers="allow")
        page = context.new_page()
        page.goto(f"{address}/www/")
        wait_until(page, "document.body?.dataset.offline?.includes('\"progress\":null')")
        cases = [share_post(seed, bodies) for seed in seeds(120)]
        said: list[dict[str, Any] | None] = page.evaluate(SHARE, cases)
        given = [answer for answer in said if answer]
        assert 0 < len(given) < len(said)
        for case, answer in zip(cases, said, strict=True):
            if answer is None:
                continue
            headers = answer["headers"]
            assert (answer["status"], answer["again"]) == (200, 404), case
            assert headers["content-type"].split("/")[0] in ("image", "video"), case
            assert "svg" not in headers["content-type"], case
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["content-security-policy"] == "sandbox; default-src 'none'"
        page.reload()
        assert page.title() == "1"
        context.close()


def share_post(seed: int, bodies: list[bytes]) -> dict[str, str]:
    """A form with a file in it or, now and then, the bytes of a form that is harmed itself."""
    dice = random.Random(seed)
    body = dice.choice(bodies)
    body = body if seed % 3 else harm_bytes(body, seed)
    case = {
        "name": dice.choice(NAMES),
        "mime": dice.choice(TYPES),
        "field": dice.choice(("photo", "photo", "photo", "other", "")),
        "boundary": "",
    }
    if seed % 5 == 4:
        head = f'--b\r\nContent-Disposition: form-data; name="photo"; filename="{case["name"]}"\r\n'
        form = f"{head}Content-Type: {case['mime']}\r\n\r\n".encode() + body + b"\r\n--b--\r\n"
        body, case["boundary"] = harm_bytes(form, seed), "b"
    return {**case, "data": base64.b64encode(body).decode()}
