"""The painting that is shown now, in the pixels of a canvas: a slider that moves costs one blend and nothing else."""

from functools import cached_property

from app_py.picture.finish import blend, keep_chroma
from app_py.picture.tensors import RgbaImage, to_rgba
from app_py.studio.album import Leaf
from app_py.studio.state import Look


class Easel:
    def __init__(self, leaf: Leaf) -> None:
        self.leaf = leaf
        self.before = to_rgba(leaf.source)
        """uint8 `(H, W, 4)`"""

    def after(self, look: Look) -> RgbaImage:
        """uint8 `(H, W, 4)`: the same pixels as `Leaf.finished`."""
        painting = self._with_the_photos_colours if look.keep_colours else self._painting
        return blend(self.before, painting, look.strength_percent)

    @cached_property
    def _painting(self) -> RgbaImage:
        return to_rgba(self.leaf.painting)

    @cached_property
    def _with_the_photos_colours(self) -> RgbaImage:
        return to_rgba(keep_chroma(self.leaf.source, self.leaf.painting))
