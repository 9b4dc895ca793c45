"""A chosen engine, and everything that was considered on the way."""

from dataclasses import dataclass, field
from typing import Protocol

from app_py.session import Session
from app_py.styles.manifest import FileSpec, ModelSpec


class ModelFiles(Protocol):
    """Where models and their references come from."""

    async def read(self, file: FileSpec) -> bytes:
        """The checked bytes of a file beside the manifest; `ModelError` where they cannot be had."""

    def zero_padded(self, spec: ModelSpec) -> ModelSpec | None:
        """The same style and width with zero padding, if there is one."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds: `start_s` is what trying further engines may add to a start when one is ready already, `background_s`
    how long a late one may go on beside the painting, `hang_s` when a test counts as hanging."""

    start_s: float = 1.2
    background_s: float = 6.0
    hang_s: float = 90.0


@dataclass(frozen=True)
class Assessment:
    """One engine in a choice. `status` is a verdict's ('right', 'wrong', 'crashed', 'late'), or 'unusable' (the device
    lacks what it needs), 'untried' (others are known to be faster) or 'unneeded' (a fast one was found before)."""

    provider: str
    spec: ModelSpec
    status: str
    why: str = ""
    predicted_ms: float = float("inf")
    session: Session | None = field(default=None, repr=False)

    @property
    def right(self) -> bool:
        return self.status == "right"


@dataclass(frozen=True)
class Choice:
    """The engine, the model (perhaps the zero-padded variant), and why: sentences for people and the whole table.

    `session` is open and warm if the engine was tested just now.
    """

    provider: str
    spec: ModelSpec
    predicted_ms: float
    reasons: tuple[str, ...]
    table: tuple[Assessment, ...]
    session: Session | None = field(default=None, repr=False)
