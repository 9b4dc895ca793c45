"""What was asked of a painting, and what became of it."""

from dataclasses import dataclass

from app_py.pages.studio.state import Failure, Progress
from app_py.photo.sizing import Size


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
class UndoAsked:
    pass


@dataclass(frozen=True, slots=True)
class RedoAsked:
    pass


PaintingEvent = (
    PaintAsked | LargeAsked | SmallerAsked | CancelAsked | StageReached | Painted | PaintFailed | UndoAsked | RedoAsked
)
