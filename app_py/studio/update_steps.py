"""Steps that several parts of the reducer share."""

from dataclasses import replace

from app_py.picture.sizing import painted_size
from app_py.studio.events import Effect, StopPainting
from app_py.studio.state import Failure, Job, PhotoInfo, Result, State
from app_py.studio.words import say

Next = tuple[State, tuple[Effect, ...]]


def drop_work(state: State) -> Next:
    """End what the engine does now, a painting or a sheet; its late results will find no job to belong to."""
    if state.job is None and state.sheet is None:
        return state, ()
    return replace(state, job=None, sheet=None, progress=None), (StopPainting(),)


def speak(state: State, sentence: str) -> State:
    return replace(state, sentence=sentence, failure=None)


def fail(state: State, failure: Failure) -> State:
    return replace(state, failure=failure, sentence=failure.sentence, progress=None)


def photo_sentence(photo: PhotoInfo) -> str:
    return say("photo-ready", name=photo.name, width=photo.size.width, height=photo.size.height)


def stage_sentence(state: State, job: Job) -> str:
    model = state.model(job.wish.style)
    return say(
        f"stage-{job.stage}",
        title=model.title if model else job.wish.style,
        engine=say(f"engine-{job.engine}") if job.engine else "",
        width=job.size.width,
        height=job.size.height,
    )


def result_sentence(result: Result) -> str:
    asked = painted_size(result.job.photo.size, result.job.wish.longest_px, max_pixels=result.job.photo.size.pixels)
    sentence = say(
        "done" if asked == result.size else "done-reduced",
        seconds=f"{result.run_ms / 1000:.1f}",
        engine=say(f"engine-{result.engine}"),
        width=result.size.width,
        height=result.size.height,
    )
    return " ".join((sentence, *result.notes))
