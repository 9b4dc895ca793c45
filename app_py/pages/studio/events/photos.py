"""What happened to the photo."""

from dataclasses import dataclass

from app_py.pages.studio.state import Failure
from app_py.photo.sizing import Size


@dataclass(frozen=True, slots=True)
class PhotoArrived:
    """The bytes of a new photo are there, under `token`."""

    token: int
    name: str


@dataclass(frozen=True, slots=True)
class PhotoOpened:
    token: int
    size: Size
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PhotoRefused:
    token: int
    failure: Failure


PhotoEvent = PhotoArrived | PhotoOpened | PhotoRefused
