"""A video file, painted picture by picture; its sound goes along as it is wherever the container takes it."""

from app_py.cli.host_painter import HostPainter
from app_py.cli.sources import Source
from app_py.cli.video_input import VideoInput
from app_py.cli.video_output import VideoOutput
from app_py.cli.whole_file import whole_file
from app_py.errors import AppError
from app_py.live.steady import Steady
from app_py.photo.decode import resize
from app_py.photo.sizing import MIN_PHOTO_SIDE_PX, Size, painted_size
from app_py.photo.tensors import RgbImage


def paint_video(painter: HostPainter, source: Source) -> str:
    """Paint a video. What to say of it, in a line.

    Raises:
        AppError: what is wrong with the video, or with where it is to be written.
    """
    from tqdm import tqdm

    with VideoInput(source.path) as video, whole_file(source.target) as part:
        size = _even(painted_size(video.size, painter.options.longest_px))
        paint = _Steadied(painter) if painter.options.steady else _Plain(painter)
        painted = 0
        with (
            VideoOutput(part, video, size) as output,
            tqdm(total=video.expected_frames, unit="frame", leave=False, disable=None) as bar,
        ):
            for picture in video.pictures(output.take_sound):
                if painted == 0:
                    painter.look_at(picture.image)
                output.add(paint(resize(picture.image, size)), picture)
                painted += 1
                bar.update()
        if painted == 0:
            raise AppError("There is no picture in this video that can be read.", code="video-empty")
    notes = [*video.notes, *output.notes]
    return f"{source.target} ({size}, {painted} frames){''.join(f'; {note}' for note in notes)}"


def _even(size: Size) -> Size:
    """Colour is stored for two by two pixels, so video has even sides."""
    if min(size) < MIN_PHOTO_SIDE_PX:
        raise AppError(f"Its pictures are {size} pixels, too small to paint.", code="photo-too-small")
    return Size(*(side - side % 2 for side in size))


class _Plain:
    """Each frame for itself."""

    def __init__(self, painter: HostPainter) -> None:
        self._painter = painter

    def __call__(self, frame: RgbImage) -> RgbImage:
        return self._painter.finish(frame, self._painter.run(frame))


class _Steadied:
    """Each frame with what went before."""

    def __init__(self, painter: HostPainter) -> None:
        self._painter = painter
        self._steady = Steady()

    def __call__(self, frame: RgbImage) -> RgbImage:
        painting = self._steady.give(self._painter.run(self._steady.take(frame)))
        return self._painter.finish(frame, painting)
