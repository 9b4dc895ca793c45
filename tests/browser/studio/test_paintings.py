"""Paintings of one's own as styles, and mixtures: the page's pixels beside those of native onnxruntime."""

import base64
from collections.abc import Callable, Iterator

import numpy as np
import onnxruntime
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from app_py.photo.decode import decode
from app_py.styles.vectors import mix, predictor_picture
from tests.browser.studio.kept import wait_until_kept
from tests.support.chromium import eventually, watched_page
from tests.support.own_paintings import MODELS, PHOTO, add_painting, native_painting, native_vector, never_seen, shows
from tests.support.paintings import PAINT_MS, canvas_pixels, open_page, state, upload

QUERY = "?engine=kernels:wasm&size=128"

HAND_OVER = """([kind, data]) => {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    const files = new DataTransfer();
    files.items.add(new File([bytes], `${kind}.png`, { type: 'image/png' }));
    const card = document.querySelector('#styles .face[tabindex="0"]');
    card.focus();
    const event = kind === 'drop'
        ? new DragEvent('drop', { dataTransfer: files, bubbles: true, cancelable: true })
        : new ClipboardEvent('paste', { clipboardData: files, bubbles: true, cancelable: true });
    card.dispatchEvent(event);
}"""

CAMERA = """() => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 240 });
    const context = canvas.getContext('2d');
    let place = 0;
    setInterval(() => {
        context.fillStyle = `hsl(${place * 40} 90% 50%)`;
        context.fillRect((place++ % 16) * 20, 0, 20, 240);
    }, 20);
    navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(10);
}"""

pytestmark = pytest.mark.skipif(
    not (MODELS / "painting.onnx").is_file(), reason="the networks of paintings were not at hand when models were built"
)


def usable_engines(page: Page) -> list[str]:
    """All that this browser can use, by their ids."""
    options = page.locator("#engine option:not([disabled])").all()
    return [value for option in options if (value := option.get_attribute("value")) and value != "auto"]


@pytest.fixture(scope="module")
def painted(browser: Browser, site: str) -> Iterator[Page]:
    with watched_page(browser, site, viewport={"width": 1280, "height": 900}) as (page, watch):
        open_page(page, site, QUERY)
        upload(page, "cat.jpg", PHOTO)
        page.wait_for_selector("#status:has-text('451')")
        yield page
        assert watch.problems == []


def test_a_painting_nobody_has_seen_is_a_style(painted: Page) -> None:
    painted.evaluate("document.getElementById('styles').scrollTo(0, 10_000)")
    add_painting(painted, "two-waves.png", never_seen(1))
    painted.wait_for_selector("#styles [data-own^='painting:own-'] .face[aria-pressed=true]")
    state(painted, "done")
    shows(painted, native_painting(native_vector(never_seen(1))))
    card = painted.locator("#styles [data-own^='painting:own-']")
    expect(card).to_contain_text("Two waves")
    expect(card).to_be_in_viewport()
    name = painted.locator("#own-models input")
    name.fill("Waves of mine")
    name.blur()
    expect(card).to_contain_text("Waves of mine")


def test_it_paints_on_every_engine_as_native_onnxruntime_does(painted: Page) -> None:
    expected = native_painting(native_vector(never_seen(1)))
    engines = usable_engines(painted)
    assert {"kernels:wasm", "onnxjs:webgl", "onnxjs:wasm", "onnxjs:cpu", "ort:wasm"} <= set(engines)
    for engine in [*(name for name in engines if name != "kernels:wasm"), "kernels:wasm"]:
        painted.select_option("#engine", engine)
        painted.click("#run")
        painted.wait_for_selector(f"#status[data-state=done][data-engine='{engine}']", timeout=PAINT_MS)
        shows(painted, expected)


def test_strength_is_a_mixture_with_the_photos_own_style(painted: Page) -> None:
    painted.fill("#strength", "40")
    photo = predictor_picture(decode(PHOTO, 2048).image)
    session = onnxruntime.InferenceSession(MODELS / "predictor.onnx", providers=["CPUExecutionProvider"])
    own = np.asarray(session.run(None, {"input": photo})[0], np.float32)
    shows(painted, native_painting(mix([native_vector(never_seen(1)), own], [40, 60])))
    painted.fill("#strength", "100")
    shows(painted, native_painting(native_vector(never_seen(1))))


def test_a_mixture_follows_its_ranges_and_can_be_kept(painted: Page) -> None:
    add_painting(painted, "others.png", never_seen(2))
    expect(painted.locator("#own-models li")).to_have_count(2)
    state(painted, "done")
    painted.click("#mix-styles")
    expect(painted.locator("#mix input")).to_have_count(1)
    painted.locator("#styles [data-own]:has-text('Waves of mine') .face").click()
    ranges = painted.locator("#mix input[type=range]")
    expect(ranges).to_have_count(2)
    ranges.nth(0).fill("100")
    ranges.nth(1).fill("60")
    # 62.5 and 37.5 %, and together 100.
    expect(painted.locator("#mix output")).to_have_text(["63 %", "37 %"])
    ranges.nth(0).fill("30")
    ranges.nth(1).fill("90")
    vector = mix([native_vector(never_seen(2)), native_vector(never_seen(1))], [30, 90])
    shows(painted, native_painting(vector))
    painted.click("#mix-keep")
    expect(painted.locator("#own-models li")).to_have_count(3)
    expect(painted.locator("#mixer")).to_be_hidden()


