"""What happened (events) and what must be done about it (effects): the two languages of `app_py.update`."""

from dataclasses import dataclass

from app_py.manifest import ModelSpec
from app_py.sizing import Size
from app_py.state import EngineInfo, Failure, Job, Progress


@dataclass(frozen=True, slots=True)
class Ready:
    """Python runs, the manifest is read, and what the browser has is known."""

    models: tuple[ModelSpec, ...]
    engines: tuple[EngineInfo, ...]


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


@dataclass(frozen=True, slots=True)
class PaintFailed:
    job_id: int
    failure: Failure


@dataclass(frozen=True, slots=True)
class Failed:
    """Something outside a job failed: the manifest, a download, a wish that cannot be granted."""

    failure: Failure


Event = (
    Ready
    | PhotoArrived
    | PhotoOpened
    | PhotoRefused
    | Wished
    | PaintAsked
    | CancelAsked
    | StageReached
    | Painted
    | PaintFailed
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
    """End the engine's work on that job at once."""

    job_id: int


Effect = OpenPhoto | StartPainting | StopPainting
