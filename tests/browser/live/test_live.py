"""The live camera, with Chromium's fake one: a cat that moves a little, with the noise of a sensor."""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.host.paint.clips import ends_at
from tests.shared.support.scenes import seen
from tests.support.chromium import eventually, launch, settled, wait_until, watched_page
from tests.support.paintings import START_MS, canvas_pixels, choose_style, open_page, state
from tests.support.paths import ROOT

STYLE, OTHER = "great-wave-nc8", "starry-night-nc8"
LIVE_MS = 60_000
CAMERA_PX = (320, 240)


@pytest.fixture(scope="module")
def camera_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film for the fake camera, as Motion JPEG."""
    path = tmp_path_factory.mktemp("camera") / "cat.mjpeg"
    width, height = CAMERA_PX
    cat = Image.open(ROOT / "www" / "photos" / "cat.jpg").convert("RGB").resize((width + 16, height))
    pixels, rng = np.asarray(cat).astype(float), np.random.default_rng(1)
    with path.open("wb") as film:
        for index in range(16):
            out = io.BytesIO()
            Image.fromarray(seen(pixels[:, index : index + width], rng)).save(out, "JPEG", quality=95)
            film.write(out.getvalue())
    return path


WATCH_CAMERA = """
self.tracks = [];
const { mediaDevices } = navigator;
const ask = mediaDevices.getUserMedia.bind(mediaDevices);
mediaDevices.getUserMedia = async (wanted) => {
    const stream = await ask(wanted);
    self.tracks.push(...stream.getTracks());
    return stream;
};
"""
WATCH_PICTURES = """
self.drawn = [];
const { drawImage } = CanvasRenderingContext2D.prototype;
CanvasRenderingContext2D.prototype.drawImage = function (...all) {
    if (this.canvas.id === 'live-canvas') self.drawn.push(performance.now());
    return drawImage.apply(this, all);
};
self.isRecording = false;
const { start } = MediaRecorder.prototype;
MediaRecorder.prototype.start = function (...all) {
    self.drawn = [];
    self.isRecording = true;
    return start.apply(this, all);
};
"""
"""When pictures were shown, since `drawn` was emptied or a recording began."""
HIDE = """(hidden) => {
    Object.defineProperty(document, 'hidden', { get: () => hidden, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
}"""
OPEN_CAMERAS = "tracks.filter(({ readyState }) => readyState === 'live').length"


@pytest.fixture(scope="module")
def live_page(site: str, camera_file: Path, browser: Browser) -> Iterator[Page]:
    flags = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    own = launch(browser.browser_type, *flags, f"--use-file-for-fake-video-capture={camera_file}")
    with watched_page(own, site) as (page, watch):
        page.add_init_script(WATCH_CAMERA)
        page.add_init_script(WATCH_PICTURES)
        open_page(page, site, query=f"?style={STYLE}&engine=ort:wasm")
        yield page
        assert watch.problems == []
        assert page.evaluate(OPEN_CAMERAS) == 0
    own.close()


@pytest.fixture
def running(live_page: Page) -> Iterator[Page]:
    """The page with a camera that is painted; it is off again afterwards."""
    live_page.click("#live")
    state(live_page, "live", LIVE_MS)
    wait_painted(live_page)
    yield live_page
    if live_page.locator("#live").get_attribute("aria-pressed") == "true":
        live_page.click("#live")
    expect(live_page.locator("#live-canvas")).to_be_hidden()
    not_live(live_page)


def not_live(page: Page) -> None:
    """Wait until Python has heard that the camera is off: what the page says of the next one is not of this one."""
    settled(page)
    expect(page.locator("#status")).not_to_have_attribute("data-state", "live")


def wait_painted(page: Page) -> None:
    """Wait for pictures that are shown from now on."""
    page.evaluate("() => { self.drawn = []; }")
    wait_until(page, "drawn.length > 2 && Number(document.getElementById('status').dataset.fps) > 0", LIVE_MS)


def record(page: Page, ms: int) -> None:
    """Begin to record, and wait until there are pictures of so long a time."""
    page.evaluate("() => { self.isRecording = false; }")
    page.click("#record")
    expect(page.locator("#record")).to_have_attribute("aria-pressed", "true")
    wait_until(page, f"isRecording && drawn.length > 3 && drawn.at(-1) - drawn[0] > {ms}", LIVE_MS)


def test_the_camera_is_painted_and_its_pictures_a_second_are_shown(running: Page) -> None:
    expect(running.locator("#live-canvas")).to_be_visible()
    expect(running.locator("#frame")).to_be_hidden()
    expect(running.locator("#live-fps")).to_contain_text("pictures a second")
    pixels = canvas_pixels(running, "live-canvas")
    height, width = pixels.shape[:2]
    assert (width, height) in {(side, side * 3 // 4) for side in (160, 192, 224, 256, 288, 320)}
    assert pixels[:, :, :3].std() > 20
    running.click("#live")
    state(running, "ready", LIVE_MS)
    assert running.locator("#status").get_attribute("data-fps") is None
    expect(running.locator("#frame")).to_be_visible()


def test_another_style_is_painted_while_it_runs(running: Page) -> None:
    for style in (OTHER, STYLE):
        running.evaluate(f"document.querySelector('button[data-style=\"{style}\"]').click()")
        # Until Python has heard of it the page is as live as before.
        settled(running)
        state(running, "live", LIVE_MS)
        wait_painted(running)


def test_styles_of_one_network_and_their_mixtures_change_without_another_connection(running: Page) -> None:
    if not (ROOT / "models" / "painting.onnx").is_file():
        pytest.skip("the networks of paintings were not at hand when models were built")
    choose_style(running, "painting:udnie")
    settled(running)
    wait_until(running, f"document.getElementById('status').dataset.fps > 0 && {OPEN_CAMERAS} === 1", LIVE_MS)
    state(running, "live", LIVE_MS)
    wait_painted(running)
    running.evaluate("""() => {
        self.connections = 0;
        const { MessageChannel } = self;
        self.MessageChannel = class extends MessageChannel { constructor() { super(); self.connections += 1; } };
    }""")
    first = canvas_pixels(running, "live-canvas").astype(float).mean((0, 1))
    choose_style(running, "painting:great-wave")

    def another() -> None:
        assert np.abs(canvas_pixels(running, "live-canvas").astype(float).mean((0, 1)) - first).max() > 10

    eventually(running, another)
    running.fill("#strength", "0")
    settled(running)
    wait_painted(running)
    assert running.evaluate("connections") == 0
    assert running.locator("#status").get_attribute("data-error") is None
    running.fill("#strength", "100")
    choose_style(running, STYLE)
    settled(running)
    state(running, "live", LIVE_MS)


def test_the_size_can_be_fixed_and_strength_nothing_is_the_camera_mirrored(running: Page, camera_file: Path) -> None:
    running.select_option("#size", "128")
    running.fill("#strength", "0")
    wait_until(running, "document.getElementById('live-canvas').width === 128", LIVE_MS)
    film = np.asarray(Image.open(camera_file).convert("RGB").resize((128, 96)))[:, ::-1].astype(float)

    def alike() -> None:
        assert likeness(running, film) > 0.9

    # Not every picture of the film is the first one, and a slow machine shows few of them.
    eventually(running, alike)
    running.fill("#strength", "100")
    running.select_option("#size", "512")


def likeness(page: Page, film: np.ndarray) -> float:
    """How much the picture on show is the film's, -1..1."""
    pixels = canvas_pixels(page, "live-canvas")[:, :, :3].astype(float)
    return float(np.corrcoef(pixels.ravel(), film.ravel())[0, 1])


def test_a_picture_that_is_kept_is_a_painting_like_any_other(running: Page) -> None:
    running.click("#live-picture")
    expect(running.locator("#status")).to_contain_text("The picture is kept")
    state(running, "live", LIVE_MS)
    running.click("#live")
    state(running, "done", LIVE_MS)
    expect(running.locator("#compare")).to_be_visible()
    with running.expect_download() as download:
        running.click("#download")
    saved = np.asarray(Image.open(download.value.path()))
    np.testing.assert_array_equal(saved, canvas_pixels(running)[:, :, :3])


def test_a_recording_is_a_video_of_what_was_shown(running: Page, tmp_path: Path) -> None:
    import av

    record(running, 2500)
    with running.expect_download() as download:
        running.click("#record")
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    with av.open(path) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
        assert container.duration is not None
        assert 1.5 < container.duration / av.time_base < 20
    assert len(frames) > 2
    assert {frame.shape for frame in frames} == {(480, 640, 3)}
    assert frames[-1].std() > 20


def test_the_recording_of_what_one_hears_has_sound_and_a_length(running: Page, tmp_path: Path) -> None:
    import av

    running.check("#record-sound")
    record(running, 2000)
    with running.expect_download() as download:
        # Whoever ends the camera keeps what was recorded.
        running.click("#live")
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    with av.open(path) as container:
        assert container.duration is not None
        seconds = container.duration / av.time_base
    assert seconds > 1
    assert seconds == pytest.approx(ends_at(path, "video"), abs=0.5)
    assert seconds == pytest.approx(ends_at(path, "audio"), abs=0.5)


def test_a_page_that_nobody_looks_at_gives_the_camera_back(running: Page) -> None:
    # Whoever comes back at once finds it running: in one step, or a busy machine would make a long absence of it.
    running.evaluate(f"() => {{ ({HIDE})(true); ({HIDE})(false); }}")
    wait_painted(running)
    assert running.evaluate(OPEN_CAMERAS) == 1
    running.evaluate(HIDE, True)
    wait_until(running, f"{OPEN_CAMERAS} === 0", LIVE_MS)
    running.evaluate(HIDE, False)
    expect(running.locator("#status")).to_contain_text("The camera is off")


def test_leaving_and_losing_the_camera_end_it(running: Page) -> None:
    running.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    assert running.evaluate(OPEN_CAMERAS) == 0
    expect(running.locator("#live-canvas")).to_be_hidden()
    not_live(running)
    running.click("#live")
    state(running, "live", LIVE_MS)
    running.evaluate("tracks.at(-1).dispatchEvent(new Event('ended'))")
    expect(running.locator("#status")).to_contain_text("The camera was taken away")
    assert running.evaluate(OPEN_CAMERAS) == 0


def test_a_photo_that_is_chosen_ends_it(running: Page) -> None:
    running.set_input_files("#photo", ROOT / "www" / "photos" / "cat.jpg")
    state(running, "ready", LIVE_MS)
    expect(running.locator("#live-canvas")).to_be_hidden()


def test_without_a_camera_there_is_a_sentence(site: str, browser: Browser) -> None:
    with watched_page(browser, site) as (page, _watch):
        open_page(page, site)
        for error, words in {
            "NotAllowedError": "The camera was not allowed",
            "NotFoundError": "No camera was found",
            "NotReadableError": "Another program is using the camera",
        }.items():
            page.evaluate(
                "name => (navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', name); })",
                error,
            )
            page.click("#live")
            state(page, "error", START_MS)
            expect(page.locator("#status")).to_contain_text(words)
            expect(page.locator("#live-canvas")).to_be_hidden()
