"""What must be done about an event: the other language of `update`."""

from dataclasses import dataclass

from app_py.pages.studio.state import Adjustments, Job, Live, PaintSettings, PhotoInfo, QueueRun, Result, StyleBatch
from app_py.styles.manifest import ModelSpec


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
class RenameModel:
    """Keep one of the visitor's own styles by its new title."""

    model: ModelSpec


@dataclass(frozen=True, slots=True)
class Remember:
    """Keep the settings for the next visit."""


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
    | RenameModel
    | Repaint
    | Remember
)
