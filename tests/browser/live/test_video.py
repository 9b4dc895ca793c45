"""Video files in the page: every picture painted, at its time, with the sound as it was."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.host.paint.clips import TIMES, ends_at, frames, make_clip, packets, shown_at
from tests.support.chromium import wait_until, watched_page
from tests.support.paintings import START_MS, open_page, state

PAINT_MS = 120_000


@pytest.fixture(scope="module")
def page(browser: Browser, site: str) -> Iterator[Page]:
    with watched_page(browser, site) as (page, watch):
        open_page(page, site, query="?style=great-wave-nc8")
        yield page
        assert watch.problems == []


def paint(page: Page, clip: Path) -> Path:
    """Choose a video, paint it and save what came of it."""
    page.set_input_files("#photo", clip)
    expect(page.locator("#video-run")).to_be_visible(timeout=START_MS)
    # Its first picture is there to choose the style by.
    wait_until(page, f"document.getElementById('status').textContent.includes('{clip.name}')", START_MS)
    page.click("#video-run")
    expect(page.locator("#video-save")).to_be_visible(timeout=PAINT_MS)
    with page.expect_download() as download:
        page.click("#video-save")
    target = clip.with_name(download.value.suggested_filename)
    download.value.save_as(target)
    return target


@pytest.mark.parametrize(
    ("name", "codec", "sound"),
    [("a.mp4", "libx264", "aac"), ("a.webm", "libvpx", "libopus"), ("a.mkv", "libx264", "aac")],
)
def test_every_picture_is_painted_and_the_sound_is_kept(
    page: Page, tmp_path: Path, name: str, codec: str, sound: str
) -> None:
    clip = make_clip(tmp_path / name, codec=codec, sound=sound)
    painted = paint(page, clip)
    assert painted.name.startswith("a-painted.")
    expect(page.locator("#status")).to_contain_text(f"{len(TIMES)} pictures")
    np.testing.assert_allclose(shown_at(painted), shown_at(clip), atol=0.005)
    assert packets(painted, "audio") == packets(clip, "audio")
    wait_until(page, "document.getElementById('painted').videoWidth === 64", START_MS)
    pictures = frames(painted)
    assert all(np.abs(one.astype(float) - two).mean() > 10 for one, two in zip(pictures, frames(clip), strict=True))


def test_a_turned_video_of_a_variable_rate_stays_what_it_is(page: Page, tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "turned.mp4", rotation=90, times=(0, 10, 15, 50, 52, 95))
    painted = paint(page, clip)
    np.testing.assert_allclose(shown_at(painted), shown_at(clip), atol=0.005)
    assert frames(painted)[0].shape == (64, 48, 3)


def test_it_plays_beside_the_original_and_a_slider_says_how_much_of_each(page: Page, tmp_path: Path) -> None:
    paint(page, make_clip(tmp_path / "a.mp4"))
    for video in ("painted", "original"):
        wait_until(page, f"document.getElementById('{video}').readyState >= 2", START_MS)
    page.evaluate("document.getElementById('painted').currentTime = 0.5")
    wait_until(page, "Math.abs(document.getElementById('original').currentTime - 0.5) < 0.1", START_MS)
    page.fill("#video-split", "20")
    clip = page.evaluate("getComputedStyle(document.getElementById('original')).clipPath")
    assert re.match(r"inset\(0px (calc\(100% - 20%\)|80%) ", clip)
    expect(page.locator("#video-split")).to_have_attribute("aria-valuetext", "20 % original, 80 % painting")


def not_a_video(path: Path) -> None:
    path.write_bytes(b"no video" * 100)


def encrypted(path: Path) -> None:
    path.write_bytes(make_clip(path).read_bytes().replace(b"avc1", b"encv"))


def unknown(path: Path) -> None:
    make_clip(path, codec="mpeg4")


def empty(path: Path) -> None:
    """Without its clusters (https://www.rfc-editor.org/rfc/rfc9559), in which the pictures are."""
    data = make_clip(path).read_bytes()
    path.write_bytes(data[: data.index(b"\x1f\x43\xb6\x75")])


def test_what_cannot_be_painted_is_said(page: Page, tmp_path: Path) -> None:
    for name, make, words in (
        ("text.mp4", not_a_video, "not a video"),
        ("song.mp4", make_song, "no picture track"),
        ("secret.mp4", encrypted, "This video is encrypted"),
        ("old.mp4", unknown, "are MPEG-4 Visual, which this browser cannot read. It reads H.264"),
        ("empty.mkv", empty, "no picture in this video"),
    ):
        make(tmp_path / name)
        page.set_input_files("#photo", tmp_path / name)
        expect(page.locator("#status")).to_contain_text(words)
        state(page, "error", START_MS)
        expect(page.locator("#video-run")).to_be_hidden()


def test_more_pixels_than_the_browser_reads_are_said(page: Page, tmp_path: Path) -> None:
    page.evaluate("""() => {
        const known = VideoDecoder.isConfigSupported;
        VideoDecoder.isConfigSupported = async (config) =>
            config.codedWidth > 640 ? { config, supported: false } : known.call(VideoDecoder, config);
        self.restore = () => { VideoDecoder.isConfigSupported = known; };
    }""")
    page.set_input_files("#photo", make_clip(tmp_path / "large.mp4", scale=11))
    expect(page.locator("#status")).to_contain_text("704 × 528, larger than this browser can read")
    page.evaluate("restore()")


def test_what_can_be_read_of_a_damaged_video_is_painted_and_that_is_said(page: Page, tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "a.mkv", codec="libvpx", options={"g": "3"})
    data, piece = clip.read_bytes(), packets(clip, "video")[4]
    clip.write_bytes(data.replace(piece, b"\xff" * len(piece)))
    times = shown_at(paint(page, clip))
    expect(page.locator("#status")).to_contain_text("Parts of it are damaged; those were left out.")
    assert {0, 0.1, 0.2, 0.3, 0.6, 0.7, 0.8, 0.9} <= set(times)
    assert 0.4 not in times


def test_deep_colours_and_8k_are_painted(page: Page, tmp_path: Path) -> None:
    for hdr in (False, True):
        deep = make_clip(tmp_path / "deep.mp4", sound=None, pixel_format="yuv420p10le", times=(0, 10), hdr=hdr)
        assert len(shown_at(paint(page, deep))) == 2
        # It can be saved before Python has said so.
        expect(page.locator("#status")).to_contain_text("2 pictures")
        assert ("Its colours are HDR" in page.inner_text("#status")) == hdr
    large = make_clip(tmp_path / "8k.mp4", sound=None, scale=120, times=(0,), options={"preset": "ultrafast"})
    assert frames(paint(page, large))[0].shape == (384, 512, 3)


def test_a_video_that_is_stopped_keeps_sound_as_long_as_its_pictures(page: Page, tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "a.mp4", seconds=30)
    page.set_input_files("#photo", clip)
    expect(page.locator("#video-run")).to_be_visible()
    page.evaluate("""() => {
        const progress = document.getElementById('video-progress');
        new MutationObserver((_, observer) => {
            if (!progress.textContent.startsWith('5 of 300')) return;
            observer.disconnect();
            document.getElementById('cancel').click();
        }).observe(progress, { childList: true, characterData: true, subtree: true });
    }""")
    page.click("#video-run")
    expect(page.locator("#status")).to_contain_text("Stopped after")
    with page.expect_download() as download:
        page.click("#video-save")
    target = tmp_path / "stopped.mp4"
    download.value.save_as(target)
    shown = shown_at(target)
    assert 5 <= len(shown) < 300
    assert ends_at(target, "audio") == pytest.approx(shown[-1] + 0.1, abs=0.05)


def test_where_there_is_no_room_it_ends_early_or_is_said(page: Page, tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "a.webm", codec="libvpx", sound="libopus")
    page.evaluate("""() => {
        const { estimate } = navigator.storage;
        navigator.storage.estimate = async () => ({ quota: 2 ** 23 + 1000, usage: 0 });
        self.restore = () => { navigator.storage.estimate = estimate; };
    }""")
    assert 1 <= len(shown_at(paint(page, clip))) < len(TIMES)
    expect(page.locator("#status")).to_contain_text("this browser has no room for more")
    page.evaluate("""() => {
        self.restore();
        const { createWritable } = FileSystemFileHandle.prototype;
        FileSystemFileHandle.prototype.createWritable = async () =>
            new WritableStream({ write() { throw new DOMException('', 'QuotaExceededError'); } });
        self.restore = () => { FileSystemFileHandle.prototype.createWritable = createWritable; };
    }""")
    page.click("#video-run")
    expect(page.locator("#status")).to_contain_text("no room left to write the painted video")
    page.evaluate("restore()")
    assert len(shown_at(paint(page, clip))) == len(TIMES)


def test_a_long_video_goes_to_a_file_that_was_chosen(page: Page, tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "long.mp4", sound=None, times=(0, 60_000, 120_000))
    page.evaluate("""() => {
        self.pickers = [];
        self.showSaveFilePicker = async (options) => {
            self.pickers.push(options);
            if (self.pickers.length === 1) throw new DOMException('', 'AbortError');
            return (await navigator.storage.getDirectory()).getFileHandle('mine.mp4', { create: true });
        };
    }""")
    page.set_input_files("#photo", clip)
    expect(page.locator("#video-run")).to_be_visible()
    page.click("#video-run")
    wait_until(page, "pickers.length === 1 && !document.getElementById('video-run').disabled", START_MS)
    expect(page.locator("#video-save")).to_be_hidden()
    page.click("#video-run")
    expect(page.locator("#status")).to_contain_text("The video is painted, 3 pictures. It is in mine.mp4.")
    expect(page.locator("#video-save")).to_be_hidden()
    assert page.evaluate("pickers.at(-1).suggestedName") == "long-painted.mp4"
    wait_until(page, "document.getElementById('painted').duration > 1200", START_MS)
    page.evaluate("delete self.showSaveFilePicker")


def make_song(path: Path) -> None:
    """A tone alone."""
    import av

    with av.open(path, "w") as container:
        tone = container.add_stream("aac", 48_000)
        tone.codec_context.layout = "mono"
        wave = np.zeros((1, 48_000), np.float32)
        for start in range(0, 47_000, 1024):
            piece = av.AudioFrame.from_ndarray(wave[:, start : start + 1024], format="fltp", layout="mono")
            piece.sample_rate, piece.pts = 48_000, start
            container.mux(tone.encode(piece))
        container.mux(tone.encode(None))
