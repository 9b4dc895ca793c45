"""Visits without a network, new versions, and the headers that make a page isolated."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from build.site.listing import Mode
from tests.support.chromium import PATIENCE_MS, eventually, open_context, wait_until
from tests.support.held_server import held_server
from tests.support.server import static_server
from tests.support.small_site import SmallSite

IN_TIME = "performance.now = () => 0"
"""However slow this machine is, it is early enough to reload."""


@pytest.fixture
def small(tmp_path: Path) -> SmallSite:
    return SmallSite(tmp_path / "site")


@pytest.fixture
def address(small: SmallSite) -> Iterator[str]:
    with static_server(small.folder) as site:
        yield f"{site}/www/"


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = open_context(browser, service_workers="allow")
    yield context
    context.close()


def visit(context: BrowserContext, address: str) -> Page:
    """A page that has heard from the service worker how things stand."""
    page = context.new_page()
    page.goto(address)
    hear(page)
    return page


def hear(page: Page) -> None:
    wait_until(page, "document.body?.dataset.offline?.includes('\"progress\":null')")


def offline_state(page: Page) -> dict[str, object]:
    state: dict[str, object] = page.evaluate("JSON.parse(document.body.dataset.offline)")
    return state


def versions(page: Page) -> list[str]:
    """What the page, its script and a script that it loads late say."""
    found: list[str] = page.evaluate("versions()")
    return found


def test_the_first_visit_makes_the_page_isolated_with_one_reload(
    context: BrowserContext, small: SmallSite, address: str
) -> None:
    small.release("1")
    page = context.new_page()
    loads: list[str] = []
    page.on("domcontentloaded", lambda loaded: loads.append(loaded.url))
    page.add_init_script(IN_TIME)
    page.goto(address)
    wait_until(page, "crossOriginIsolated")
    hear(page)
    assert offline_state(page) == {"kept": True, "progress": None, "update": False, "held": False}
    assert len(loads) == 2
    page.reload()
    hear(page)
    assert page.evaluate("crossOriginIsolated")
    assert len(loads) == 3


def test_a_page_in_use_is_not_reloaded(context: BrowserContext, small: SmallSite, address: str) -> None:
    small.release("1")
    page = context.new_page()
    page.add_init_script("addEventListener('load', () => dispatchEvent(new Event('paste')))")
    # The registration hangs until the page was touched.
    page.add_init_script(
        """const register = navigator.serviceWorker.register.bind(navigator.serviceWorker);
        navigator.serviceWorker.register = async (...rest) => {
            await new Promise((resolve) => addEventListener('paste', () => setTimeout(resolve, 50)));
            return register(...rest);
        };"""
    )
    page.goto(address)
    hear(page)
    assert not page.evaluate("crossOriginIsolated")
    assert page.evaluate("performance.getEntriesByType('navigation')[0].type") == "navigate"


def test_where_isolation_does_not_come_about_there_is_one_reload_and_no_more(
    context: BrowserContext, small: SmallSite, address: str
) -> None:
    small.release("1")
    isolation = small.folder / "www" / "offline" / "isolation.js"
    isolation.write_text("export const withHeaders = (request, response) => response;")
    small.list_files("release")
    page = context.new_page()
    loads: list[str] = []
    page.on("domcontentloaded", lambda loaded: loads.append(loaded.url))
    page.add_init_script(IN_TIME)
    page.goto(address)
    hear(page)
    page.wait_for_timeout(1_000)
    assert len(loads) == 2


def test_without_a_service_worker_the_page_works(context: BrowserContext, small: SmallSite, address: str) -> None:
    small.release("1")
    (small.folder / "www" / "service-worker.js").unlink()
    page = context.new_page()
    page.goto(address)
    assert versions(page) == ["1", "1", "1"]


def test_what_was_visited_once_works_without_a_network(context: BrowserContext, small: SmallSite, address: str) -> None:
    small.release("1")
    visit(context, address).close()
    context.set_offline(True)
    page = visit(context, f"{address}?style=any")
    assert versions(page) == ["1", "1", "1"]
    assert page.evaluate("crossOriginIsolated")


def test_a_new_release_comes_whole_and_when_asked_for(context: BrowserContext, small: SmallSite, address: str) -> None:
    small.release("1")
    page, other = visit(context, address), visit(context, address)
    small.release("2")
    page.reload()
    hear(page)
    assert offline_state(page)["update"] is True
    assert versions(page) == ["1", "1", "1"]
    assert versions(other) == ["1", "1", "1"]
    page.evaluate("applyUpdate()")
    for each in (page, other):
        wait_until(each, "document.title === '2'")
        hear(each)
        assert versions(each) == ["2", "2", "2"]
        assert offline_state(each)["update"] is False
    names = page.evaluate("caches.keys()")
    assert len(names) == 2, "the old release is forgotten"


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        (
            "document.getElementById('status').dataset.state = 'running'",
            "document.getElementById('status').dataset.state = 'done'",
        ),
        ("onbeforeunload = (event) => event.preventDefault(); 0", "onbeforeunload = null"),
    ],
    ids=["a painting under way", "a painting that is not saved"],
)
def test_a_new_release_waits_for_the_work_in_another_tab(
    context: BrowserContext, small: SmallSite, address: str, begin: str, end: str
) -> None:
    small.release("1")
    page, other = visit(context, address), visit(context, address)
    small.release("2")
    page.reload()
    hear(page)
    other.evaluate(begin)
    page.evaluate("applyUpdate()")
    wait_until(page, "JSON.parse(document.body.dataset.offline).held")
    assert versions(page) == versions(other) == ["1", "1", "1"]
    other.evaluate(end)
    page.evaluate("applyUpdate()")
    for each in (page, other):
        wait_until(each, "document.title === '2'")
        hear(each)
        assert versions(each) == ["2", "2", "2"]


def test_a_new_release_takes_its_turn_when_no_page_is_open(
    context: BrowserContext, small: SmallSite, address: str
) -> None:
    small.release("1")
    page = visit(context, address)
    small.release("2")
    page.reload()
    hear(page)
    page.close()
    assert versions(visit(context, address)) == ["2", "2", "2"]


def test_a_half_uploaded_release_is_not_taken(context: BrowserContext, small: SmallSite, address: str) -> None:
    small.release("1")
    page = visit(context, address)
    small.release("2")
    small.write("2", late="1")
    page.reload()
    hear(page)
    assert offline_state(page)["update"] is False
    page.close()
    page = visit(context, address)
    assert versions(page) == ["1", "1", "1"]
    small.write("2")
    page.reload()
    hear(page)
    assert offline_state(page)["update"] is True


def test_a_file_that_comes_late_is_never_of_another_release(
    context: BrowserContext, small: SmallSite, address: str
) -> None:
    small.release("1", on_first_use=("late.js",))
    page = visit(context, address)
    page.reload()
    hear(page)
    small.release("2", on_first_use=("late.js",))
    assert page.evaluate("early") == ["1", "1"]
    assert page.evaluate("versions().catch(() => 'refused')") == "refused"
    assert page.evaluate("fetch('late.js').then(({ status }) => status)") == 409


def test_a_file_that_was_used_once_is_kept(context: BrowserContext, small: SmallSite, address: str) -> None:
    small.release("1", on_first_use=("late.js",))
    page = visit(context, address)
    page.reload()
    hear(page)
    assert versions(page) == ["1", "1", "1"]
    # Whoever asks for a file does not wait until it is kept.
    wait_until(page, "caches.match('late.js').then((kept) => kept !== undefined)")
    context.set_offline(True)
    page.reload()
    assert versions(page) == ["1", "1", "1"]


def test_what_is_used_while_the_site_is_first_kept_is_kept_too(context: BrowserContext, small: SmallSite) -> None:
    small.put("slow.bin", "x")
    small.release("1", on_first_use=("late.js",))
    with held_server(small.folder, "/www/slow.bin") as server:
        page = context.new_page()
        page.goto(f"{server.address}/www/")
        assert server.begun.wait(PATIENCE_MS / 1_000)
        assert versions(page) == ["1", "1", "1"]
        server.going_on.set()
        hear(page)
        context.set_offline(True)
        page.reload()
        assert versions(page) == ["1", "1", "1"]


def test_what_a_page_is_being_given_is_not_fetched_again_to_be_kept(context: BrowserContext, small: SmallSite) -> None:
    """The page asks for a file that comes slowly; meanwhile it asks to keep the site."""
    small.put("vendor/onnxjs/big.bin", "x" * 100_000)
    small.release("1")
    with held_server(small.folder, "/www/vendor/onnxjs/big.bin") as server:
        page = context.new_page()
        page.add_init_script("Object.defineProperty(navigator, 'connection', { value: { effectiveType: '3g' } })")
        page.add_init_script(TELL)
        page.goto(f"{server.address}/www/")
        hear(page)
        assert server.asked == 0
        page.evaluate("() => { window.photo = fetch('vendor/onnxjs/big.bin').then((got) => got.text()); }")
        assert server.begun.wait(PATIENCE_MS / 1_000)
        page.evaluate("navigator.serviceWorker.controller.postMessage({ method: 'keep', params: { roomy: true } })")
        # Time in which it would be asked for again.
        page.wait_for_timeout(500)
        server.going_on.set()
        assert page.evaluate("photo.then((text) => text.length)") == 100_000
        hear(page)
        context.set_offline(True)
        eventually(page, lambda: assert_kept(page, "vendor/onnxjs/big.bin"))
        assert server.asked == 1


def assert_kept(page: Page, file: str) -> None:
    assert page.evaluate("file => fetch(file).then(({ ok }) => ok, () => false)", file)


@pytest.mark.parametrize("mode", ["release", "development"])
def test_the_words_of_the_page_in_its_language_are_kept(
    context: BrowserContext, small: SmallSite, address: str, mode: Mode
) -> None:
    """Also those that came before the service worker did; of other languages nothing is fetched."""
    small.write("1")
    index = small.folder / "www" / "index.html"
    index.write_text(index.read_text().replace("<meta charset", "<html lang='de'><meta charset"))
    for language in ("de", "fr"):
        words = small.folder / "www" / "i18n" / f"{language}.json"
        words.parent.mkdir(exist_ok=True)
        words.write_text("{}")
    small.list_files(mode)
    page = visit(context, address)
    context.set_offline(True)
    found = "names => Promise.all(names.map(name => fetch(`i18n/${name}.json`).then(({ ok }) => ok, () => false)))"
    assert page.evaluate(found, ["de", "fr"]) == [True, False]


def test_a_working_copy_is_never_stale(context: BrowserContext, small: SmallSite, address: str) -> None:
    small.write("1")
    small.list_files("development")
    page = visit(context, address)
    small.write("version two")  # the listing stays as it was
    page.reload()
    hear(page)
    assert versions(page) == ["version two"] * 3
    # Whoever asks for a file does not wait until it is kept.
    for name in ("index.html", "main.js", "late.js"):
        wait_until(page, f"caches.match('{name}').then((kept) => kept.text()).then((text) => text.includes('two'))")
    context.set_offline(True)
    page.reload()
    assert versions(page) == ["version two"] * 3


def test_a_site_without_a_listing_works(context: BrowserContext, small: SmallSite, address: str) -> None:
    small.write("1")
    page = visit(context, address)
    assert offline_state(page)["kept"] is False
    assert versions(page) == ["1", "1", "1"]


def test_a_working_copy_after_a_release_at_the_same_address(
    context: BrowserContext, small: SmallSite, address: str
) -> None:
    small.release("1")
    page = visit(context, address)
    small.write("working")
    small.list_files("development")
    page.reload()
    hear(page)
    assert offline_state(page)["update"] is True
    page.reload()
    assert versions(page) == ["working"] * 3


TELL = """
    const post = ServiceWorker.prototype.postMessage;
    window.told = [];
    ServiceWorker.prototype.postMessage = function (message, ...rest) {
        window.told.push([message.method, message.params?.roomy ?? null]);
        return post.call(this, message, ...rest);
    };
