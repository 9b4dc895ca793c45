"""Picture files -> RGB pictures and tensors, for training."""

import warnings
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps

from build.common.errors import BuildError

SMALLEST_PAINTING_PX = 200

# What opening or decoding a file that is no picture, or too large a one, raises.
UNREADABLE = (OSError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning)


def open_rgb(path: Path, *, enough_px: int | None = None) -> Image.Image:
    """The upright RGB picture in a file; of a JPEG, only as much as a short side of `enough_px` needs is decoded.

    Raises one of `UNREADABLE` where the file is no readable picture.
    """
    with warnings.catch_warnings(), Image.open(path) as image:
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        if enough_px is not None:
            image.draft("RGB", (enough_px, enough_px))
        try:
            return ImageOps.exif_transpose(image).convert("RGB")
        except (SyntaxError, Image.DecompressionBombWarning) as error:
            raise OSError(str(error)) from error


def shrink(image: Image.Image, short_px: int) -> Image.Image:
    """`image` with its short side at most `short_px`."""
    return image if min(image.size) <= short_px else scale_to(image, short_px)


def scale_to(image: Image.Image, short_px: int) -> Image.Image:
    """`image` with its short side exactly `short_px`."""
    factor = short_px / min(image.size)
    size = (max(short_px, round(image.width * factor)), max(short_px, round(image.height * factor)))
    return image.resize(size, Image.Resampling.LANCZOS)


def to_tensor(image: Image.Image) -> torch.Tensor:
    """RGB picture -> float32 `[1,3,H,W]`, 0..255."""
    return torch.from_numpy(np.array(image)).permute(2, 0, 1)[None].float()


def to_image(tensor: torch.Tensor) -> Image.Image:
    """`[1,3,H,W]`, 0..255, unclamped -> RGB picture."""
    pixels = tensor[0].clamp(0, 255).round().byte().permute(1, 2, 0).cpu().numpy()
    return Image.fromarray(pixels)


def load_painting(path: Path, short_px: int, trim: float) -> torch.Tensor:
    """The painting as float32 `[1,3,H,W]`, 0..255, its short side `short_px` after `trim` of each side is cut off.

    The margin of a scan often shows canvas or frame; a network trained on it paints a frame of that colour round
    every picture. Raises `BuildError` for a file that cannot be read or is too small to teach anything.
    """
    try:
        image = open_rgb(path)
    except FileNotFoundError:
        raise BuildError(f"the painting {path} does not exist") from None
    except UNREADABLE as error:
        raise BuildError(
            f"the painting {path.name} is not a readable picture ({error}); use a JPEG, PNG or WebP file"
        ) from error
    if min(image.size) < SMALLEST_PAINTING_PX:
        raise BuildError(
            f"the painting {path.name} is {image.width}x{image.height} px; its short side must be at least"
            f" {SMALLEST_PAINTING_PX} px to show brush strokes (512 or more is best)"
        )
    left, top = round(image.width * trim), round(image.height * trim)
    return to_tensor(scale_to(image.crop((left, top, image.width - left, image.height - top)), short_px))
