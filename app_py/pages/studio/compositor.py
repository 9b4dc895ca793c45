"""The painting that is shown now, in the pixels of a canvas: a slider that moves costs one blend and nothing else."""

from functools import cached_property

from app_py.pages.studio.painting_store import FinishedPainting
from app_py.pages.studio.state import Adjustments
from app_py.photo.adjust import blend, keep_chroma
from app_py.photo.tensors import RgbaImage, to_rgba


class Compositor:
    def __init__(self, painting: FinishedPainting) -> None:
        self.painting = painting
        self.before = to_rgba(painting.source)
        """uint8 `(H, W, 4)`"""

    def after(self, adjustments: Adjustments) -> RgbaImage:
        """uint8 `(H, W, 4)`: the same pixels as `FinishedPainting.finished`."""
        painting = self._with_the_photos_colours if adjustments.keep_colours else self._painting
        return blend(self.before, painting, adjustments.strength_percent)

    @cached_property
    def _painting(self) -> RgbaImage:
        return to_rgba(self.painting.painting)

    @cached_property
    def _with_the_photos_colours(self) -> RgbaImage:
        return to_rgba(keep_chroma(self.painting.source, self.painting.painting))
