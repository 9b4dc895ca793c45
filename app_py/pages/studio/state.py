"""The page's state: one frozen value. It changes only in `update`; of pixels it knows only numbers."""

from dataclasses import dataclass, field
from typing import Literal

from app_py.engines.device import EngineInfo
from app_py.i18n import tr
from app_py.photo.sizing import Size, painted_size
from app_py.styles.manifest import ModelSpec
from app_py.styles.speeds import FINE

SIZES_PX = (128, 256, 384, 512, 768, 1024)
ORIGINAL = "original"
AUTO = "auto"


@dataclass(frozen=True, slots=True)
class PhotoInfo:
    id: int
    name: str
    size: Size
    notes: tuple[str, ...] = ()
    """What had to be done to open it, in words."""


@dataclass(frozen=True, slots=True)
class PaintSettings:
    """What a person asked for: a model id, an engine id or `auto`, a longest side in pixels or `original`."""

    style: str = ""
    engine: str = AUTO
    size: str = "512"
    mix: tuple[tuple[str, int], ...] = ()
    """Styles of one network and their weights in percent, painted instead of `style` alone."""
    strength_percent: int = 100
    """How much of the style, where that is a mixture with the photo's own."""

    @property
    def longest_px(self) -> int | None:
        return None if self.size == ORIGINAL else int(self.size)


@dataclass(frozen=True, slots=True)
class Adjustments:
    """What is done to a painting after the network: `app_py.photo.adjust` says how."""

    strength_percent: int = 100
    keep_colours: bool = False


@dataclass(frozen=True, slots=True)
class Saving:
    """How a painting is saved; `quality` is 1..100, for JPEG and WebP."""

    format: str = "png"
    quality: int = 92


@dataclass(frozen=True, slots=True)
class Remembered:
    """The settings of the last visit, and the person's own models that were kept."""

    paint_settings: PaintSettings = PaintSettings()
    adjustments: Adjustments = Adjustments()
    saving: Saving = Saving()
    own_models: tuple[str, ...] = ()
    speed: str = FINE
    steady: bool = True


NOTHING_REMEMBERED = Remembered()


@dataclass(frozen=True, slots=True)
class StyleBatch:
    """The photo in every style, under way: which models, and how many are done."""

    id: int
    models: tuple[str, ...]
    done: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """A painting under way: what was asked when it began, so that a later wish cannot be mixed in."""

    id: int
    photo: PhotoInfo
    paint_settings: PaintSettings
    stage: str = "prepare"
    engine: str = ""
    preview: bool = False
    """Whether a small painting in the same style is shown until this one is there."""
    for_file: bool = False
    """Whether it is painted to be saved, and not to be shown."""

    @property
    def size(self) -> Size:
        return painted_size(self.photo.size, self.paint_settings.longest_px)


@dataclass(frozen=True, slots=True)
class Result:
    job: Job
    engine: str
    run_ms: float
    size: Size
    notes: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scene:
    """What the stage shows: a photo, or the painting that was made of it."""

    photo: PhotoInfo
    result: Result | None = None


@dataclass(frozen=True, slots=True)
class Thumbnails:
    """The small paintings in the gallery: of which photo (its id), in which models."""

    photo: int
    models: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QueuedPhoto:
    """One of several photos chosen together; `state` is `waiting`, `done` or `failed`."""

    number: int
    name: str
    state: str = "waiting"


@dataclass(frozen=True, slots=True)
class QueueRun:
    """Several photos under way: which, and how many are done."""

    id: int
    numbers: tuple[int, ...]
    done: int = 0


@dataclass(frozen=True, slots=True)
class Failure:
    code: str
    sentence: str
    smaller_px: int | None = None
    """The longest side at which painting may succeed instead, to be offered beside the sentence."""


@dataclass(frozen=True, slots=True)
class Live:
    """The live camera. `id` numbers the connection between page and engine: another style or engine is another one.

    `camera` is the size of its pictures, `size` that of the paintings, known like `engine` when it is `open`;
    `longest_px` is the longest side that was chosen while it runs, None where it follows the device.
    """

    id: int
    camera: Size
    open: bool = False
    engine: str = ""
    size: Size | None = None
    fps: float = 0.0
    longest_px: int | None = None
    video: bool = False
    """Whether it is no camera but a video file, every picture of which is painted, in one size."""


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total`, in bytes or in whatever is counted; a total of 0 means that the end is not known."""

    done: float
    total: float
    unit: Literal["bytes", ""] = ""


@dataclass(frozen=True, slots=True)
class State:
    ready: bool = False
    models: tuple[ModelSpec, ...] = ()
    engines: tuple[EngineInfo, ...] = ()
    paint_settings: PaintSettings = PaintSettings()
    speed: str = FINE
    """`fast` or `fine`, for styles that come in both."""
    opening: int | None = None
    opening_name: str = ""
    paint_when_open: bool = False
    job: Job | None = None
    past: tuple[Scene, ...] = ()
    """What was on show in this visit and can be again; the last one is."""
    future: tuple[Scene, ...] = ()
    """What was undone, the next to redo last."""
    adjustments: Adjustments = Adjustments()
    saving: Saving = Saving()
    batch: StyleBatch | None = None
    thumbnails: Thumbnails | None = None
    queue: tuple[QueuedPhoto, ...] = ()
    queue_run: QueueRun | None = None
    queue_settings: tuple[PaintSettings, Adjustments] | None = None
    """By which the paintings of the queue were made."""
    kept: int | None = None
    """Of how many paintings this browser keeps, with their photo, for a later visit; None if it keeps nothing."""
    saved_job: int | None = None
    """The painting that was saved last."""
    queue_saved: bool = True
    welcome: bool = False
    own_models: tuple[str, ...] = ()
    live: Live | None = None
    steady: bool = True
    """Whether flicker is taken out of what moves."""
    on_trial: str = ""
    """The name of a person's model that is being tried."""
    failure: Failure | None = None
    sentence: str = field(default_factory=lambda: tr("Getting ready. You can already choose a photo and a style."))
    progress: Progress | None = None
    last_id: int = 0

    @property
    def is_busy(self) -> bool:
        """Whether an engine works: at a painting, at every style, or at several photos."""
        return self.job is not None or self.batch is not None or self.queue_run is not None

    @property
    def scene(self) -> Scene | None:
        return self.past[-1] if self.past else None

    @property
    def photo(self) -> PhotoInfo | None:
        """The photo on show, bare or beside its painting."""
        return self.scene.photo if self.scene else None

    @property
    def result(self) -> Result | None:
        """The painting on show."""
        return self.scene.result if self.scene else None

    def model(self, model_id: str) -> ModelSpec | None:
        return next((model for model in self.models if model.id == model_id), None)
