"""Paintings as files for the visitor."""

from app_py.i18n import tr
from app_py.pages.studio import events
from app_py.pages.studio.controls.canvases import CanvasControl
from app_py.pages.studio.controls.context import Context
from app_py.pages.studio.painting_files import before_and_after, picture_file
from app_py.pages.studio.state import Result
from app_py.photo.tensors import RgbImage


class SavingControl:
    def __init__(self, context: Context, canvases: CanvasControl) -> None:
        self._context = context
        self._canvases = canvases

    def save(self, purpose: str) -> None:
        """The painting on show as it is seen, to `download` or to `share`."""
        result = self._context.state.result
        if result is not None:
            self._give(result, self._canvases.finished(result), purpose)

    def save_both(self) -> None:
        """The photo and its painting in one picture."""
        result = self._context.state.result
        if result is not None:
            painting = self._context.paintings[result.job.id]
            both = before_and_after(painting.source, self._canvases.finished(result))
            self._give(result, both, "download", tr("before and after"))

    def save_and_forget(self, result: Result) -> None:
        """A painting that was made for a file and is not on show."""
        self._give(result, self._canvases.finished(result), "download")
        self._context.paintings.keep_only({scene.result.job.id for scene in self._context.state.past if scene.result})

    def _give(self, result: Result, image: RgbImage, purpose: str, kind: str = "") -> None:
        state = self._context.state
        style = state.model(result.job.paint_settings.style)
        name = style.style if style else result.job.paint_settings.style
        file = picture_file(image, result.job.photo.name, f"{name} {kind}".strip(), state.saving)
        self._context.page.give_file(file.name, file.mime, file.data, purpose)
        self._context.dispatch(events.Saved(result.job.id))
