"""What happened to several photos that were chosen together."""

from dataclasses import dataclass

from app_py.pages.studio.state import Failure


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


QueueEvent = QueuePhotoAdded | QueueAsked | QueuePhotoPainted | QueueEnded
