"""What happened to work that is not to be lost."""

from dataclasses import dataclass

from app_py.pages.studio.state import PhotoInfo, Result


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


SessionEvent = SessionKept | SessionRestored | Saved
