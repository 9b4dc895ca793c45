"""The state as the view needs it: plain JSON data, every word already chosen."""

from dataclasses import asdict
from typing import Any

from app_py.engines.device import EngineInfo
from app_py.i18n import tr
from app_py.pages.studio.sentences import engine_name
from app_py.pages.studio.state import AUTO, ORIGINAL, SIZES_PX, Live, Progress, State
from app_py.pages.studio.update_session import is_unsaved
from app_py.photo.sizing import painted_size


def snapshot(state: State) -> dict[str, Any]:
    """What the page shows now.

    `state` is one of `loading`, `ready`, `running`, `done`, `error`; `progress` is `{done, total, unit}` or None, where
    a total of 0 means that the end is not known.
    """
    result = state.result
    return {
        "state": _phase(state),
        "status": state.sentence,
        "error": state.failure.code if state.failure else None,
        "offer": _offer(state),
        "progress": _progress(state),
        "style": state.paint_settings.style,
        "speed": state.speed,
        "mix": [list(part) for part in state.paint_settings.mix],
        "engine": state.paint_settings.engine,
        "size": state.paint_settings.size,
        "engines": [_engine(info) for info in (EngineInfo(AUTO, usable=True), *state.engines)],
        "sizes": [*map(str, SIZES_PX), ORIGINAL],
        "photo": state.photo.id if state.photo else None,
        "canRun": (state.photo is not None or state.opening is not None) and state.job is None,
        "canCancel": state.is_busy or state.live is not None or state.paint_when_open or bool(state.on_trial),
        "canUndo": len(state.past) > 1,
        "canRedo": bool(state.future),
        "canTryAll": state.photo is not None and state.opening is None and state.batch is None,
        "queue": [{"number": photo.number, "name": photo.name, "state": photo.state} for photo in state.queue],
        "canPaintQueue": bool(state.queue) and state.queue_run is None,
        "canSaveQueue": any(photo.state == "done" for photo in state.queue) and state.queue_run is None,
        "live": None if state.live is None else _live(state.live),
        "steady": state.steady,
        "kept": state.kept,
        "canRestore": state.kept is not None and state.photo is None and state.opening is None,
        "unsaved": is_unsaved(state),
        "welcome": state.welcome and state.photo is None and state.opening is None,
        "strength": state.adjustments.strength_percent,
        "keepColours": state.adjustments.keep_colours,
        "format": state.saving.format,
        "quality": state.saving.quality,
        "ownModels": [{"id": model.id, "title": model.title} for model in map(state.model, state.own_models) if model],
        "tiles": list(state.thumbnails.models)
        if state.thumbnails and state.photo and state.thumbnails.photo == state.photo.id
        else [],
        "canDownload": result is not None and state.job is None and state.opening is None,
        "large": _large(state),
        "preview": state.job is not None and state.job.preview,
        "result": None
        if result is None
        else {
            "engine": result.engine,
            "runMs": round(result.run_ms, 1),
            "width": result.size.width,
            "height": result.size.height,
            "style": result.job.paint_settings.style,
            "reasons": list(result.reasons),
        },
    }


def _live(live: Live) -> dict[str, Any]:
    size = live.size or live.camera
    return {"id": live.id, "open": live.open, "fps": live.fps, "width": size.width, "height": size.height}


def _progress(state: State) -> dict[str, Any] | None:
    if state.opening is not None:
        return asdict(Progress(0, 0))
    return asdict(state.progress) if state.progress else None


def _large(state: State) -> str | None:
    """What painting at the photo's own size would bring and take; None where the painting on show is as large."""
    result = state.result
    if result is None or state.opening is not None:
        return None
    size = painted_size(result.job.photo.size, None)
    if size.pixels <= result.size.pixels:
        return None
    seconds = max(1, round(result.run_ms / 1000 * size.pixels / result.size.pixels))
    return tr(
        "The painting will be {width} × {height} pixels, which takes about {seconds} s on this device.",
        width=size.width,
        height=size.height,
        seconds=seconds,
    )


def _offer(state: State) -> str | None:
    """The words of the button beside an error that a smaller size may avoid."""
    smaller_px = state.failure.smaller_px if state.failure else None
    return None if smaller_px is None else tr("Paint at {size} px", size=smaller_px)


def _phase(state: State) -> str:
    if state.failure is not None:
        return "error"
    if not state.ready:
        return "loading"
    if state.live is not None:
        return "live" if state.live.open else "running"
    if state.is_busy or state.paint_when_open or state.on_trial:
        return "running"
    shows_result = (
        state.result is not None and state.opening is None and state.result.job.paint_settings == state.paint_settings
    )
    return "done" if shows_result else "ready"


def _engine(info: EngineInfo) -> dict[str, Any]:
    return {"id": info.id, "label": engine_name(info.id), "usable": info.usable, "why": info.why}
