"""One style judged on a set of photos."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from build.common.errors import BuildError
from build.evaluate.independent_network import Observer, View, content_loss, style_loss
from build.evaluate.measures import TILE_PX, checkerboard, cpu_ms, shift_change
from build.evaluate.subject import Subject
from build.training.pictures import UNREADABLE, open_rgb, to_image, to_tensor

SIDE_MULTIPLE = 4
TIMED_PX = 256


@dataclass(frozen=True)
class Photo:
    """A photo to judge on, its sides multiples of 4."""

    name: str
    image: Image.Image


@dataclass(frozen=True)
class Verdict:
    """The means over all photos.

    `style` is None where the painting is not at hand; `recognised` counts the photos whose painted picture the observer
    takes for this painting rather than for another of those at hand.
    """

    model_id: str
    own: bool
    content: float
    style: float | None
    recognised: int | None
    photos: int
    checkerboard: float
    shift: float
    cpu_ms: float
    size: int
    painted: tuple[Image.Image, ...]


def load_photos(folder: Path, longest_px: int) -> list[Photo]:
    """Every picture in `folder`, its longest side `longest_px`; `BuildError` where there is none."""
    photos = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        try:
            image = open_rgb(path)
        except UNREADABLE:
            continue
        factor = longest_px / max(image.size)
        width, height = (max(1, round(side * factor / SIDE_MULTIPLE)) * SIDE_MULTIPLE for side in image.size)
        if min(width, height) >= TILE_PX:
            photos.append(Photo(path.stem, image.resize((width, height), Image.Resampling.LANCZOS)))
    if not photos:
        raise BuildError(f"{folder} holds no picture to judge on; name a folder of photos with --photos")
    return photos


def judge(subject: Subject, photos: Sequence[Photo], observer: Observer, paintings: Mapping[str, View]) -> Verdict:
    """Paint every photo in the style and measure the results. `paintings` holds a view of each style's."""
    network = subject.network
    painting = paintings.get(subject.style)
    contents, styles, boards, shifts, recognised, pictures = [], [], [], [], 0, []
    for photo in photos:
        tensor = to_tensor(photo.image)
        picture = to_image(network(tensor).detach())
        before, after = observer.look(photo.image), observer.look(picture)
        contents.append(content_loss(before, after))
        if painting is not None:
            styles.append(style_loss(painting, before, after))
            nearest = min(paintings, key=lambda style: style_loss(paintings[style], before, after))
            recognised += nearest == subject.style
        boards.append(checkerboard(np.asarray(picture)))
        shifts.append(shift_change(network, tensor))
        pictures.append(picture)
    return Verdict(
        model_id=subject.id,
        own=subject.own,
        content=float(np.mean(contents)),
        style=float(np.mean(styles)) if styles else None,
        recognised=recognised if painting is not None else None,
        photos=len(photos),
        checkerboard=float(np.mean(boards)),
        shift=float(np.mean(shifts)),
        cpu_ms=cpu_ms(network, TIMED_PX),
        size=subject.size,
        painted=tuple(pictures),
    )
