"""The pixels of this visit's finished paintings, by the number of the job that made them."""

from collections.abc import Iterable
from dataclasses import dataclass

from app_py.picture.finish import finish
from app_py.picture.photo import Photo
from app_py.picture.tensors import RgbImage
from app_py.studio.state import Look


@dataclass(frozen=True, slots=True)
class Leaf:
    """A painting with what it was made from.

    `photo` is the whole photo, `source` the photo at the painting's size, `painting` what the network made of it; both
    are uint8 `(H, W, 3)`.
    """

    photo: Photo
    source: RgbImage
    painting: RgbImage

    def finished(self, look: Look) -> RgbImage:
        """The painting as that look shows it, uint8 `(H, W, 3)`."""
        return finish(self.source, self.painting, look.strength_percent, look.keep_colours)


class Album:
    def __init__(self) -> None:
        self._leaves: dict[int, Leaf] = {}

    def add(self, job_id: int, leaf: Leaf) -> None:
        self._leaves[job_id] = leaf

    def __getitem__(self, job_id: int) -> Leaf:
        return self._leaves[job_id]

    def keep_only(self, job_ids: Iterable[int]) -> None:
        """Free the pixels of all others."""
        kept = set(job_ids)
        self._leaves = {job_id: leaf for job_id, leaf in self._leaves.items() if job_id in kept}