def test_own_styles_are_there_again_with_their_pictures(painted: Page, site: str) -> None:
    wait_until_kept(painted, "Others + Waves of mine")
    open_page(painted, site, QUERY)
    expect(painted.locator("#own-models li")).to_have_count(3)

    def drawn() -> None:
        style = painted.locator("[data-own] .face[aria-label='Waves of mine']").get_attribute("data-style")
        assert canvas_pixels(painted, f"thumbnail-{style}")[:, :, :3].std() > 20

    eventually(painted, drawn)
    for left in (2, 1, 0):
        painted.locator("#own-models button").first.click()
        expect(painted.locator("#own-models li")).to_have_count(left)
    # Both words: they are erased one after the other, and the next test opens the page anew.
    wait_until_kept(painted, "Waves of mine", kept=False)
    wait_until_kept(painted, "Others", kept=False)


def test_a_predictor_that_does_not_arrive_is_said_and_comes_when_it_is_asked_for_again(
    painted: Page, site: str
) -> None:
    open_page(painted, site, QUERY)
    data = (MODELS / "predictor.onnx").read_bytes()
    answers: dict[str, Callable[[Route], None]] = {
        "404": lambda route: route.fulfill(status=404),
        "bytes came": lambda route: route.fulfill(body=data[:-9]),
        "its content is another one": lambda route: route.fulfill(body=b"?" + data[1:]),
        "nothing has arrived for a while": lambda _route: None,
    }
    for words, answer in answers.items():
        painted.route("**/models/predictor.onnx", answer)
        add_painting(painted, "painting.png", never_seen(3))
        expect(painted.locator("#status")).to_contain_text(words)
        expect(painted.locator("#status")).to_have_attribute("data-error", "style-unreadable")
        expect(painted.locator("#own-models li")).to_have_count(0)
        painted.unroute("**/models/predictor.onnx")
    add_painting(painted, "painting.png", never_seen(3))
    expect(painted.locator("#own-models li")).to_have_count(1)
    painted.locator("#own-models button").click()
    expect(painted.locator("#own-models li")).to_have_count(0)


def test_what_is_no_picture_is_no_style(painted: Page) -> None:
    add_painting(painted, "painting.png", b"no picture at all")
    expect(painted.locator("#status")).to_have_attribute("data-error", "photo-unreadable")
    expect(painted.locator("#own-models li")).to_have_count(0)


def test_a_painting_is_dropped_on_the_gallery_pasted_into_it_or_photographed(painted: Page) -> None:
    for count, kind in enumerate(("drop", "paste"), 1):
        painted.evaluate(HAND_OVER, [kind, base64.b64encode(never_seen(10 + count)).decode()])
        expect(painted.locator("#own-models li")).to_have_count(count)
    painted.evaluate(CAMERA)
    painted.click("#painting-camera")
    painted.click("#shutter")
    expect(painted.locator("#own-models li")).to_have_count(3)
    # None of them was taken for a photo.
    expect(painted.locator("#frame")).to_have_attribute("data-empty", "")
    for left in (2, 1, 0):
        painted.locator("#own-models button").first.click()
        expect(painted.locator("#own-models li")).to_have_count(left)


@pytest.mark.parametrize(
    ("mixture", "words"),
    [
        ("painting:udnie*50,varied:stained-glass*50", "two networks"),
        ("painting:udnie*0", "not all 0"),
        ("painting:udnie*-5,painting:great-wave*9", "0 or more"),
        ("painting:nobody*5", "no style called “painting:nobody”"),
        ("painting:udnie*much", "is no mixture"),
    ],
)
def test_an_address_with_a_mixture_that_means_nothing(painted: Page, site: str, mixture: str, words: str) -> None:
    painted.goto(f"{site}/www/?mix={mixture}")
    state(painted, "error")
    expect(painted.locator("#status")).to_contain_text(words)


def test_an_address_with_a_mixture_and_the_link_to_it(painted: Page, site: str) -> None:
    open_page(painted, site, "?style=painting:udnie&mix=painting:udnie*60,painting:great-wave*40&size=256")
    ranges = painted.locator("#mix input[type=range]")
    expect(ranges).to_have_count(2)
    assert [ranges.nth(index).input_value() for index in (0, 1)] == ["60", "40"]
    link = painted.evaluate("import('./studio/link.js').then(({ addressOf }) => addressOf(document))")
    assert "mix=painting%3Audnie*60%2Cpainting%3Agreat-wave*40" in link
    assert "size=256" in link


def test_styles_are_found_by_words_kind_and_painter(painted: Page) -> None:
    cards = painted.locator("#styles .card:visible")
    painted.fill("#search", "hokusai")
    expect(cards.first).to_be_visible()
    assert 3 <= cards.count() <= 12
    # Words in any order, without accents.
    painted.fill("#search", "gogh cafe")
    expect(cards).to_have_count(2)
    painted.keyboard.press("ArrowDown")
    expect(painted.locator("[data-style='painting:cafe-terrace']")).to_be_focused()
    painted.fill("#search", "no such thing")
    expect(cards).to_have_count(0)
    expect(painted.locator("#search-row output")).to_contain_text("Try another word")
    painted.fill("#search", "")
    painted.select_option("#kind", "Varied")
    expect(cards).to_have_count(26)
    painted.select_option("#kind", label="Claude Monet")
    expect(cards).to_have_count(3)
    painted.select_option("#kind", "")
    expect(painted.locator("#search-row output")).to_be_hidden()
