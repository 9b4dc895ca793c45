"""What another site posts to the share target: a picture opens in the studio, and nothing of it ever runs here."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.support.chromium import open_context, wait_until, watched_page
from tests.support.paintings import START_MS, state
from tests.support.paths import ROOT
from tests.support.server import static_server
from tests.support.small_site import SmallSite

JPEG = (ROOT / "www" / "photos" / "cat.jpg").read_bytes()

FOREIGN = """<!doctype html>
<meta charset="utf-8">
<title>elsewhere</title>
<script>
function share(target, files) {
    const form = Object.assign(document.createElement('form'), { method: 'POST', action: target });
    form.enctype = 'multipart/form-data';
    const input = Object.assign(document.createElement('input'), { type: 'file', name: 'photo', multiple: true });
    const transfer = new DataTransfer();
    for (const { bytes, name, type } of files) transfer.items.add(new File([new Uint8Array(bytes)], name, { type }));
    input.files = transfer.files;
    form.append(input);
    document.body.append(form);
    form.submit();
}
</script>
<body></body>
"""
HOSTILE = b"""<!doctype html><title>hostile</title><script>
(async () => {
    document.title = 'ran';
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        const page = new Response('<title>taken</title>', { headers: { 'Content-Type': 'text/html' } });
        await cache.put(new URL('../index.html', location.href), page);
    }
    document.title = 'done';
})();
</script>"""
READ_SHARED = """async () => {
    const address = new URLSearchParams(location.search).get('photo');
    const read = async () => {
        const response = await fetch(address);
        const bytes = [...new Uint8Array(await response.arrayBuffer())];
        return { status: response.status, headers: Object.fromEntries(response.headers), bytes };
    };
    return [await read(), await read()];
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    small = SmallSite(tmp_path_factory.mktemp("small") / "site")
    (small.folder / "www" / "picture.jpg").write_bytes(JPEG)
    small.release("1")
    with static_server(small.folder) as site:
        yield f"{site}/www/"


@contextlib.contextmanager
def returning_visitor(browser: Browser, address: str) -> Iterator[BrowserContext]:
    """Somebody who was on the site before: its service worker is there."""
    context = open_context(browser, service_workers="allow")
    page = context.new_page()
    page.goto(address)
    wait_until(page, "document.body?.dataset.offline?.includes('\"progress\":null')")
    page.close()
    yield context
    context.close()


@pytest.fixture(scope="module")
def visitor(browser: Browser, address: str) -> Iterator[BrowserContext]:
    with returning_visitor(browser, address) as context:
        yield context


@pytest.fixture
def context(visitor: BrowserContext) -> Iterator[BrowserContext]:
    """A visitor whom others of these tests may have been; no page is open."""
    yield visitor
    for page in visitor.pages:
        page.close()


@pytest.fixture
def harmed(browser: Browser, address: str) -> Iterator[BrowserContext]:
    """A visitor whose caches a test may change."""
    with returning_visitor(browser, address) as context:
        yield context


@pytest.fixture
def foreign(context: BrowserContext, tmp_path: Path) -> Iterator[Page]:
    """A page of another site, which can `share(target, files)`."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "index.html").write_text(FOREIGN)
    with static_server(folder) as elsewhere:
        page = context.new_page()
        page.goto(elsewhere.replace("localhost", "127.0.0.1"))
        yield page


def share(page: Page, address: str, *data: bytes, name: str, mime: str) -> None:
    """Post files of one name and type and wait for the page that this ends on."""
    page.evaluate(
        "([target, files]) => share(target, files)",
        [f"{address}share/", [{"bytes": list(each), "name": name, "type": mime} for each in data]],
    )
    page.wait_for_url(f"{address}**")


def title_after(page: Page, address: str) -> str:
    page.goto(address)
    page.wait_for_load_state()
    return page.title()


def test_a_page_that_another_site_posts_never_runs(foreign: Page, address: str) -> None:
    share(foreign, address, HOSTILE, name="x.html", mime="text/html")
    foreign.goto(f"{address}shared/x.html")
    foreign.wait_for_timeout(500)
    assert foreign.title() not in ("hostile", "ran", "done")
    assert title_after(foreign, address) == "1"


@pytest.mark.parametrize("mime", ["text/html", "image/svg+xml", "image/jpeg", "application/xhtml+xml"])
def test_what_is_no_picture_is_not_kept_whatever_it_claims(foreign: Page, address: str, mime: str) -> None:
    share(foreign, address, HOSTILE, name="x.html", mime=mime)
    assert foreign.url == f"{address}?shared=refused"
    assert foreign.evaluate("caches.keys().then((names) => names.filter((name) => name.startsWith('shared')))") == []


def test_a_picture_that_claims_to_be_a_page_is_a_picture(foreign: Page, address: str) -> None:
    share(foreign, address, JPEG + HOSTILE, name="x.html", mime="text/html")
    first, second = foreign.evaluate(READ_SHARED)
    assert bytes(first["bytes"]) == JPEG + HOSTILE
    assert first["headers"]["content-type"] == "image/jpeg"
    assert first["headers"]["x-content-type-options"] == "nosniff"
    assert first["headers"]["content-security-policy"] == "sandbox; default-src 'none'"
    assert second["status"] == 404, "it is used once"


def test_of_several_files_the_first_picture_is_taken(foreign: Page, address: str) -> None:
    share(foreign, address, HOSTILE, b"<svg xmlns='http://www.w3.org/2000/svg'/>", JPEG, name="x.svg", mime="text/html")
    (first, _) = foreign.evaluate(READ_SHARED)
    assert first["headers"]["content-type"] == "image/jpeg"
    assert bytes(first["bytes"]) == JPEG


@pytest.mark.parametrize("tag", ["iframe", "img", "script", "object", "embed"])
def test_a_shared_picture_is_given_to_scripts_of_the_page_only(foreign: Page, address: str, tag: str) -> None:
    share(foreign, address, JPEG, name="cat.jpg", mime="image/jpeg")
    shown = foreign.evaluate(
        """(tag) => new Promise((resolve) => {
            const element = document.createElement(tag);
            element.onload = () => resolve(tag === 'iframe' ? element.contentDocument?.body?.textContent : 'loaded');
            element.onerror = () => resolve('refused');
            const address = new URLSearchParams(location.search).get('photo');
            element[tag === 'object' ? 'data' : 'src'] = address;
            document.body.append(element);
            setTimeout(() => resolve('refused'), 3000);
        })""",
        tag,
    )
    assert shown != "loaded"
    assert "JFIF" not in (shown or "")
    first, _ = foreign.evaluate(READ_SHARED)
    assert bytes(first["bytes"]) == JPEG, "what was refused has not used it up"


def test_opening_a_shared_picture_as_a_page_is_refused(foreign: Page, address: str) -> None:
    share(foreign, address, JPEG, name="cat.jpg", mime="image/jpeg")
    response = foreign.goto(f"{address}shared/cat.jpg")
    assert response is not None
    assert response.status == 403
    assert response.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert response.headers["content-type"] == "text/plain"


@pytest.mark.parametrize(
    "name",
    ["..", ".", "a/../../b.jpg", "cat photo ä.jpg", "%2e%2e", "..%2f..%2findex.html", "a\"b'<i>?#&.jpg", "x" * 3000],
)
def test_any_name_leads_to_the_picture(foreign: Page, address: str, name: str) -> None:
    share(foreign, address, JPEG, name=name, mime="image/jpeg")
    first, _ = foreign.evaluate(READ_SHARED)
    assert bytes(first["bytes"]) == JPEG


def test_a_post_that_is_no_form_opens_the_page(foreign: Page, address: str) -> None:
    foreign.evaluate(
        """(target) => {
            const form = Object.assign(document.createElement('form'), { method: 'POST', action: target });
            form.enctype = 'text/plain';
            document.body.append(form);
            form.submit();
        }""",
        f"{address}share/",
    )
    foreign.wait_for_url(f"{address}?shared=refused")
    assert foreign.title() == "1"


def test_nothing_that_a_release_keeps_can_become_another_page(harmed: BrowserContext, address: str) -> None:
    """Neither the lists by which all else is checked, nor a picture that was made a page of."""
    page = harmed.new_page()
    page.goto(address)
    given = page.evaluate(
        """async () => {
            const taken = {
                '../models/manifest.json': '{"models": ["taken"]}',
                'picture.jpg': '<title>taken</title>',
            };
            const headers = { 'Content-Type': 'text/html' };
            for (const name of await caches.keys()) {
                for (const [path, text] of Object.entries(taken)) {
                    const cache = await caches.open(name);
                    await cache.put(new URL(path, location.href), new Response(text, { headers }));
                }
            }
            return (await fetch('../models/manifest.json')).json();
        }"""
    )
    assert given == {"models": []}
    assert title_after(page, f"{address}picture.jpg") != "taken"


@pytest.mark.parametrize("path", ["index.html", "main.js"])
def test_what_was_put_into_the_cache_of_a_release_is_not_given(harmed: BrowserContext, address: str, path: str) -> None:
    page = harmed.new_page()
    page.goto(address)
    page.evaluate(
        """async (path) => {
            for (const name of await caches.keys()) {
                const types = { 'index.html': 'text/html', 'main.js': 'text/javascript' };
                const body = path.endsWith('.js') ? "document.title = 'taken'" : '<title>taken</title>';
                const response = new Response(body, { headers: { 'Content-Type': types[path] } });
                await (await caches.open(name)).put(new URL(path, location.href), response);
            }
        }""",
        path,
    )
    page.reload()
    wait_until(page, "document.body?.dataset.offline?.includes('\"progress\":null')")
    assert page.title() == "1"
    assert page.evaluate("versions()") == ["1", "1", "1"]


def test_a_listing_that_was_changed_in_the_cache_does_not_count(harmed: BrowserContext, address: str) -> None:
    page = harmed.new_page()
    page.goto(address)
    page.evaluate(
        """async () => {
            const body = '<title>taken</title>';
            const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(body));
            const sha256 = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
            for (const name of await caches.keys()) {
                const cache = await caches.open(name);
                const listing = await (await cache.match(new URL('vendor/site.json', location.href)))?.json();
                if (!listing) continue;
                const entry = listing.files.find(({ path }) => path === 'index.html');
                Object.assign(entry, { sha256, bytes: body.length });
                await cache.put(new URL('vendor/site.json', location.href), new Response(JSON.stringify(listing)));
                const headers = { 'Content-Type': 'text/html' };
                await cache.put(new URL('index.html', location.href), new Response(body, { headers }));
            }
        }"""
    )
    restart_worker(harmed, page)
    assert title_after(page, address) == "1"


def restart_worker(context: BrowserContext, page: Page) -> None:
    """What the service worker remembers is gone, as after half a minute without a page."""
    session = context.new_cdp_session(page)
    session.send("ServiceWorker.enable")
    session.send("ServiceWorker.stopAllWorkers")


@pytest.mark.parametrize(("data", "name"), [(JPEG, "cat.jpg"), (HOSTILE, "x.html")], ids=["picture", "page"])
def test_the_studio_opens_what_another_site_shares_or_says_why_not(
    browser: Browser, site: str, tmp_path: Path, data: bytes, name: str
) -> None:
    (tmp_path / "index.html").write_text(FOREIGN)
    address = f"{site}/www/"
    with watched_page(browser, site, service_workers="allow") as (page, _), static_server(tmp_path) as elsewhere:
        page.goto(address)
        wait_until(page, "navigator.serviceWorker.controller !== null", START_MS)
        page.goto(elsewhere)
        share(page, address, data, name=name, mime="text/html")
        if data is JPEG:
            state(page, "ready", START_MS)
            wait_until(page, "document.getElementById('status').textContent.startsWith('cat.jpg, ')", START_MS)
        else:
            state(page, "error", START_MS)
            assert page.get_attribute("#status", "data-error") == "share-refused"
        assert page.url == address


@pytest.mark.parametrize(
    "markup",
    ["<iframe src='{}'></iframe>", "<frameset><frame src='{}'></frameset>"],
    ids=["iframe", "frame"],
)
def test_no_other_page_can_frame_the_site(context: BrowserContext, address: str, tmp_path: Path, markup: str) -> None:
    """Another port of the host is another origin of the same site: browsers let its frames use what is kept here."""
    (tmp_path / "frames.html").write_text(f"<!doctype html>{markup.format(address)}")
    with static_server(tmp_path) as elsewhere:
        page = context.new_page()
        page.goto(f"{elsewhere}/frames.html")
        page.wait_for_timeout(300)
        titles = [frame.title() for frame in page.frames if frame is not page.main_frame]
        assert titles
        assert titles != ["1"]


def test_pages_come_with_the_headers_that_keep_them_apart(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    page.goto(address)
    response = page.reload()
    assert response is not None
    assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["x-frame-options"] == "DENY"
