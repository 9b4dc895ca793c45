"""What happened (events) and what must be done about it (effects): the two languages of `update`."""

from dataclasses import dataclass

from app_py.engines.device import EngineInfo
from app_py.pages.studio.state import (
    NOTHING_REMEMBERED,
    Adjustments,
    Failure,
    Job,
    Live,
    PaintSettings,
    PhotoInfo,
    Progress,
    QueueRun,
    Remembered,
    Result,
    Saving,
    StyleBatch,
)
from app_py.photo.sizing import Size
from app_py.styles.manifest import ModelSpec


@dataclass(frozen=True, slots=True)
class Ready:
    """Python runs, the manifest is read, and what the browser has is known."""

    models: tuple[ModelSpec, ...]
    engines: tuple[EngineInfo, ...]
    remembered: Remembered = NOTHING_REMEMBERED
    first_visit: bool = False
    kept: int | None = None


@dataclass(frozen=True, slots=True)
class Welcomed:
    """The welcome of the first visit was read."""


@dataclass(frozen=True, slots=True)
class PhotoArrived:
    """The bytes of a new photo are there, under `token`."""

    token: int
    name: str


@dataclass(frozen=True, slots=True)
class PhotoOpened:
    token: int
    size: Size
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PhotoRefused:
    token: int
    failure: Failure


@dataclass(frozen=True, slots=True)
class SettingChanged:
    """A control was changed: `field` is `style`, `speed`, `engine` or `size`."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class PaintAsked:
    pass


@dataclass(frozen=True, slots=True)
class LargeAsked:
    """Paint what is on show at the photo's own size, and save that."""


@dataclass(frozen=True, slots=True)
class SmallerAsked:
    """Paint at the smaller size that the failure on show offers."""


@dataclass(frozen=True, slots=True)
class CancelAsked:
    pass


@dataclass(frozen=True, slots=True)
class StageReached:
    job_id: int
    stage: str
    engine: str = ""
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class Painted:
    job_id: int
    engine: str
    run_ms: float
    size: Size
    notes: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PaintFailed:
    job_id: int
    failure: Failure


@dataclass(frozen=True, slots=True)
class AdjustmentsChanged:
    """The strength slider or the colour switch was moved."""

    adjustments: Adjustments


@dataclass(frozen=True, slots=True)
class SavingChanged:
    saving: Saving


@dataclass(frozen=True, slots=True)
class Copied:
    """The painting is in the clipboard."""


@dataclass(frozen=True, slots=True)
class UndoAsked:
    pass


@dataclass(frozen=True, slots=True)
class RedoAsked:
    pass


@dataclass(frozen=True, slots=True)
class StyleBatchAsked:
    """The photo in each of these models, please."""

    models: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ThumbnailPainted:
    sheet_id: int


@dataclass(frozen=True, slots=True)
class StyleBatchEnded:
    sheet_id: int
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class QueuePhotoAdded:
    """One of several photos chosen together; the first takes the place of an earlier choice."""

    number: int
    name: str
    first: bool


@dataclass(frozen=True, slots=True)
class QueueAsked:
    """All of them in the chosen style, please."""


@dataclass(frozen=True, slots=True)
class QueuePhotoPainted:
    run_id: int
    number: int
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class QueueEnded:
    run_id: int


@dataclass(frozen=True, slots=True)
class SessionKept:
    """The photo on show and so many paintings are in this browser's store now; None: nothing is any more."""

    paintings: int | None


@dataclass(frozen=True, slots=True)
class SessionRestored:
    """The last photo is open again, with its paintings; the last of them was on show, if `painted`."""

    photo: PhotoInfo
    results: tuple[Result, ...]
    painted: bool


@dataclass(frozen=True, slots=True)
class Saved:
    """A painting was given out as a file; without a job, those of several photos."""

    job_id: int | None


@dataclass(frozen=True, slots=True)
class OwnModelOffered:
    """A person's model has come and is being tried."""

    name: str


@dataclass(frozen=True, slots=True)
class OwnModelAdded:
    """`kept` tells whether the browser has it for the next visit, too."""

    model: ModelSpec
    kept: bool = True


@dataclass(frozen=True, slots=True)
class OwnModelRefused:
    failure: Failure


