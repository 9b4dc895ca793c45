"""Reads a video file with FFmpeg's libraries (PyAV): upright pictures with their times, and packets of sound."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeAlias

import av
import av.container
import av.error
import numpy as np
from av.stream import Disposition

from app_py.errors import AppError
from app_py.photo.sizing import Size
from app_py.photo.tensors import RgbImage

SoundPacket: TypeAlias = "av.Packet[av.AudioStream]"
TakeSound = Callable[[SoundPacket], None]

HDR_TRANSFERS = (16, 18)
"""SMPTE ST 2084 (PQ) and ARIB STD-B67 (HLG), as ITU-T H.273 numbers them."""

EARLY_S = 0.5
"""A video whose last picture comes so much before its end, and a twentieth of its length, is cut short."""

ENCRYPTED_TAG = "encv"
"""The sample entry of encrypted video in ISO/IEC 23001-7."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A frame: uint8 `(H, W, 3)`, upright; when it is shown and for how long (0: unknown), in the input's time base."""

    image: RgbImage
    pts: int
    duration: int


class VideoInput:
    """An open video file.

    Raises:
        AppError: `video-unreadable`, `video-without-pictures`, `video-encrypted`, `codec-missing`.
    """

    def __init__(self, path: Path) -> None:
        self.notes: list[str] = []
        """What else there is to say of it, when it was read."""
        self._rotation, self.size = _first_picture(path)
        self._container = _open(path)
        self.stream = _picture_track(self._container)
        self.stream.thread_type = "AUTO"
        if self.stream.codec_context.color_trc in HDR_TRANSFERS:
            self.notes.append("its HDR colours look duller than they are")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._container.close()

    @property
    def sounds(self) -> tuple[av.AudioStream, ...]:
        return self._container.streams.audio

    @property
    def expected_frames(self) -> int | None:
        """How many frames there probably are; None where the file does not say."""
        if self.stream.frames:
            return self.stream.frames
        if self._container.duration is None or self.stream.average_rate is None:
            return None
        return round(self._container.duration / av.time_base * self.stream.average_rate)

    def pictures(self, take_sound: TakeSound) -> Iterator[Picture]:
        """Every picture that can be decoded, in the order of showing; packets of sound are handed over on the way."""
        damaged, seconds = 0, 0.0
        for packet in self._packets():
            if packet.stream is not self.stream:
                if packet.dts is not None:
                    take_sound(packet)
                continue
            try:
                frames = packet.decode()
            except av.error.FFmpegError:
                damaged += 1
                continue
            for frame in frames:
                assert isinstance(frame, av.VideoFrame)
                if frame.pts is not None:
                    seconds = max(seconds, float(frame.time))
                    yield Picture(self._upright(frame), frame.pts, frame.duration or 0)
        if damaged:
            self.notes.append(f"{damaged} damaged pieces of it could not be read and were left out")
        whole = (self._container.duration or 0) / av.time_base
        if whole - seconds > max(EARLY_S, whole / 20):
            self.notes.append(f"it ends after {seconds:.1f} s of {whole:.1f} s")

    def _packets(self) -> "Iterator[av.Packet[Any]]":
        packets = self._container.demux(self.stream, *self.sounds)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except av.error.FFmpegError:
                self.notes.append("it is damaged, and could be read only so far")
                return
            yield packet

    def _upright(self, frame: av.VideoFrame) -> RgbImage:
        height, width = (self.size.width, self.size.height) if self._rotation % 180 == 90 else self.size
        image = frame.reformat(width, height, "rgb24").to_ndarray()
        return np.ascontiguousarray(np.rot90(image, self._rotation // 90), dtype=np.uint8)


def _open(path: Path) -> av.container.InputContainer:
    try:
        return av.open(path)
    except (OSError, av.error.FFmpegError) as error:
        if isinstance(error, OSError) and not path.is_file():
            raise AppError(f"could not be read: {error.strerror}.", code="video-unreadable") from error
        raise AppError(
            "This file is not a video that can be read.", code="video-unreadable", detail=str(error)
        ) from error


def _picture_track(container: av.container.InputContainer) -> av.VideoStream:
    # A cover picture of a song is a track of one frame.
    streams = [stream for stream in container.streams.video if not stream.disposition & Disposition.attached_pic]
    if not streams:
        raise AppError("There is no picture track in this file.", code="video-without-pictures")
    context = streams[0].codec_context
    if context is None:
        raise AppError("The pictures of this video are in a format that is not known here.", code="codec-missing")
    if context.codec_tag == ENCRYPTED_TAG:
        raise AppError("This video is encrypted, so it cannot be painted.", code="video-encrypted")
    return streams[0]


def _first_picture(path: Path) -> tuple[int, Size]:
    """The rotation, in degrees counter-clockwise, and the upright size in square pixels."""
    # From a container of its own: going back to the begin would lose the sound that lies before the first picture.
    with _open(path) as container:
        stream = _picture_track(container)
        try:
            frame = next(container.decode(stream), None)
        except av.error.FFmpegError:
            frame = None
        if frame is None:
            raise AppError("There is no picture in this video that can be read.", code="video-empty")
        aspect = stream.sample_aspect_ratio
        width = round(frame.width * aspect) if aspect else frame.width
        rotation = round(frame.rotation) % 360
        sideways = rotation % 180 == 90
        return rotation, Size(width, frame.height) if sideways else Size(frame.height, width)
