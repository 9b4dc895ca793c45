"""The pages in another language: that nothing stays English which should not, and who gets which language."""

import json
import re
import string
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from build.i18n.catalogue import ENGLISH, Words, catalogue_path, read_words
from tests.support.chromium import launch, watched_page
from tests.support.paintings import open_page, state, upload
from tests.support.paths import ROOT

SAMPLE = (ROOT / "www" / "photos" / "cat.jpg").read_bytes()
OWN = ROOT / "models" / "starry-night-nc16.onnx"
PSEUDO = "qps"
"""A tag for private use: English with marks around every sentence."""

WORDS_ON_THE_PAGE = """() => {
    const found = [document.title];
    const silent = 'script, style, noscript, textarea';
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        if (!texts.currentNode.parentElement.closest(silent)) found.push(texts.currentNode.data);
    }
    for (const name of ['alt', 'aria-label', 'aria-valuetext', 'placeholder', 'title']) {
        for (const element of document.querySelectorAll(`[${name}]`)) found.push(element.getAttribute(name));
    }
    return found;
}"""


def paintings() -> set[str]:
    """Names of models, and of paintings and their painters where the catalogue has no words for them."""
    manifest = json.loads((ROOT / "models" / "manifest.json").read_text())
    models = {model[name] for model in manifest["models"] for name in ("title", "id")}
    styles = {style[name] for style in manifest["styles"] for name in ("title", "painter") if name in style}
    return models | styles - read_words(catalogue_path(ROOT, ENGLISH)).keys()


def credits_of_photos() -> list[str]:
    return [photo["credit"] for photo in json.loads((ROOT / "www" / "photos" / "photos.json").read_text())]


# What is no language: names of things, files and units.
NO_LANGUAGE = re.compile(
    "|".join(
        (
            *(rf"\b{re.escape(name)}\b" for name in sorted(paintings(), key=len, reverse=True)),
            *map(re.escape, credits_of_photos()),
            r"\bAtelier\b|\bMy sky style\b|\b(PNG|JPEG|WebP)\b|^(English|Deutsch)$",
            r"[\w ]+\.(jpg|onnx|json)\b",
            r"\b(onnxjs|ort):\w+\b",
            r"\b(ONNX\.js|onnxruntime-web)( [\d.]+ (wasm|webgl))?( · \w+)?",
            r"\bKernels · WebAssembly\b",
            r"\b(WebGL|WebGPU|WebAssembly|JavaScript)\b( · ort$)?",
            r"\b\d+ (px|ms|MiB)\b",
            # the device that the tests run on
            r"\bLinux( \w+)?\b|\bChrome( Headless)? [\d.]+|\bBlink [\d.]+|\bANGLE \(.*SwiftShader.*\)",
            r"\b(amd64|arm64)\b",
        )
    )
)
# The middle of what is too long for a chart is left out, and with it a mark.
MARKED = re.compile("⟦[^⟦⟧]*⟧|^[^⟦⟧…]*…[^⟦⟧]*⟧")


def unmarked(page: Page) -> list[str]:
    """What people read on the page, or have read to them, that did not come out of the catalogue."""
    texts = [str(text) for text in page.evaluate(WORDS_ON_THE_PAGE)]
    assert sum("⟦" in text for text in texts) > 20
    return [text for text in texts if re.search(r"[^\W\d_]", NO_LANGUAGE.sub("", MARKED.sub("|", text)))]


def assert_all_translated(page: Page) -> None:
    assert unmarked(page) == []


def in_marks(sentence: str) -> str:
    """The sentence with marks around each piece between its values, which must have marks of their own."""
    pieces = string.Formatter().parse(sentence)
    return "".join((f"⟦{text}⟧" if text else "") + (f"{{{name}}}" if name else "") for text, name, _, _ in pieces)


@pytest.fixture(scope="module")
def pseudo() -> Words:
    return {sentence: in_marks(sentence) for sentence in read_words(catalogue_path(ROOT, ENGLISH))}