@dataclass(frozen=True, slots=True)
class OwnModelRemoved:
    model_id: str


@dataclass(frozen=True, slots=True)
class StyleReading:
    """The style of a picture is being read; `progress` is of the network that reads it."""

    name: str
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class OwnStyleAdded:
    """A picture of the person's own, or a mixture, is a style now; `kept`: for later visits, too."""

    model: ModelSpec
    kept: bool = True


@dataclass(frozen=True, slots=True)
class StyleRenamed:
    model_id: str
    title: str


@dataclass(frozen=True, slots=True)
class MixChanged:
    """Styles and their weights in percent; none: the mixture is over."""

    parts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Failed:
    """Something outside a job failed: the manifest, a download, a wish that cannot be granted."""

    failure: Failure


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
    """`painted` pictures of a video are in its file; 0 for a camera, and for a video that failed."""

    painted: int = 0


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

Event = (
    Ready
    | Welcomed
    | PhotoArrived
    | PhotoOpened
    | PhotoRefused
    | SettingChanged
    | PaintAsked
    | LargeAsked
    | SmallerAsked
    | CancelAsked
    | StageReached
    | Painted
    | PaintFailed
    | AdjustmentsChanged
    | SavingChanged
    | Copied
    | UndoAsked
    | RedoAsked
    | StyleBatchAsked
    | ThumbnailPainted
    | StyleBatchEnded
    | QueuePhotoAdded
    | QueueAsked
    | QueuePhotoPainted
    | QueueEnded
    | SessionKept
    | SessionRestored
    | Saved
    | OwnModelOffered
    | OwnModelAdded
    | OwnModelRefused
    | OwnModelRemoved
    | StyleReading
    | OwnStyleAdded
    | StyleRenamed
    | MixChanged
    | Failed
)


@dataclass(frozen=True, slots=True)
class OpenPhoto:
    token: int


@dataclass(frozen=True, slots=True)
class StartPainting:
    job: Job


@dataclass(frozen=True, slots=True)
class StopPainting:
    """End the engine's work at once."""


@dataclass(frozen=True, slots=True)
class ShowPhoto:
    """Draw a photo that is not painted."""

    photo: PhotoInfo


@dataclass(frozen=True, slots=True)
class ShowResult:
    """Draw a finished painting with the look of the moment."""

    result: Result
    adjustments: Adjustments


@dataclass(frozen=True, slots=True)
class ShowPreview:
    """Draw the small painting in the job's style until the job is done."""

    job: Job


@dataclass(frozen=True, slots=True)
class SavePainting:
    """Save a painting that was made for a file, and forget it."""

    result: Result


@dataclass(frozen=True, slots=True)
class ForgetResults:
    """All but these can no longer be shown: free their pixels."""

    kept_jobs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StartStyleBatch:
    batch: StyleBatch


@dataclass(frozen=True, slots=True)
class StartQueue:
    run: QueueRun
    settings: PaintSettings
    adjustments: Adjustments


@dataclass(frozen=True, slots=True)
class StopTrial:
    """End the trial of a person's model."""


@dataclass(frozen=True, slots=True)
class ForgetModel:
    model_id: str


@dataclass(frozen=True, slots=True)
class Repaint:
    """Follow what changes step by step: paint small at once, and as asked when it has come to rest."""


@dataclass(frozen=True, slots=True)
class Remember:
    """Keep the settings for the next visit."""


@dataclass(frozen=True, slots=True)
class StartLive:
    live: Live


@dataclass(frozen=True, slots=True)
class TuneLive:
    """What can change between two pictures has changed: look, steadiness, size."""


@dataclass(frozen=True, slots=True)
class StopLive:
    pass


@dataclass(frozen=True, slots=True)
class TakeLivePicture:
    live: Live


Effect = (
    StartLive
    | TuneLive
    | StopLive
    | TakeLivePicture
    | OpenPhoto
    | StartPainting
    | StopPainting
    | ShowPhoto
    | ShowResult
    | ShowPreview
    | SavePainting
    | ForgetResults
    | StartStyleBatch
    | StartQueue
    | StopTrial
    | ForgetModel
    | Repaint
    | Remember
)
