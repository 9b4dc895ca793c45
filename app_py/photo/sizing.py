"""How large a painting gets. Pure arithmetic on (height, width) in pixels."""

from typing import NamedTuple

from app_py.errors import PhotoError
from app_py.i18n import tr

STRIDE = 4
"""The network halves its input twice, so its sides are multiples of four."""

MIN_MODEL_SIDE_PX = 8
"""Below this, reflection padding would need more pixels than the picture has."""

MIN_PHOTO_SIDE_PX = 8
MAX_PHOTO_PIXELS = 100_000_000
MAX_PAINTED_PIXELS = 50_000_000
"""The most that is painted at all, in strips; the network's own tensors would not fit 32 bits of addresses beyond."""

MAX_WHOLE_PIXELS = 2048 * 2048
"""The most that an engine paints which holds whole tensors: more does not fit the memory of a browser tab."""


class Size(NamedTuple):
    """A picture's height and width in pixels, in numpy's order."""

    height: int
    width: int

    @property
    def pixels(self) -> int:
        return self.height * self.width

    def __str__(self) -> str:
        return f"{self.width}×{self.height}"


def check_photo(size: Size) -> None:
    """Refuse pictures that are too small to paint or too large to open.

    Raises:
        PhotoError: `photo-too-small` or `photo-too-large`.
    """
    if min(size) < MIN_PHOTO_SIDE_PX:
        raise PhotoError(
            tr(
                "This picture is {size} pixels, too small to paint: both sides need at least {least}. "
                "Choose a larger one.",
                size=size,
                least=MIN_PHOTO_SIDE_PX,
            ),
            code="photo-too-small",
        )
    if size.pixels > MAX_PHOTO_PIXELS:
        raise PhotoError(
            tr(
                "This picture has {megapixels} megapixels; this page opens up to {most}. Choose a smaller one.",
                megapixels=f"{size.pixels / 1e6:.0f}",
                most=f"{MAX_PHOTO_PIXELS / 1e6:.0f}",
            ),
            code="photo-too-large",
        )


def painted_size(photo: Size, longest_px: int | None, max_pixels: int = MAX_PAINTED_PIXELS) -> Size:
    """The size at which a photo is painted; pictures are reduced, never enlarged.

    Args:
        photo: the photo's own size.
        longest_px: the longest side asked for, or None for the photo's own size.
        max_pixels: the most pixels that this device paints.

    >>> painted_size(Size(1080, 1920), 512)
    Size(height=288, width=512)
    >>> painted_size(Size(300, 200), 512)
    Size(height=300, width=200)
    """
    scale = 1.0 if longest_px is None else min(1.0, longest_px / max(photo))
    scale = min(scale, (max_pixels / photo.pixels) ** 0.5)
    if scale == 1.0:
        return photo
    # Truncation keeps height * width within max_pixels; a longest side asked for is hit exactly.
    by_limit = longest_px is None or scale < longest_px / max(photo)
    as_int = int if by_limit else round
    return Size(max(1, as_int(photo.height * scale)), max(1, as_int(photo.width * scale)))


def model_size(size: Size) -> Size:
    """The size the network sees: sides rounded up to a multiple of four, at least eight.

    >>> model_size(Size(97, 64))
    Size(height=100, width=64)
    """
    return Size(*(max(MIN_MODEL_SIDE_PX, -(-side // STRIDE) * STRIDE) for side in size))