@pytest.fixture(scope="module")
def with_camera(browser: Browser) -> Iterator[Browser]:
    other = launch(browser.browser_type, "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    yield other
    other.close()


@pytest.fixture(scope="module")
def marked(with_camera: Browser, site: str, pseudo: Words) -> Iterator[Page]:
    """A page whose every sentence is marked, for one thing after the other."""
    with watched_page(with_camera, site) as (page, watch):
        speak(page, PSEUDO, pseudo)
        yield page
        assert watch.problems == []


def speak(page: Page, language: str, words: Words) -> None:
    def answer(route: Route) -> None:
        route.fulfill(json=words)

    page.route(f"**/i18n/{language}.json", answer)


def test_the_studio_has_no_word_outside_the_catalogue(marked: Page, site: str) -> None:
    page = marked
    status = page.locator("#status")
    open_page(page, site, f"?lang={PSEUDO}")
    expect(page.locator("html")).to_have_attribute("lang", PSEUDO)
    expect(page.locator("#samples img")).to_have_count(3)
    assert_all_translated(page)

    page.click("#camera")
    expect(page.locator("#shutter")).to_be_enabled()
    page.click("#shutter")
    expect(status).to_contain_text("camera photo")
    assert_all_translated(page)

    upload(page, "cat.jpg", SAMPLE)
    expect(status).to_contain_text("451")
    page.click("#cut")
    assert_all_translated(page)
    page.click("#crop-cancel")

    page.select_option("#engine", "onnxjs:cpu")
    page.click("#run")
    state(page, "running")
    assert_all_translated(page)
    page.click("#cancel")
    state(page, "ready")

    page.select_option("#engine", "ort:wasm")
    page.select_option("#size", "128")
    page.click("#run")
    state(page, "done")
    page.click("#engine-details summary")
    page.focus("#compare")
    page.keyboard.press("End")
    page.select_option("#format", "jpeg")
    assert_all_translated(page)

    page.click("#try-all")
    state(page, "running")
    assert_all_translated(page)
    # By now it may be done.
    page.evaluate("document.getElementById('cancel').click()")

    page.set_input_files("#photo", {"name": "notes.jpg", "mimeType": "image/jpeg", "buffer": b"not a picture"})
    state(page, "error")
    assert_all_translated(page)

    page.set_input_files("#model", {"name": "my_sky-style.onnx", "mimeType": "", "buffer": OWN.read_bytes()})
    expect(page.locator("#own-models button")).to_be_visible()
    assert_all_translated(page)
    relu = (ROOT / "models" / "ops" / "relu.onnx").read_bytes()
    page.set_input_files("#model", {"name": "relu.onnx", "mimeType": "", "buffer": relu})
    expect(status).to_have_attribute("data-error", "own-model-unfit")
    # The shape of a wrong model is in ONNX's words.
    assert [text for text in unmarked(page) if "tensor(float)" not in text] == []


def test_the_benchmark_has_no_word_outside_the_catalogue(marked: Page, site: str) -> None:
    query = "engines=ort:wasm&models=starry-night-nc16-zeropad&sizes=64&runs=1&autorun=1"
    marked.goto(f"{site}/www/benchmark.html?lang={PSEUDO}&{query}")
    state(marked, "done")
    expect(marked.locator("#chart svg rect.bar")).to_have_count(1)
    assert_all_translated(marked)
    marked.fill("#runs", "none")
    marked.click("#start")
    state(marked, "error")
    assert [text for text in unmarked(marked) if "none" not in text] == []
    expect(marked.locator("nav a").first).to_have_attribute("href", re.compile(f"lang={PSEUDO}"))


def test_the_operator_test_has_no_word_outside_the_catalogue(marked: Page, site: str) -> None:
    def exchange(route: Route) -> None:
        content = json.loads((ROOT / "models" / "ops" / "ops.json").read_text())
        cases = {case["id"]: case for case in content["cases"]}
        cases["pad-reflect"]["expected"] = cases["pad-zero"]["expected"]
        route.fulfill(json=content)

    marked.route("**/ops.json", exchange)
    marked.goto(f"{site}/www/ops.html?lang={PSEUDO}&engines=ort:wasm&tests=relu,pad-reflect&autorun=1")
    state(marked, "done")
    expect(marked.locator("#pictures img")).to_have_count(1)
    tests = re.compile("|".join(("^(conv|pad|relu|add|upsample|instance|residual|last)[a-z0-9-]*$", "^Pad$")))
    assert [text for text in unmarked(marked) if not tests.match(text)] == []


def test_an_english_word_is_seen(marked: Page) -> None:
    marked.evaluate("document.querySelector('h2').textContent = 'Hard-coded'")
    marked.evaluate("document.querySelector('button').title = 'Press me'")
    assert {"Hard-coded", "Press me"} <= set(unmarked(marked))


GERMAN = "Wähle ein Foto zum Malen."


def test_a_german_browser_gets_german(browser: Browser, site: str) -> None:
    with watched_page(browser, site, locale="de-AT") as (page, watch):
        open_page(page, site)
        expect(page.locator("html")).to_have_attribute("lang", "de")
        expect(page.locator("#status")).to_have_text(GERMAN)
        expect(page.locator("#run")).to_have_text("Malen")
        expect(page).to_have_title(re.compile("dein Foto"))
        page.goto(f"{site}/www/?lang=en")
        expect(page.locator("#run")).to_have_text("Paint")
        expect(page.locator("html")).to_have_attribute("lang", "en")
        expect(page.locator("nav a").first).to_have_attribute("href", re.compile(r"lang=en"))
        assert watch.problems == []


def test_a_language_is_chosen_at_the_foot_and_stays(page: Page, site: str) -> None:
    page.goto(f"{site}/www/")
    page.click("#languages a[lang=de]")
    expect(page.locator("#run")).to_have_text("Malen")
    expect(page.locator("#languages [aria-current]")).to_have_text("Deutsch")
    for name in ("index.html", "ops.html"):
        page.goto(f"{site}/www/{name}")
        expect(page.locator("html")).to_have_attribute("lang", "de")
    page.click("#languages a[lang=en]")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto(f"{site}/www/")
    expect(page.locator("#run")).to_have_text("Paint")
    expect(page.locator("#languages")).to_have_attribute("aria-label", "Language")


@pytest.mark.parametrize("language", ["xx", "../de", "https://elsewhere.example/de", ""])
def test_a_language_that_is_not_there_is_english(page: Page, site: str, language: str) -> None:
    page.goto(f"{site}/www/?lang={language}")
    expect(page.locator("#samples img")).to_have_count(3)
    expect(page.locator("#run")).to_have_text("Paint")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_a_translation_is_text_and_its_mistakes_stay_english(page: Page, site: str) -> None:
    evil = "<img src=x onerror=alert(1)>"
    speak(page, "xx", {"Paint": evil, "Choose a photo to paint.": "{photo}", "Try all": 7, "fast": evil})  # type: ignore[dict-item]
    open_page(page, site, "?lang=xx")
    expect(page.locator("#run")).to_have_text(evil)
    expect(page.locator("#status")).to_have_text("Choose a photo to paint.")
    expect(page.locator("#try-all")).to_have_text("Try all")
    assert page.locator("img[src=x]").count() == 0


@pytest.mark.parametrize("name", ["index.html", "benchmark.html", "ops.html"])
def test_longer_words_fit(browser: Browser, site: str, name: str) -> None:
    with watched_page(browser, site) as (page, _):
        page.goto(f"{site}/www/{name}?lang=de")
        expect(page.locator("html")).to_have_attribute("lang", "de")
        for width in (320, 390, 1280):
            page.set_viewport_size({"width": width, "height": 844})
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_what_is_no_language_is_english(page: Page, site: str) -> None:
    """A tag of the right form may yet be one that the browser knows no numbers for."""
    open_page(page, site, "?lang=xx-a")
    assert page.get_attribute("html", "lang") == "en"
