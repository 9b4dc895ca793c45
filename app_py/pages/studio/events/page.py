"""What happened to the page as a whole, and what was said of it."""

from dataclasses import dataclass

from app_py.engines.device import EngineInfo
from app_py.pages.studio.state import NOTHING_REMEMBERED, Failure, Remembered
from app_py.styles.manifest import ModelSpec


@dataclass(frozen=True, slots=True)
class Ready:
    """Python runs, the manifest is read, and what the browser has is known."""

    models: tuple[ModelSpec, ...]
    engines: tuple[EngineInfo, ...]
    remembered: Remembered = NOTHING_REMEMBERED
    first_visit: bool = False
    kept: int | None = None


@dataclass(frozen=True, slots=True)
class Welcomed:
    """The welcome of the first visit was read."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Something outside a job failed: the manifest, a download, a wish that cannot be granted."""

    failure: Failure


@dataclass(frozen=True, slots=True)
class Copied:
    """The painting is in the clipboard."""


PageEvent = Ready | Welcomed | Failed | Copied
