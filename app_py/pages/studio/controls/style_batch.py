"""The photo in every style: small paintings, on the cards of the gallery.

Each is seen whole, as its style is when it is chosen: a strength is found by eye for one style.
"""

from app_py.errors import Cancelled
from app_py.pages.studio import events
from app_py.pages.studio.controls.canvases import CanvasControl
from app_py.pages.studio.controls.context import Context
from app_py.pages.studio.controls.painting import ignore_stage
from app_py.pages.studio.failures import failure_of
from app_py.pages.studio.mixture import require_model
from app_py.pages.studio.state import Job, StyleBatch
from app_py.photo.decode import resize
from app_py.photo.sizing import Size, painted_size
from app_py.photo.tensors import RgbImage

TILE_PX = 160


class StyleBatchControl:
    def __init__(self, context: Context, canvases: CanvasControl) -> None:
        self._context = context
        self._canvases = canvases
        self._thumbnails: dict[str, RgbImage] = {}
        """The small paintings in the gallery, by model."""

    def show_preview(self, job: Job) -> None:
        """The small painting in the job's style stands for the large one."""
        self._canvases.show_in_place(self._thumbnails[job.paint_settings.style])

    async def paint(self, batch: StyleBatch) -> None:
        state = self._context.state
        if state.photo is None:
            return
        image = resize(self._context.photos[state.photo.id].image, thumbnail_size(state.photo.size))
        self._thumbnails = {}
        try:
            for model_id in batch.models:
                model = require_model(self._context.state, model_id)
                await self._context.library.read(model.model)
                engine = self._context.state.paint_settings.engine
                painting = await self._context.painter.paint_image(image, model, engine, ignore_stage)
                if self._context.state.batch is None or self._context.state.batch.id != batch.id:
                    return
                self._thumbnails[model_id] = painting.image
                self._context.page.draw(f"tile-{model_id}", self._thumbnails[model_id])
                self._context.dispatch(events.ThumbnailPainted(batch.id))
            self._context.dispatch(events.StyleBatchEnded(batch.id))
        except Cancelled:
            pass
        except Exception as error:
            self._context.dispatch(events.StyleBatchEnded(batch.id, failure_of(error)))


def thumbnail_size(photo: Size) -> Size:
    """The shorter side as it is seen in the gallery; of a panorama no more than twice that in all."""
    return painted_size(photo, min(2 * TILE_PX, round(TILE_PX * max(photo) / min(photo))))
