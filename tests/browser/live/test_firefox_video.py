"""A video file painted in Debian's Firefox, which writes webm."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.host.paint.clips import make_clip
from tests.support.firefox import FirefoxPage, firefox_page
from tests.support.paintings import START_MS

PAINTED = """new Promise((resolve, reject) => {
    const player = document.getElementById('painted');
    player.addEventListener('loadedmetadata', () => resolve([player.videoWidth, player.videoHeight, player.duration]));
    new MutationObserver((_, observer) => {
        const { state, error } = document.getElementById('status').dataset;
        if (state !== 'error') return;
        observer.disconnect();
        reject(new Error(error));
    }).observe(document.getElementById('status'), { attributes: true });
    document.getElementById('video-run').click();
})"""
CHOSEN = """new Promise((resolve) => {
    const button = document.getElementById('video-run');
    const look = () => (button.hidden ? setTimeout(look, 50) : resolve(true));
    look();
})"""


RECORDED = """new Promise((resolve, reject) => {
    const one = (id) => document.getElementById(id);
    const { click } = HTMLAnchorElement.prototype;
    HTMLAnchorElement.prototype.click = async function () {
        HTMLAnchorElement.prototype.click = click;
        const video = document.createElement('video');
        video.onloadedmetadata = () => resolve([this.download, video.videoWidth, video.videoHeight, video.duration]);
        video.onerror = () => reject(new Error(video.error.message));
        video.src = this.href;
    };
    // When pictures were shown since the recording began.
    const drawn = [];
    let isRecording = false;
    const { drawImage } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.drawImage = function (...all) {
        if (isRecording && this.canvas.id === 'live-canvas') drawn.push(performance.now());
        return drawImage.apply(this, all);
    };
    const { start } = MediaRecorder.prototype;
    MediaRecorder.prototype.start = function (...all) {
        isRecording = true;
        return start.apply(this, all);
    };
    const until = (condition) => new Promise((done) => {
        const look = () => (condition() ? done() : setTimeout(look, 100));
        look();
    });
    one('live').click();
    until(() => Number(one('status').dataset.fps) > 0).then(async () => {
        one('record-sound').checked = true;
        one('record').click();
        await until(() => drawn.at(-1) - drawn[0] > 3000);
        one('record').click();
    });
})"""
FAKE_CAMERA = {"media__navigator__streams__fake": True, "media__navigator__permission__disabled": True}


@pytest.fixture(scope="module")
def firefox(site: str) -> Iterator[FirefoxPage]:
    with firefox_page(site, dom__serviceWorkers__enabled=False, **FAKE_CAMERA) as page:
        page.open(f"{site}/www/?style=great-wave-nc8", "ready")
        yield page
        assert page.problems == []


@pytest.mark.parametrize(("name", "codec", "sound"), [("a.webm", "libvpx", "libopus"), ("a.mp4", "libx264", "aac")])
def test_a_video_comes_back_painted_as_long_as_it_was(
    firefox: FirefoxPage, tmp_path: Path, name: str, codec: str, sound: str
) -> None:
    firefox.set_input_files("#photo", make_clip(tmp_path / name, codec=codec, sound=sound))
    assert firefox.evaluate(CHOSEN)
    width, height, seconds = firefox.evaluate(PAINTED)
    assert (width, height) == (64, 48)
    assert seconds == pytest.approx(1, abs=0.1)


def test_a_recording_of_the_camera_says_how_long_it_is(firefox: FirefoxPage) -> None:
    # The pictures a second are the camera's, and not the last video's.
    firefox.wait_until("!('fps' in document.getElementById('status').dataset)", START_MS)
    name, width, height, seconds = firefox.evaluate(RECORDED)
    assert (name, width, height) == ("live painting.webm", 640, 480)
    # An endless one would say Infinity, which JSON does not know.
    assert seconds is not None
    assert 1 < seconds < 60
    firefox.click("#live")
    firefox.state("ready", START_MS)
