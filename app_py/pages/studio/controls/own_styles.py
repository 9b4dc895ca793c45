"""A person's own styles: models that are tried first, paintings whose style is read, mixtures that are kept."""

import asyncio
import contextlib
from collections.abc import Sequence

import numpy as np

from app_py.errors import AppError
from app_py.i18n import tr
from app_py.pages.studio import events
from app_py.pages.studio.controls.context import Context
from app_py.pages.studio.controls.painting import PaintingControl
from app_py.pages.studio.failures import failure_of
from app_py.pages.studio.mixture import style_of
from app_py.pages.studio.ports import File
from app_py.pages.studio.state import Failure, Progress
from app_py.pages.studio.user_model_store import UserModelStore
from app_py.pages.studio.user_painting_store import (
    THUMBNAIL_PX,
    OwnStyle,
    UserPaintingStore,
    is_own_painting,
    square_of,
)
from app_py.photo.open import open_photo
from app_py.photo.tensors import RgbImage
from app_py.styles.manifest import ModelSpec
from app_py.styles.style_reader import StyleReader
from app_py.styles.vectors import as_array


class OwnStyleControl:
    def __init__(self, context: Context, painting: PaintingControl, reader: StyleReader) -> None:
        self._context = context
        self._painting = painting
        self._models = UserModelStore(context.library, context.store)
        self._paintings = UserPaintingStore(context.library, context.store, reader, context.page)
        self._trial: asyncio.Task[None] | None = None

    async def bring_back(self, listed: Sequence[ModelSpec]) -> list[ModelSpec]:
        """The visitor's own models and styles, with those that an earlier version of the page `listed`."""
        models = await self._models.bring_back([spec for spec in listed if spec.is_visitors])
        return [*models, *await self._paintings.bring_back([spec for spec in listed if is_own_painting(spec.id)])]

    async def draw_thumbnails(self) -> None:
        """The pictures on the cards of what was brought back."""
        for style_id in filter(is_own_painting, self._context.state.own_models):
            with contextlib.suppress(AppError):
                thumbnail = await self._paintings.thumbnail(style_id)
                if thumbnail is not None:
                    self._context.page.draw(f"thumbnail-{style_id}", thumbnail)

    def try_model(self, name: str, file: File) -> None:
        """A later model takes the place of one that is still being tried."""
        self.end_trial()
        self._context.dispatch(events.OwnModelOffered(name))
        self._trial = self._context.tasks.spawn(self._add_model(name, file))

    def end_trial(self) -> None:
        if self._trial:
            self._trial.cancel()
        self._trial = None

    async def rename(self, model: ModelSpec) -> None:
        await self._store_of(model.id).rename(model)

    async def forget(self, model_id: str) -> None:
        await self._store_of(model_id).forget(model_id)

    def _store_of(self, model_id: str) -> UserModelStore | UserPaintingStore:
        return self._paintings if is_own_painting(model_id) else self._models

    async def add_painting(self, name: str, file: File) -> None:
        """A picture of the person's own becomes a style."""
        try:
            self._context.dispatch(events.StyleReading(name))
            picture = await open_photo(await file.read(), self._context.page)
            await self._add_picture(name, picture.image)
        except Exception as error:
            self._context.dispatch(events.Failed(failure_of(error)))

    async def add_photo(self) -> None:
        """The photo on show becomes a style."""
        photo = self._context.state.photo
        if photo is None:
            sentence = tr("There is no photo yet. Choose one, then paint.")
            self._context.dispatch(events.Failed(Failure("photo-missing", sentence)))
            return
        try:
            await self._add_picture(photo.name, self._context.photos[photo.id].image)
        except Exception as error:
            self._context.dispatch(events.Failed(failure_of(error)))

    async def keep_mixture(self) -> None:
        """The mixture that is chosen becomes a style."""
        settings = self._context.state.paint_settings
        style = style_of(self._context.state, settings)
        network = style and self._context.library.network(style.network)
        if style is None or network is None or not settings.mix:
            return
        try:
            picture = await self._card_picture(style)
            self._welcome(await self._paintings.keep(network, style.title, as_array(style.vector), picture))
        except Exception as error:
            self._context.dispatch(events.Failed(failure_of(error)))

    async def _add_model(self, name: str, file: File) -> None:
        try:
            model, kept = await self._models.add(name, file)
        except Exception as error:
            self._context.dispatch(events.OwnModelRefused(failure_of(error)))
        else:
            self._context.dispatch(events.OwnModelAdded(model, kept))

    async def _add_picture(self, name: str, image: RgbImage) -> None:
        def progress(done: int, total: int) -> None:
            self._context.dispatch(events.StyleReading(name, Progress(done, total, "bytes")))

        self._welcome(await self._paintings.add(name.rsplit(".", 1)[0], image, progress))

    async def _card_picture(self, style: ModelSpec) -> RgbImage:
        """The photo on show, or else a plain grey, small and in a style."""
        photo = self._context.state.photo
        grey = np.full((THUMBNAIL_PX, THUMBNAIL_PX, 3), 200, np.uint8)
        return await self._painting.paint_image(
            square_of(self._context.photos[photo.id].image if photo else grey), style
        )

    def _welcome(self, own: OwnStyle) -> None:
        self._context.dispatch(events.OwnStyleAdded(own.spec, own.kept))
        self._context.page.draw(f"thumbnail-{own.spec.id}", own.thumbnail)
