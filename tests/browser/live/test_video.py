"""Video files in the page: every picture painted, at its time, with the sound as it was."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.host.paint.clips import TIMES, frames, make_clip, packets, shown_at
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


@pytest.mark.parametrize(("sound", "words"), [(None, "not a video"), ("aac", "no picture track")])
def test_what_is_no_video_is_said(page: Page, tmp_path: Path, sound: str | None, words: str) -> None:
    clip = tmp_path / "song.mp4"
    if sound:
        make_song(clip)
    else:
        clip.write_bytes(b"no video" * 100)
    page.set_input_files("#photo", clip)
    state(page, "error", START_MS)
    expect(page.locator("#status")).to_contain_text(words)
    expect(page.locator("#video-run")).to_be_hidden()


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
