"""Several photos chosen together: painted one after the other, and given out as files."""

from app_py.errors import Cancelled
from app_py.i18n import tr
from app_py.pages.studio import events
from app_py.pages.studio.controls.context import Context
from app_py.pages.studio.controls.painting import PaintingControl, ignore_stage
from app_py.pages.studio.controls.photos import PhotoControl
from app_py.pages.studio.controls.style_batch import thumbnail_size
from app_py.pages.studio.failures import failure_of
from app_py.pages.studio.mixture import percent_to_blend, require_style
from app_py.pages.studio.painting_files import PictureFile, picture_file
from app_py.pages.studio.photo_queue import PhotoQueue, zip_of
from app_py.pages.studio.ports import File
from app_py.pages.studio.state import Adjustments, PaintSettings, QueueRun
from app_py.photo.adjust import finish
from app_py.photo.decode import resize
from app_py.photo.open import open_photo
from app_py.photo.sizing import Size, painted_size


class QueueControl:
    def __init__(self, context: Context, photos: PhotoControl, painting: PaintingControl) -> None:
        self._context = context
        self._photos = photos
        self._painting = painting
        self._queue = PhotoQueue()

    def add(self, number: int, name: str, file: File, *, first: bool) -> None:
        """The first of a new choice is opened, too."""
        self._queue.put(number, file, first=first)
        self._context.dispatch(events.QueuePhotoAdded(number, name, first))
        if first:
            self._photos.take_file(name, file)

    def open(self, number: int, name: str) -> None:
        self._photos.take_file(name, self._queue[number])

    async def paint(self, run: QueueRun, settings: PaintSettings, adjustments: Adjustments) -> None:
        names = {photo.number: photo.name for photo in self._context.state.queue}
        self._queue.forget_paintings(run.numbers)
        for number in run.numbers:
            failure = None
            try:
                await self._paint_one(number, names[number], settings, adjustments)
            except Cancelled:
                return
            except Exception as error:
                failure = failure_of(error)
            present = self._context.state.queue_run
            if present is None or present.id != run.id:
                return
            self._context.dispatch(events.QueuePhotoPainted(run.id, number, failure))
        self._context.dispatch(events.QueueEnded(run.id))

    def save(self, form: str) -> None:
        """All paintings, as one `zip` or as `files`."""
        files = tuple(self._queue.paintings())
        if form == "zip":
            files = (PictureFile(f"{tr('paintings')}.zip", "application/zip", zip_of(files)),)
        for file in files:
            self._context.page.give_file(file.name, file.mime, file.data, "download")
        self._context.dispatch(events.Saved(None))

    async def _paint_one(self, number: int, name: str, settings: PaintSettings, adjustments: Adjustments) -> None:
        photo = await open_photo(await self._queue[number].read(), self._context.page)
        style = require_style(self._context.state, settings)
        source = resize(photo.image, painted_size(photo.size, settings.longest_px))
        await self._context.library.read(style.model)
        style = await self._painting.with_strength(style, None, photo.image, settings)
        painting = await self._context.painter.paint_image(source, style, settings.engine, ignore_stage)
        image = finish(painting.source, painting.image, percent_to_blend(style, adjustments), adjustments.keep_colours)
        self._queue.finish(number, picture_file(image, name, style.style, self._context.state.saving))
        small = resize(image, thumbnail_size(Size(*image.shape[:2])))
        self._context.page.draw(f"queue-{number}", small)
