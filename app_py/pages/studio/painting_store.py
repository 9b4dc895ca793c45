"""The pixels of this visit's finished paintings, by the number of the job that made them."""

from collections.abc import Iterable
from dataclasses import dataclass

from app_py.pages.studio.state import Adjustments
from app_py.photo.adjust import finish
from app_py.photo.decode import Photo
from app_py.photo.tensors import RgbImage


@dataclass(frozen=True, slots=True)
class FinishedPainting:
    """A painting with what it was made from.

    `photo` is the whole photo, `source` the photo at the painting's size, `painting` what the network made of it; both
    are uint8 `(H, W, 3)`.
    """

    photo: Photo
    source: RgbImage
    painting: RgbImage

    def finished(self, adjustments: Adjustments) -> RgbImage:
        """The painting as that look shows it, uint8 `(H, W, 3)`."""
        return finish(self.source, self.painting, adjustments.strength_percent, adjustments.keep_colours)


class PaintingStore:
    def __init__(self) -> None:
        self._leaves: dict[int, FinishedPainting] = {}

    def add(self, job_id: int, painting: FinishedPainting) -> None:
        self._leaves[job_id] = painting

    def __getitem__(self, job_id: int) -> FinishedPainting:
        return self._leaves[job_id]

    def keep_only(self, job_ids: Iterable[int]) -> None:
        """Free the pixels of all others."""
        kept = set(job_ids)
        self._leaves = {job_id: painting for job_id, painting in self._leaves.items() if job_id in kept}
