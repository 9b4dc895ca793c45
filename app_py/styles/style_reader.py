"""The style of a painting: the network that reads it, opened when it is first needed."""

from app_py.errors import AppError, ModelError
from app_py.i18n import tr
from app_py.photo.tensors import RgbImage
from app_py.session import Session
from app_py.styles.library import Library, OnProgress, ignore_progress
from app_py.styles.manifest import ModelSpec
from app_py.styles.vectors import Vector, predictor_picture

PROVIDER = "ort:wasm"
"""The engine that reads weights of 8 bits."""


class StyleReader:
    """Keeps the predictor open, which is 3 MB."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._session: Session | None = None

    @property
    def network(self) -> ModelSpec | None:
        """The network that paints in what is read."""
        return next((network for network in self._library.networks if network.predictor), None)

    async def read(self, image: RgbImage, on_progress: OnProgress = ignore_progress) -> Vector:
        """The numbers of a picture, uint8 `(H, W, 3)`: float32 `(1, length)`.

        Raises `ModelError` 'style-unreadable' where the predictor does not arrive or does not run here.
        """
        try:
            session = await self._open(on_progress)
            (vector,) = await session.run_async(None, {"input": predictor_picture(image)})
        except AppError as error:
            self._session = None
            raise ModelError(
                tr("The style of this picture could not be read: {error}", error=error),
                code="style-unreadable",
                detail=error.detail,
            ) from error
        return vector.astype("float32")

    async def _open(self, on_progress: OnProgress) -> Session:
        if self._session is None or not self._session.worker.alive:
            network = self.network
            if network is None or network.predictor is None:
                raise ModelError(tr("This site has no network that reads paintings. Choose a style of the gallery."))
            data = await self._library.read(network.predictor, on_progress)
            self._session = await Session.create(data, [PROVIDER])
        return self._session
