"""The painting that is shown now, as the look makes it: a slider that moves costs one blend and nothing else."""

from functools import cached_property

from app_py.pages.studio.painting_store import FinishedPainting
from app_py.pages.studio.state import Adjustments
from app_py.photo.adjust import blend, keep_chroma
from app_py.photo.tensors import RgbImage


class Compositor:
    def __init__(self, painting: FinishedPainting) -> None:
        self.painting = painting

    def after(self, adjustments: Adjustments) -> RgbImage:
        """uint8 `(H, W, 3)`: the same pixels as `FinishedPainting.finished`."""
        painting = self._with_the_photos_colours if adjustments.keep_colours else self.painting.painting
        return blend(self.painting.source, painting, adjustments.strength_percent)

    @cached_property
    def _with_the_photos_colours(self) -> RgbImage:
        return keep_chroma(self.painting.source, self.painting.painting)
