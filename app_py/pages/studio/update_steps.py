"""Steps that several parts of the reducer share."""

from dataclasses import replace

from app_py.i18n import format_number, tr
from app_py.pages.studio.effects import Effect, ShowResult, StopPainting
from app_py.pages.studio.mixture import style_of
from app_py.pages.studio.sentences import short_name, stage_words
from app_py.pages.studio.state import SIZES_PX, Failure, Job, PaintSettings, PhotoInfo, State
from app_py.photo.sizing import painted_size
from app_py.session import FAULTS

Next = tuple[State, tuple[Effect, ...]]

NARROW_PX = 200
"""A panorama whose shorter side becomes less than this is painted smaller than one expects."""


def drop_work(state: State) -> Next:
    """End what the engine does now, a painting or a sheet; its late results will find no job to belong to."""
    if not state.is_busy:
        return state, ()
    shown = without_preview(state)
    return replace(state, job=None, batch=None, queue_run=None, progress=None), (StopPainting(), *shown)


def without_preview(state: State) -> tuple[Effect, ...]:
    """What is to be drawn again when a job ends whose preview took the place of a painting."""
    if state.job is None or not state.job.preview or state.result is None:
        return ()
    return (ShowResult(state.result, state.adjustments),)


def speak(state: State, sentence: str) -> State:
    return replace(state, sentence=sentence, failure=None)


def fail(state: State, failure: Failure) -> State:
    return replace(state, failure=failure, sentence=failure.sentence, progress=None)


def with_offer(failure: Failure, job: Job) -> Failure:
    """The failure of a painting; where the engine gave in, a smaller picture may be within its strength."""
    if failure.code not in FAULTS:
        return failure
    return replace(failure, smaller_px=max((px for px in SIZES_PX if px < max(job.size)), default=None))


def photo_sentence(photo: PhotoInfo, settings: PaintSettings) -> str:
    """What the photo is, what had to be done to open it, what a long one will become, and what comes next."""
    size = {"width": photo.size.width, "height": photo.size.height}
    painted = painted_size(photo.size, settings.longest_px)
    becomes: tuple[str, ...] = ()
    if min(painted) < NARROW_PX and painted != photo.size:
        becomes = (tr("Painted, it will be {width} × {height}.", width=painted.width, height=painted.height),)
    opened = tr("{name}, {width} × {height}.", name=short_name(photo.name), **size)
    return " ".join((opened, *photo.notes, *becomes, tr("Choose a style.")))


def stage_sentence(state: State, job: Job) -> str:
    model = style_of(state, job.paint_settings)
    return stage_words(
        job.stage,
        title=model.title if model else job.paint_settings.style,
        megabytes=format_number(f"{model.model.bytes / 1e6 if model else 0:.1f}"),
        width=job.size.width,
        height=job.size.height,
    )
