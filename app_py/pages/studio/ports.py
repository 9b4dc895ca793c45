"""What the studio asks of the page around it."""

from collections.abc import Callable
from typing import Protocol

from app_py.photo.open import NativeDecoder
from app_py.photo.tensors import RgbImage


class File(Protocol):
    """A file that a person chose."""

    async def read(self) -> bytes:
        """All of it. Raises `PhotoError` where the device does not give it."""


class Page(NativeDecoder, Protocol):
    """What the studio asks of the page; URLs are relative to the page's own."""

    def show(self, state: str) -> None:
        """Render a snapshot, given as JSON."""

    def draw(self, canvas: str, image: RgbImage) -> None:
        """Put uint8 `(H, W, 3)` pixels on the canvas of that id, which takes their size."""

    def give_file(self, name: str, mime: str, data: bytes, purpose: str = "download") -> None:
        """Offer a file: `purpose` is `download` or `share`."""

    async def fetch(self, url: str, on_progress: Callable[[int, int], None]) -> bytes:
        """The bytes at a URL of the page's own origin. Raises `AppError` with code `not-found` or `network`."""
