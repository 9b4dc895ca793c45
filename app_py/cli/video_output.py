"""Writes a painted video with FFmpeg's libraries (PyAV), beside the sound of another."""

from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self, cast

import av
import numpy as np

from app_py.cli.video_input import Picture, SoundPacket, VideoInput
from app_py.photo.sizing import Size
from app_py.photo.tensors import RgbImage

ENCODERS = {".webm": ("libvpx-vp9", {"crf": "24", "b": "0", "deadline": "realtime", "cpu-used": "5"})}
ENCODER = ("libx264", {"crf": "17", "preset": "medium"})
"""A painting has more fine detail than a photo; visually lossless, and played everywhere."""

SOUND_ENCODERS = {".webm": "libopus"}
SOUND_ENCODER = "aac"

COPIED = {".mp4": frozenset(("aac", "mp3", "ac3", "eac3", "opus", "flac", "alac"))}
"""What is kept as it is; FFmpeg writes more into mp4 than players read."""

BT709 = 1
MPEG_RANGE = 1
"""As ITU-T H.273 and FFmpeg number them."""


class VideoOutput:
    """A video file that is being written.

    Args:
        path: its ending says which container.
        source: where sound, times and rate come from.
        size: of the pictures, even.
    """

    def __init__(self, path: Path, source: VideoInput, size: Size) -> None:
        self.notes: list[str] = []
        self._container = av.open(path, "w")
        name, options = ENCODERS.get(path.suffix.lower(), ENCODER)
        rate = source.stream.average_rate or Fraction(30)
        self._pictures = cast(av.VideoStream, self._container.add_stream(name, rate, options=dict(options)))
        context = self._pictures.codec_context
        context.width, context.height, context.pix_fmt = size.width, size.height, "yuv420p"
        context.colorspace, context.color_primaries, context.color_trc = BT709, BT709, BT709
        context.color_range = MPEG_RANGE
        self._time_base = source.stream.time_base or 1 / rate
        context.time_base = self._time_base
        self._copied: dict[int, av.AudioStream] = {}
        self._encoded: dict[int, av.AudioStream] = {}
        for sound in source.sounds:
            self._add_sound(sound, path.suffix.lower())
        self._last_pts: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._container.mux(self._pictures.encode(None))
                for sound in self._encoded.values():
                    self._container.mux(sound.encode(None))
        finally:
            self._container.close()

    def add(self, image: RgbImage, picture: Picture) -> None:
        """A painted picture, uint8 `(H, W, 3)`, shown when the one was that it is painted from."""
        if self._last_pts is not None and picture.pts <= self._last_pts:
            # Some files have two pictures at one time; only one of them was ever seen.
            return
        self._last_pts = picture.pts
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format="rgb24")
        frame = frame.reformat(format="yuv420p", dst_colorspace="ITU709")
        frame.pts, frame.time_base, frame.duration = picture.pts, self._time_base, picture.duration
        self._container.mux(self._pictures.encode(frame))

    def take_sound(self, packet: SoundPacket) -> None:
        """A packet of one of the source's sounds."""
        index = packet.stream.index
        if index in self._copied:
            packet.stream = self._copied[index]
            self._container.mux(packet)
        elif index in self._encoded:
            for frame in packet.decode():
                self._container.mux(self._encoded[index].encode(frame))

    def _add_sound(self, sound: av.AudioStream, suffix: str) -> None:
        context = sound.codec_context
        if context is None:
            self.notes.append("a sound track in an unknown format was left out")
        elif context.codec.canonical_name in COPIED.get(suffix, self._container.supported_codecs):
            self._copied[sound.index] = self._container.add_stream_from_template(sound, opaque=True)
        else:
            name = SOUND_ENCODERS.get(suffix, SOUND_ENCODER)
            added = cast(av.AudioStream, self._container.add_stream(name, context.sample_rate))
            # PCM in some containers does not say which its channels are; more than two are mixed down.
            added.codec_context.layout = "mono" if context.channels == 1 else "stereo"
            self._encoded[sound.index] = added
            self.notes.append(f"its sound was encoded anew, since {suffix[1:]} does not hold {context.name}")
