"""What happened (events) and what must be done about it (effects): the two languages of `app_py.studio.update`."""

from dataclasses import dataclass

from app_py.models.manifest import ModelSpec
from app_py.picture.sizing import Size
from app_py.studio.state import (
    NOTHING_REMEMBERED,
    EngineInfo,
    Failure,
    Job,
    Look,
    PhotoInfo,
    Progress,
    Remembered,
    Result,
    Saving,
    Sheet,
)


@dataclass(frozen=True, slots=True)
class Ready:
    """Python runs, the manifest is read, and what the browser has is known."""

    models: tuple[ModelSpec, ...]
    engines: tuple[EngineInfo, ...]
    remembered: Remembered = NOTHING_REMEMBERED
    first_visit: bool = False


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


@dataclass(frozen=True, slots=True)
class PhotoRefused:
    token: int
    failure: Failure


@dataclass(frozen=True, slots=True)
class Wished:
    """A control was changed: `field` is `style`, `engine` or `size`."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class PaintAsked:
    pass


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
class Looked:
    """The strength slider or the colour switch was moved."""

    look: Look


@dataclass(frozen=True, slots=True)
class SavingWished:
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
class SheetAsked:
    """The photo in each of these models, please."""

    models: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TilePainted:
    sheet_id: int


@dataclass(frozen=True, slots=True)
class SheetEnded:
    sheet_id: int
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class OwnModelAdded:
    model: ModelSpec
    chosen: bool = True


@dataclass(frozen=True, slots=True)
class OwnModelRemoved:
    model_id: str


@dataclass(frozen=True, slots=True)
class Failed:
    """Something outside a job failed: the manifest, a download, a wish that cannot be granted."""

    failure: Failure


Event = (
    Ready
    | Welcomed
    | PhotoArrived
    | PhotoOpened
    | PhotoRefused
    | Wished
    | PaintAsked
    | SmallerAsked
    | CancelAsked
    | StageReached
    | Painted
    | PaintFailed
    | Looked
    | SavingWished
    | Copied
    | UndoAsked
    | RedoAsked
    | SheetAsked
    | TilePainted
    | SheetEnded
    | OwnModelAdded
    | OwnModelRemoved
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
    look: Look


@dataclass(frozen=True, slots=True)
class ForgetResults:
    """All but these can no longer be shown: free their pixels."""

    kept_jobs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StartSheet:
    sheet: Sheet


@dataclass(frozen=True, slots=True)
class ForgetModel:
    model_id: str


@dataclass(frozen=True, slots=True)
class Remember:
    """Keep the settings for the next visit."""


Effect = (
    OpenPhoto
    | StartPainting
    | StopPainting
    | ShowPhoto
    | ShowResult
    | ForgetResults
    | StartSheet
    | ForgetModel
    | Remember
)
