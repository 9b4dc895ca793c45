"""Small videos, made here with PyAV."""

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from app_py.live.fixed_point import Frame

SECONDS = 1
RATE = 10
TIMES = tuple(range(0, 100 * SECONDS, 10))
"""When the pictures of a clip are shown, in 1/100 s."""
TONE_HZ = 48_000


def picture(index: int, height: int = 48, width: int = 64) -> Frame:
    """Red on the left, blue on the right, a white square that travels downwards at the left edge."""
    image = np.zeros((height, width, 3), np.uint8)
    image[:, : width // 2, 0] = 200
    image[:, width // 2 :, 2] = 200
    image[3 * index : 3 * index + 8, :8] = 255
    return image


def make_clip(
    path: Path,
    *,
    times: tuple[int, ...] | None = None,
    codec: str = "libx264",
    sound: str | None = "aac",
    rotation: int = 0,
    pixel_format: str = "yuv420p",
    options: Mapping[str, str] | None = None,
    seconds: int = SECONDS,
    hdr: bool = False,
    scale: int = 1,
) -> Path:
    """A video with a tone; `times` in 1/100 s, of which the last picture lasts to the end.

    Args:
        options: of the encoder.
        seconds: of the tone, and of the pictures where no `times` are given.
        hdr: whether the pictures say that they are HDR (BT.2020 and PQ, as ITU-T H.273 numbers them).
        scale: how much larger than 64 x 48 they are.
    """
    with av.open(path, "w") as container:
        stream: Any = container.add_stream(codec, RATE, options=dict(options or {}))
        stream.width, stream.height, stream.pix_fmt = 64 * scale, 48 * scale, pixel_format
        if hdr:
            context = stream.codec_context
            context.color_primaries, context.color_trc, context.colorspace = 9, 16, 9
        stream.codec_context.time_base = Fraction(1, 100)
        if rotation:
            stream.set_display_rotation(rotation)
        tone: Any = container.add_stream(sound, TONE_HZ) if sound else None
        if tone:
            tone.codec_context.layout = "mono"
        for index, time in enumerate(range(0, 100 * seconds, 10) if times is None else times):
            small = av.VideoFrame.from_ndarray(picture(index), format="rgb24")
            frame = small.reformat(64 * scale, 48 * scale, pixel_format)
            frame.pts, frame.time_base = time, Fraction(1, 100)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if tone:
            wave = 0.3 * np.sin(2 * np.pi * 440 * np.arange(TONE_HZ * seconds) / TONE_HZ)
            samples = av.AudioFrame.from_ndarray(wave.astype(np.float32)[None], format="fltp", layout="mono")
            samples.sample_rate, samples.pts, samples.time_base = TONE_HZ, 0, Fraction(1, TONE_HZ)
            resampler = av.AudioResampler(
                tone.codec_context.format.name, "mono", TONE_HZ, tone.codec_context.frame_size
            )
            for piece in [*resampler.resample(samples), *resampler.resample(None)]:
                container.mux(tone.encode(piece))
            container.mux(tone.encode(None))
    return path


def shown_at(path: Path) -> list[float]:
    """When each picture is shown, in seconds."""
    with av.open(path) as container:
        return sorted(round(frame.time, 3) for frame in container.decode(video=0))


def frames(path: Path) -> list[Frame]:
    with av.open(path) as container:
        return [np.asarray(frame.to_ndarray(format="rgb24"), np.uint8) for frame in container.decode(video=0)]


def packets(path: Path, kind: str) -> list[bytes]:
    """The packets of the first `video` or `audio` track, in the order of the file."""
    with av.open(path) as container:
        return [bytes(packet) for packet in container.demux(**{kind: 0}) if packet.size]


def ends_at(path: Path, kind: str) -> float:
    """When the last packet of the first `video` or `audio` track ends, in seconds."""
    with av.open(path) as container:
        found = [packet for packet in container.demux(**{kind: 0}) if packet.size]
        return max(float(((packet.pts or 0) + (packet.duration or 0)) * packet.time_base) for packet in found)


def sound_codec(path: Path) -> str:
    with av.open(path) as container:
        return container.streams.audio[0].codec_context.name
