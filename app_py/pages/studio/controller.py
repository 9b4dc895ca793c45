"""The logic worker's heart: takes events in, keeps the state, lets the controls perform effects, shows snapshots."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app_py.engines.painter import Painter
from app_py.errors import AppError
from app_py.i18n import tr
from app_py.pages.studio import effects, events
from app_py.pages.studio.controls.canvases import CanvasControl
from app_py.pages.studio.controls.context import Context, Tasks
from app_py.pages.studio.controls.live import LiveControl, keep_picture, size_of
from app_py.pages.studio.controls.own_styles import OwnStyleControl
from app_py.pages.studio.controls.painting import PaintingControl
from app_py.pages.studio.controls.photos import PhotoControl
from app_py.pages.studio.controls.queue import QueueControl
from app_py.pages.studio.controls.saving import SavingControl
from app_py.pages.studio.controls.session import SessionControl
from app_py.pages.studio.controls.settings import SettingsControl
from app_py.pages.studio.controls.style_batch import StyleBatchControl
from app_py.pages.studio.failures import failure_of
from app_py.pages.studio.painting_store import PaintingStore
from app_py.pages.studio.photo_store import PhotoStore
from app_py.pages.studio.ports import File, Page
from app_py.pages.studio.sentences import failure_words
from app_py.pages.studio.settings import NoStore, Settings, Store
from app_py.pages.studio.state import Adjustments, Failure, Saving, State
from app_py.pages.studio.update_live import update
from app_py.pages.studio.view_state import snapshot
from app_py.photo.tensors import RgbImage
from app_py.styles.library import Library
from app_py.styles.mixtures import read_parts
from app_py.styles.style_reader import StyleReader

EVENTS_WITHOUT_FIELDS: Mapping[str, events.Event | events.LiveEvent] = {
    "live-stop": events.LiveStopped(),
    "live-picture": events.LivePictureAsked(),
    "paint": events.PaintAsked(),
    "paint-large": events.LargeAsked(),
    "paint-smaller": events.SmallerAsked(),
    "cancel": events.CancelAsked(),
    "paint-queue": events.QueueAsked(),
    "undo": events.UndoAsked(),
    "redo": events.RedoAsked(),
    "welcomed": events.Welcomed(),
    "copied": events.Copied(),
}


class Studio:
    """One visitor's studio.

    Args:
        page: where snapshots and pictures go.
        library: the models.
        painter: runs models on engines.
        store: outlives the page.
    """

    def __init__(self, page: Page, library: Library, painter: Painter, store: Store | None = None) -> None:
        self._page = page
        self._library = library
        self._painter = painter
        self._state = State()
        self._paintings = PaintingStore()
        self._tasks = Tasks()
        context = Context(
            page,
            library,
            painter,
            store or NoStore(),
            PhotoStore(page),
            self._paintings,
            self._tasks,
            lambda: self._state,
            self.dispatch,
        )
        self._context = context
        reader = StyleReader(library)
        self._canvases = CanvasControl(context)
        self._photos = PhotoControl(context)
        self._painting = PaintingControl(context, self._canvases, reader)
        self._batches = StyleBatchControl(context, self._canvases)
        self._queue = QueueControl(context, self._photos, self._painting)
        self._saving = SavingControl(context, self._canvases)
        self._session = SessionControl(context)
        self._own_styles = OwnStyleControl(context, self._painting, reader)
        self._settings = SettingsControl(context)
        self._live = LiveControl(painter, library, lambda: self._state, self.dispatch, reader.read, self._photo_on_show)

    async def start(self) -> None:
        """Read the manifest and the settings, see what the browser has; failures are shown, not raised."""
        try:
            models = await self._library.open()
            known = await self._settings.read()
            settings = known or Settings()
            own = await self._own_styles.bring_back(settings.own_models)
            remembered = replace(settings.remembered, own_models=tuple(model.id for model in own))
            engines = await self._painter.engines()
            was_kept = await self._session.paintings_kept()
            everything = (*models, *self._library.styles, *own)
            self.dispatch(events.Ready(everything, engines, remembered, first_visit=known is None, kept=was_kept))
            await self._own_styles.draw_thumbnails()
        except AppError as error:
            self.dispatch(events.Failed(failure_of(error)))

    def receive(self, message: Mapping[str, Any], file: File | None = None) -> None:  # noqa: C901 - a table
        """An event from the page: `{type, ...}`; a photo has its file beside it or its address in `url`."""
        spawn = self._tasks.spawn
        match message:
            case {"type": "photo", "name": str(name)} if file is not None:
                self._photos.take_file(name, file)
            case {"type": "photo", "name": str(name), "url": str(url)}:
                self._photos.take_address(name, url)
            case {"type": "rotate", "turns": int(turns)}:
                self._photos.rotate(turns)
            case {"type": "crop", "box": [left, top, right, bottom]}:
                self._photos.crop((left, top, right, bottom))
            case {"type": "uncut"}:
                self._photos.uncut()
            case {"type": "setting", "field": "style" | "speed" | "engine" | "size" as field, "value": str(value)}:
                self.dispatch(events.SettingChanged(field, value))
            case {"type": "adjust", "strength": int(strength), "keepColours": bool(keep)}:
                self.dispatch(events.AdjustmentsChanged(Adjustments(min(100, max(0, strength)), keep)))
            case {"type": "saving", "format": "png" | "jpeg" | "webp" as name, "quality": int(quality)}:
                self.dispatch(events.SavingChanged(Saving(name, min(100, max(1, quality)))))
            case {"type": "save", "purpose": "download" | "share" as purpose}:
                self._saving.save(purpose)
            case {"type": "save-both"}:
                self._saving.save_both()
            case {"type": "queue-photo", "number": int(number), "name": str(name), "first": bool(first)} if file:
                self._queue.add(number, name, file, first=first)
            case {"type": "open-queued", "number": int(number), "name": str(name)}:
                self._queue.open(number, name)
            case {"type": "save-queue", "as": "zip" | "files" as form}:
                self._queue.save(form)
            case {"type": "restore"}:
                spawn(self._session.restore())
            case {"type": "forget-session"}:
                spawn(self._session.forget())
            case {"type": "sheet", "models": [*models]}:
                self.dispatch(events.StyleBatchAsked(tuple(map(str, models))))
            case {"type": "model", "name": str(name)} if file is not None:
                self._own_styles.try_model(name, file)
            case {"type": "painting", "name": str(name)} if file is not None:
                spawn(self._own_styles.add_painting(name, file))
            case {"type": "use-as-style"}:
                spawn(self._own_styles.add_photo())
            case {"type": "rename-style", "id": str(model_id), "title": str(title)}:
                self.dispatch(events.StyleRenamed(model_id, title))
            case {"type": "mix", "parts": [*parts]}:
                self.dispatch(events.MixChanged(tuple((str(style), int(weight)) for style, weight in parts)))
            case {"type": "mix", "text": str(text)}:
                self._mix_of_address(text)
            case {"type": "keep-mix"}:
                spawn(self._own_styles.keep_mixture())
            case {"type": "forget-model", "id": str(model_id)}:
                self.dispatch(events.OwnModelRemoved(model_id))
            case {"type": "fail", "code": str(code)}:
                self.dispatch(events.Failed(Failure(code, failure_words(code, **(message.get("values") or {})))))
            case {"type": "live", "width": width, "height": height}:
                self.dispatch(events.LiveAsked(size_of(width, height), video=message.get("video") is True))
            case {"type": "live-stop", "painted": int(painted), "notes": [*notes], "saved": str(saved)}:
                self.dispatch(events.LiveStopped(painted, tuple(map(str, notes)), saved))
            case {"type": "live-told", "id": int(live_id), "ms": [*frame_ms]}:
                self._live.tell(live_id, [float(ms) for ms in frame_ms])
            case {"type": "steady", "on": bool(steady)}:
                self.dispatch(events.SteadyChanged(steady))
            case {"type": str(asked)} if asked in EVENTS_WITHOUT_FIELDS:
                self.dispatch(EVENTS_WITHOUT_FIELDS[asked])
            case _:
                raise ValueError(f"unknown message from the page: {message!r}")

    def connect(self, live_id: int, port: object) -> None:
        """A MessagePort through which the pictures of a live camera come."""
        self._tasks.spawn(self._live.connect(live_id, port))

    def _photo_on_show(self) -> RgbImage | None:
        photo = self._state.photo
        return self._context.photos[photo.id].image if photo else None

    def dispatch(self, event: events.Event | events.LiveEvent) -> None:
        """Let the state take in an event, show it, and perform what follows."""
        shown = self._state.scene
        self._state, to_do = update(self._state, event)
        if self._state.scene is not shown:
            to_do = self._canvases.draw_first(to_do)
            self._session.keep_soon()
        self._page.show(json.dumps(snapshot(self._state)))
        for effect in to_do:
            self._perform(effect)

    def _perform(self, effect: effects.Effect) -> None:  # noqa: C901 - a table of effects, a line each
        spawn = self._tasks.spawn
        match effect:
            case effects.OpenPhoto(token):
                spawn(self._photos.open(token))
            case effects.StartPainting(job):
                spawn(self._painting.paint(job))
            case effects.StopPainting():
                self._painter.stop()
            case effects.ShowPhoto(photo):
                self._canvases.draw_photo(photo)
            case effects.ShowResult():
                self._canvases.show_soon(effect)
            case effects.ShowPreview(job):
                self._batches.show_preview(job)
            case effects.SavePainting(result):
                self._saving.save_and_forget(result)
            case effects.ForgetResults(kept_jobs):
                self._paintings.keep_only(kept_jobs)
                self._photos.free_unused()
            case effects.StartStyleBatch(batch):
                spawn(self._batches.paint(batch))
            case effects.StartQueue(run, settings, adjustments):
                spawn(self._queue.paint(run, settings, adjustments))
            case effects.StartLive(live):
                spawn(self._live.start(live))
            case effects.TuneLive():
                spawn(self._live.tune())
            case effects.StopLive():
                spawn(self._live.stop())
            case effects.TakeLivePicture(live):
                spawn(keep_picture(self._context, self._live, live))
            case effects.StopTrial():
                self._own_styles.end_trial()
            case effects.ForgetModel(model_id):
                spawn(self._own_styles.forget(model_id))
            case effects.RenameModel(model):
                spawn(self._own_styles.rename(model))
            case effects.Repaint():
                spawn(self._painting.follow())
            case effects.Remember():
                self._settings.write_soon()

    def _mix_of_address(self, text: str) -> None:
        parts = read_parts(text)
        if parts is None:
            sentence = tr("“{text}” is no mixture: expected styles with weights, a*60,b*40.", text=text)
            self.dispatch(events.Failed(Failure("mix-invalid", sentence)))
        else:
            self.dispatch(events.MixChanged(parts))
