"""Controls belong to the hand that moves them: what Python, far behind, says of earlier moves is not shown."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.support.chromium import settled, watched_page
from tests.support.paintings import open_page

LATE_MS = 400
SLOW_PYTHON = f"""
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (...all) {{
        setTimeout(() => post.apply(this, all), {LATE_MS});
    }};
"""
WATCH = """look => {
    const seen = [eval(look)];
    self.note = () => {
        const now = eval(look);
        if (now !== seen.at(-1)) seen.push(now);
    };
    self.watching = setInterval(self.note, 10);
    return seen;
}"""

CHOOSE_PHOTO = """
    const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 48 });
    const bytes = Uint8Array.from(atob(canvas.toDataURL('image/png').split(',')[1]), (letter) => letter.charCodeAt(0));
    const files = new DataTransfer();
    files.items.add(new File([bytes], 'flat.png', { type: 'image/png' }));
    const input = document.getElementById('photo');
    input.files = files.files;
    input.dispatchEvent(new Event('change', { bubbles: true }))
"""


@pytest.fixture(scope="module")
def slow(browser: Browser, site: str) -> Iterator[Page]:
    """A ready page whose events reach Python late."""
    with watched_page(browser, site, first_visit=True, bypass_csp=True) as (page, watch):
        page.add_init_script(SLOW_PYTHON)
        open_page(page, site)
        yield page
        assert watch.problems == []


def moves(page: Page, look: str, *scripts: str) -> list[object]:
    """Every value that `look` took while a hand ran the scripts, one after the other, and Python followed."""
    seen = page.evaluate_handle(WATCH, look)
    for script in scripts:
        page.evaluate(f"{script}; self.note()")
        page.wait_for_timeout(LATE_MS / 4)
    python_has_followed(page)
    page.evaluate("self.note(); clearInterval(self.watching)")
    values: list[object] = seen.json_value()
    return values


def python_has_followed(page: Page) -> None:
    """Timers end in their order: after this one all events are on their way."""
    page.evaluate(f"new Promise((resolve) => setTimeout(resolve, {LATE_MS}))")
    settled(page)


def set_value(element: str, value: str, event: str) -> str:
    return f"{element}.value = '{value}'; {element}.dispatchEvent(new Event('{event}', {{ bubbles: true }}))"


@pytest.mark.parametrize(
    ("control", "event", "first", "values"),
    [
        ("size", "change", "512", ["256", "384", "256", "1024"]),
        ("engine", "change", "auto", ["ort:wasm", "auto", "onnxjs:cpu"]),
        ("strength", "input", "100", ["90", "80", "70", "80"]),
        ("format", "change", "png", ["jpeg", "webp", "jpeg"]),
        ("quality", "input", "92", ["60", "70", "60"]),
    ],
)
def test_a_control_never_jumps_back(slow: Page, control: str, event: str, first: str, values: list[str]) -> None:
    element = f"document.getElementById('{control}')"
    hand = [set_value(element, value, event) for value in values]
    assert moves(slow, f"{element}.value", *hand) == [first, *values]


@pytest.mark.parametrize("control", ["strength", "quality"])
def test_the_number_beside_a_slider_goes_with_it(slow: Page, control: str) -> None:
    element = f"document.getElementById('{control}')"
    hand = [set_value(element, value, "input") for value in ("50", "55", "50")]
    shown = moves(slow, f"document.getElementById('{control}-value').textContent", *hand)
    assert [str(text).removesuffix(" %") for text in shown[1:]] == ["50", "55", "50"]


def test_a_switch_never_jumps_back(slow: Page) -> None:
    element = "document.getElementById('keep-colours')"
    assert moves(slow, f"{element}.checked", *[f"{element}.click()"] * 3) == [False, True, False, True]


def test_a_style_is_chosen_at_once_and_stays(slow: Page) -> None:
    styles = slow.evaluate("[...document.querySelectorAll('.face')].slice(0, 3).map((face) => face.dataset.style)")
    hand = [f"document.querySelector('[data-style={name}]').click()" for name in (styles[1], styles[2], styles[1])]
    look = "document.querySelector('#styles [aria-pressed=true]').dataset.style"
    assert moves(slow, look, *hand) == [styles[0], styles[1], styles[2], styles[1]]


def test_paint_stays_in_reach_once_there_is_a_photo(slow: Page) -> None:
    """Also for answers to what was asked before the photo came."""
    size = "document.getElementById('size')"
    hand = [set_value(size, "384", "change"), set_value(size, "256", "change"), CHOOSE_PHOTO]
    assert moves(slow, "document.getElementById('run').disabled", *hand) == [True, False]


def test_a_painting_asked_for_is_under_way_until_it_is_done(slow: Page) -> None:
    hand = [CHOOSE_PHOTO, "document.getElementById('run').click()"]
    state = "document.getElementById('status').dataset.state"
    shown = moves(slow, state, *hand)
    assert shown == ["ready", "running", "done"][: len(shown)]
    assert "running" in shown


def test_what_python_decides_moves_the_control(slow: Page) -> None:
    """An address that wishes for what there is, and undo, come from no hand on the control."""
    look = "document.getElementById('size').value"
    before = slow.evaluate(look)
    # Not a reload, which brings back the photo and, where it is kept by then, its painting with a size of its own.
    slow.goto(f"{slow.url}?size=128")
    slow.wait_for_selector("#status[data-state=ready]")
    python_has_followed(slow)
    assert before != slow.evaluate(look) == "128"
