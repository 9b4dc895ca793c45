"""What happened to the photo in every style: the contact sheet."""

from dataclasses import dataclass

from app_py.pages.studio.state import Failure


@dataclass(frozen=True, slots=True)
class StyleBatchAsked:
    """The photo in each of these models, please."""

    models: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ThumbnailPainted:
    sheet_id: int


@dataclass(frozen=True, slots=True)
class StyleBatchEnded:
    sheet_id: int
    failure: Failure | None = None


StyleBatchEvent = StyleBatchAsked | ThumbnailPainted | StyleBatchEnded
