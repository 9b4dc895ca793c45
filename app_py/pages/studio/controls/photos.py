"""Photos: they arrive, are opened, turned and cut."""

from collections.abc import Callable

from app_py.errors import AppError
from app_py.pages.studio import events
from app_py.pages.studio.controls.context import Context
from app_py.pages.studio.failures import failure_of
from app_py.pages.studio.ports import File
from app_py.pages.studio.sentences import photo_notes
from app_py.photo.edit import Box
from app_py.photo.sizing import painted_size


class PhotoControl:
    def __init__(self, context: Context) -> None:
        self._context = context
        self._photos = context.photos

    def take_file(self, name: str, file: File) -> None:
        self._arrive(name, self._photos.put_file(file))

    def take_address(self, name: str, url: str) -> None:
        self._arrive(name, self._photos.put_address(url))

    def rotate(self, quarter_turns: int) -> None:
        self._edit(lambda number: self._photos.put_rotated(number, quarter_turns))

    def crop(self, box: Box) -> None:
        self._edit(lambda number: self._photos.put_cropped(number, box))

    def uncut(self) -> None:
        """Nothing to do, and no painting to take off show, where nothing was cut off."""
        photo = self._context.state.photo
        if photo is not None and self._photos.is_cut(photo.id):
            self._edit(self._photos.put_whole)

    async def open(self, token: int) -> None:
        """Decode a photo that arrived; then the engine is made ready for it."""
        try:
            photo = await self._photos.open(token)
        except AppError as error:
            self._context.dispatch(events.PhotoRefused(token, failure_of(error)))
            return
        if photo is None or self._context.state.opening != token:
            return
        self._photos.keep(token, photo, self._in_use())
        self._context.dispatch(events.PhotoOpened(token, photo.photo.size, photo_notes(photo.photo)))
        self._prepare_painting()

    def free_unused(self) -> None:
        """Only what can be shown again needs its pixels."""
        self._photos.keep_only(self._in_use())

    def _arrive(self, name: str, number: int) -> None:
        self._context.dispatch(events.PhotoArrived(number, name))

    def _edit(self, put: Callable[[int], int]) -> None:
        """Turn or cut the photo on show: `put` gives the number of the photo that it becomes."""
        state = self._context.state
        if state.photo is not None and state.opening is None:
            self._arrive(state.photo.name, put(state.photo.id))

    def _in_use(self) -> set[int]:
        state = self._context.state
        return {scene.photo.id for scene in (*state.past, *state.future)}

    def _prepare_painting(self) -> None:
        """Whoever has chosen a photo will want to see it painted: get the engine ready while they choose a style."""
        state = self._context.state
        model = state.model(state.paint_settings.style)
        if state.photo is not None and state.job is None and model is not None:
            size = painted_size(state.photo.size, state.paint_settings.longest_px)
            self._context.painter.prepare(model, size.pixels, state.paint_settings.engine)