"""
SET_STATE = "(state) => { document.getElementById('status').dataset.state = state; }"


def test_keeping_waits_until_the_page_has_nothing_to_do(
    context: BrowserContext, small: SmallSite, address: str
) -> None:
    small.release("1")
    page = context.new_page()
    page.add_init_script(TELL)
    page.add_init_script(
        """document.addEventListener('DOMContentLoaded', () => {
            const status = document.getElementById('status');
            new MutationObserver(() => {
                if (status.dataset.state === 'ready' && !window.painted) status.dataset.state = 'running';
            }).observe(status, { attributes: true });
        });"""
    )
    page.goto(address)
    page.wait_for_selector("#status[data-state=running]")
    page.wait_for_timeout(3_000)
    assert page.evaluate("told") == []
    page.evaluate("window.painted = true")
    page.evaluate(SET_STATE, "done")
    hear(page)
    assert offline_state(page)["kept"] is True
    page.evaluate(SET_STATE, "running")
    page.evaluate(SET_STATE, "done")
    wait_until(page, "told.length >= 3")
    assert [method for method, _ in page.evaluate("told")] == ["keep", "pause", "keep"]


@pytest.mark.parametrize(
    ("connection", "touch", "roomy"),
    [
        ("undefined", True, False),
        ("undefined", False, True),
        ("{ effectiveType: '4g' }", True, True),
        ("{ effectiveType: '3g' }", False, False),
        ("{ effectiveType: '4g', type: 'cellular' }", False, False),
        ("{ effectiveType: '4g', saveData: true }", False, False),
    ],
)
def test_who_may_pay_by_the_megabyte_is_given_what_is_needed(
    browser: Browser, small: SmallSite, address: str, connection: str, touch: bool, roomy: bool
) -> None:
    small.release("1")
    context = open_context(browser, service_workers="allow", has_touch=touch, is_mobile=touch)
    page = context.new_page()
    page.add_init_script(TELL)
    page.add_init_script(f"Object.defineProperty(navigator, 'connection', {{ value: {connection} }})")
    page.goto(address)
    hear(page)
    assert page.evaluate("told") == [["keep", roomy]]
    context.close()
