"""What comes of painting: the picture, or the fault that another engine answers."""

from collections.abc import Callable
from dataclasses import dataclass

from app_py.engines.choice import Choice
from app_py.engines.choice_reasons import name_of
from app_py.errors import EngineError
from app_py.i18n import sentence_case, tr
from app_py.photo.tensors import NchwTensor, RgbImage
from app_py.session import TOO_LARGE

Stage = Callable[[str, str, float], None]
"""Told the stage ('engine', 'paint'), the provider, and how many milliseconds it will probably take."""


@dataclass(frozen=True, slots=True)
class Painting:
    """A model's output, float32 `(1, 3, H, W)`, the engine that made it, and the milliseconds that the engine ran.

    `notes` are sentences for people about what went differently than asked; `choice` says why this engine.
    """

    output: NchwTensor
    engine: str
    run_ms: float
    choice: Choice
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PaintedImage:
    """A painted picture, uint8 `(H, W, 3)`, and the `source` of the same size that was painted.

    The source is smaller than the picture given where the engine could not hold that. The rest as in `Painting`.
    """

    source: RgbImage
    image: RgbImage
    engine: str
    run_ms: float
    choice: Choice
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """A fault while painting; `again` if the engine had failed before on this picture.

    An engine for which the picture is too large is not asked again for it, but for the next one.
    """

    provider: str
    error: EngineError
    again: bool

    @property
    def too_large(self) -> bool:
        return self.error.code == TOO_LARGE

    @property
    def sentence(self) -> str:
        engine = sentence_case(name_of(self.provider))
        if self.too_large:
            return tr("{engine}: {error} Another engine was used.", engine=engine, error=self.error)
        if self.again:
            return tr("{engine} failed again: {error} Another engine was used.", engine=engine, error=self.error)
        return tr("{engine} failed: {error} It was started again.", engine=engine, error=self.error)


def given_up(failures: "tuple[Failure, ...]") -> EngineError:
    """The error where nothing is left for this picture."""
    return EngineError(
        tr("No engine of this browser could paint this picture at this size. Choose a smaller size."),
        code=failures[-1].error.code,
        detail=" ".join(failure.sentence for failure in failures),
    )
