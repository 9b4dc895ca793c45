"""What happened to the live camera, or to a video."""

from dataclasses import dataclass

from app_py.pages.studio.state import Failure, PhotoInfo
from app_py.photo.sizing import Size


@dataclass(frozen=True, slots=True)
class LiveAsked:
    """A camera runs whose pictures are to be painted, or a `video` is to be; they have this size."""

    camera: Size
    video: bool = False


@dataclass(frozen=True, slots=True)
class LiveOpened:
    """The engine is ready for the camera's pictures."""

    live_id: int
    engine: str
    size: Size


@dataclass(frozen=True, slots=True)
class LivePainted:
    """Pictures were painted: how many a second, and how large they are from now on."""

    live_id: int
    fps: float
    size: Size


@dataclass(frozen=True, slots=True)
class LiveStopped:
    """`painted` pictures of a video are in its file; 0 for a camera, and for a video that failed.

    `notes` say what went otherwise than one would think, as `www/live/video_file.js` names it; `saved` is the name of
    the file that the visitor had chosen.
    """

    painted: int = 0
    notes: tuple[str, ...] = ()
    saved: str = ""


@dataclass(frozen=True, slots=True)
class LiveFailed:
    """`again` where another engine may do it."""

    live_id: int
    failure: Failure
    again: bool = False


@dataclass(frozen=True, slots=True)
class LivePictureAsked:
    pass


@dataclass(frozen=True, slots=True)
class LivePictureTaken:
    """A live painting: its pixels are kept as those of the next job, the camera's picture as its photo."""

    live_id: int
    photo: PhotoInfo
    run_ms: float


@dataclass(frozen=True, slots=True)
class SteadyChanged:
    steady: bool


LiveEvent = (
    LiveAsked
    | LiveOpened
    | LivePainted
    | LiveStopped
    | LiveFailed
    | LivePictureAsked
    | LivePictureTaken
    | SteadyChanged
)
