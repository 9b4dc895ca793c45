"""The two canvases of the stage: the photo, and the painting of it as strength and colours make it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from app_py.pages.studio.compositor import Compositor
from app_py.pages.studio.controls.context import Context
from app_py.pages.studio.effects import Effect, ShowPhoto, ShowResult
from app_py.pages.studio.mixture import percent_to_blend
from app_py.pages.studio.state import Adjustments, PhotoInfo, Result
from app_py.photo.decode import resize
from app_py.photo.sizing import Size, painted_size
from app_py.photo.tensors import RgbImage

PREVIEW_PX = 1024


class CanvasControl:
    def __init__(self, context: Context) -> None:
        self._context = context
        self._compositor: Compositor | None = None
        self._drawn_photo: tuple[int, Size] | None = None
        """The photo on its canvas, and in which size."""
        self._to_show: ShowResult | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether there is something to draw that is not drawn yet."""
        return self._to_show is not None

    def draw_first(self, effects: Sequence[Effect]) -> tuple[Effect, ...]:
        """Whoever reads that a painting is done finds it on the canvas; returns what is left to do."""
        for effect in effects:
            if isinstance(effect, ShowPhoto):
                self.draw_photo(effect.photo)
            if isinstance(effect, ShowResult):
                self._to_show = None
                self._draw(effect)
        return tuple(effect for effect in effects if not isinstance(effect, ShowPhoto | ShowResult))

    def show_soon(self, asked: ShowResult) -> None:
        """Draw after the messages that wait now: of a slider's many steps only the last is worth the work."""
        waiting, self._to_show = self._to_show, asked
        if waiting is None:
            self._context.tasks.spawn(self._show_latest())

    def show_in_place(self, image: RgbImage) -> None:
        """Something that stands for the painting until that is there."""
        self._context.page.draw("result", image)

    def draw_photo(self, info: PhotoInfo, least: Size | None = None) -> None:
        """The photo on its own canvas, no coarser than the painting (`least`) that is compared with it."""
        size = painted_size(info.size, PREVIEW_PX)
        if least is not None and least.pixels > size.pixels:
            size = least
        if self._drawn_photo == (info.id, size):
            return
        self._drawn_photo = (info.id, size)
        self._context.page.draw("before", resize(self._context.photos[info.id].image, size))

    def finished(self, result: Result) -> RgbImage:
        """A painting as it is seen, uint8 `(H, W, 3)`."""
        blend = self._blend_of(result, self._context.state.adjustments)
        return self._context.paintings[result.job.id].finished(blend)

    async def _show_latest(self) -> None:
        await asyncio.sleep(0)
        asked, self._to_show = self._to_show, None
        if asked is not None:
            self._draw(asked)

    def _draw(self, asked: ShowResult) -> None:
        painting = self._context.paintings[asked.result.job.id]
        if self._compositor is None or self._compositor.painting is not painting:
            self._compositor = Compositor(painting)
        self.draw_photo(asked.result.job.photo, asked.result.size)
        self._context.page.draw("result", self._compositor.after(self._blend_of(asked.result, asked.adjustments)))

    def _blend_of(self, result: Result, adjustments: Adjustments) -> Adjustments:
        """What is left to do with the pixels: a strength that was painted is not blended again."""
        style = self._context.state.model(result.job.paint_settings.style)
        return replace(adjustments, strength_percent=percent_to_blend(style, adjustments)) if style else adjustments
