"""Videos on the command line: every picture, at its time, upright, with the sound as it was."""

import re
from pathlib import Path

import numpy as np
import pytest

from tests.host.paint.clips import RATE, TIMES, frames, make_clip, packets, picture, shown_at, sound_codec
from tests.host.paint.conftest import STYLE, Paint
from tests.shared.support.scenes import flicker, still

SMALL = ("--size", 32)
AS_IT_IS = ("--size", "original", "--strength", 0)


@pytest.mark.parametrize(
    ("name", "codec", "sound", "painted"),
    [
        ("a.mp4", "libx264", "aac", "mp4"),
        ("a.mov", "libx264", "pcm_s16le", "mov"),
        ("a.webm", "libvpx", "libopus", "webm"),
        ("a.mkv", "libx264", "libopus", "mkv"),
        ("a.avi", "mpeg4", "mp3", "mp4"),
    ],
)
def test_every_picture_is_painted_and_the_sound_is_kept(
    paint: Paint, tmp_path: Path, name: str, codec: str, sound: str, painted: str
) -> None:
    clip = make_clip(tmp_path / name, codec=codec, sound=sound)
    said = paint(clip, *SMALL, "--steady")
    assert (said.status, said.err) == (0, "")
    target = tmp_path / "painted" / f"a-{STYLE}.{painted}"
    assert frames(target)[0].shape == (24, 32, 3)
    np.testing.assert_allclose(shown_at(target), shown_at(clip), atol=0.002)
    assert packets(target, "audio") == packets(clip, "audio")


def test_a_variable_frame_rate_stays_variable(paint: Paint, tmp_path: Path) -> None:
    times = (0, 10, 15, 50, 52, 95)
    clip = make_clip(tmp_path / "a.mp4", times=times)
    assert paint(clip, *SMALL).status == 0
    assert shown_at(tmp_path / "painted" / f"a-{STYLE}.mp4") == [time / 100 for time in times]


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_turned_video_is_painted_upright(paint: Paint, tmp_path: Path, rotation: int) -> None:
    clip = make_clip(tmp_path / "a.mp4", rotation=rotation)
    assert paint(clip, *AS_IT_IS).status == 0
    first = frames(tmp_path / "painted" / f"a-{STYLE}.mp4")[0]
    upright = np.rot90(picture(0), rotation // 90)
    assert first.shape == upright.shape
    assert np.abs(first.astype(float) - upright).mean() < 12


@pytest.mark.parametrize("pixel_format", ["yuv420p10le", "yuv444p"])
def test_deep_colours_are_read(paint: Paint, tmp_path: Path, pixel_format: str) -> None:
    clip = make_clip(tmp_path / "a.mkv", pixel_format=pixel_format)
    assert paint(clip, *AS_IT_IS).status == 0
    (first, *_) = frames(tmp_path / "painted" / f"a-{STYLE}.mkv")
    assert np.abs(first.astype(float) - picture(0)).mean() < 12


def test_sound_that_the_container_does_not_hold_is_encoded_anew(paint: Paint, tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "a.avi", codec="mpeg4", sound="pcm_s16le")
    said = paint(clip, *SMALL)
    assert said.status == 0
    assert "its sound was encoded anew, since mp4 does not hold pcm_s16le" in said.out
    assert sound_codec(tmp_path / "painted" / f"a-{STYLE}.mp4") == "aac"


def test_steady_takes_the_flicker_of_a_noisy_video(paint: Paint, tmp_path: Path) -> None:
    import av

    clip = tmp_path / "noise.mkv"
    with av.open(clip, "w") as container:
        stream = container.add_stream("ffv1", RATE)
        stream.width, stream.height, stream.pix_fmt = 96, 72, "bgr0"
        for frame in still(72, 96, 20):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode(None))
    assert paint(clip, "--size", "original", "--out", "plain.mkv").status == 0
    assert paint(clip, "--size", "original", "--out", "steady.mkv", "--steady").status == 0
    assert flicker(frames(tmp_path / "steady.mkv")) < 0.3 * flicker(frames(tmp_path / "plain.mkv"))


def test_a_damaged_middle_is_left_out_and_that_is_said(paint: Paint, tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "b.mkv")
    data, piece = clip.read_bytes(), packets(clip, "video")[4]
    clip.write_bytes(data.replace(piece, bytes(len(piece))))
    said = paint(clip, *SMALL, "--out", "out.mkv")
    assert said.status == 0
    assert "1 damaged pieces of it could not be read and were left out" in said.out
    assert len(shown_at(tmp_path / "out.mkv")) == len(TIMES) - 1


def test_a_video_that_ends_early_is_painted_so_far_and_that_is_said(paint: Paint, tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "b.mkv")
    data = clip.read_bytes()
    clip.write_bytes(data[: data.index(packets(clip, "video")[5])])
    said = paint(clip, *SMALL, "--out", "out.mkv")
    assert said.status == 0
    assert re.search(r"it ends after 0\.\d s of 1\.\d s", said.out)
    assert 3 <= len(shown_at(tmp_path / "out.mkv")) <= 5


def test_what_is_no_video_is_said_and_leaves_no_file(paint: Paint, tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("no video" * 100)
    (tmp_path / "empty.webm").touch()
    make_clip(tmp_path / "song.mp4", times=())
    whole = make_clip(tmp_path / "cut.mp4").read_bytes()
    (tmp_path / "cut.mp4").write_bytes(whole[: len(whole) // 2])
    names = ("text.mp4", "empty.webm", "song.mp4", "cut.mp4", "missing.mkv")
    said = paint(*names, *SMALL)
    assert said.status == 1
    assert "0 of 5 painted." in said.out
    lines = said.err.splitlines()
    assert [line.split(":")[0] for line in lines] == list(names)
    for line, words in zip(
        lines, ("not a video", "not a video", "no picture", "not a video", "No such file"), strict=True
    ):
        assert words in line
    assert not list(tmp_path.glob("painted/*"))
