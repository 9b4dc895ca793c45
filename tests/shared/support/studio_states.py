"""States of the studio, by playing events."""

from app_py.engines.device import EngineInfo
from app_py.pages.studio import events
from app_py.pages.studio.effects import Effect, StartPainting
from app_py.pages.studio.state import State
from app_py.pages.studio.update import update
from app_py.photo.sizing import Size
from app_py.styles.manifest import FileSpec, ModelSpec

MODELS = tuple(
    ModelSpec(
        id=f"{style}-nc8",
        style=style,
        title=style.title(),
        width=8,
        padding="reflect",
        model=FileSpec(f"{style}-nc8.onnx", 10, "0" * 64),
        opset=7,
        licence="CC0-1.0",
        reference=None,
        preview=None,
    )
    for style in ("waves", "mosaic")
)
ENGINES = (EngineInfo("ort:wasm", True), EngineInfo("ort:webgpu", False, "This browser has no WebGPU."))
READY = events.Ready(MODELS, ENGINES)


def play(*happened: events.Event, state: State | None = None) -> tuple[State, list[Effect]]:
    """The state after the events, and every effect on the way."""
    state = state or State()
    effects: list[Effect] = []
    for event in happened:
        state, more = update(state, event)
        effects.extend(more)
    return state, effects


def with_photo() -> State:
    state, _ = play(READY, events.PhotoArrived(1, "cat.jpg"), events.PhotoOpened(1, Size(300, 451)))
    return state


def painting() -> State:
    state, effects = play(events.PaintAsked(), state=with_photo())
    assert isinstance(effects[-1], StartPainting)
    return state


def done() -> State:
    state, _ = play(events.Painted(1, "ort:wasm", 1234.0, Size(300, 451)), state=painting())
    return state


def paint_again(state: State, style: str) -> State:
    state, effects = play(events.SettingChanged("style", style), events.PaintAsked(), state=state)
    start = effects[-1]
    assert isinstance(start, StartPainting)
    return play(events.Painted(start.job.id, "ort:wasm", 5.0, start.job.size), state=state)[0]
