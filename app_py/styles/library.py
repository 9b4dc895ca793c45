"""The models of the site: their list and their files, fetched once and checked."""

import hashlib
from collections.abc import Awaitable, Callable

from app_py.errors import AppError, ModelError
from app_py.i18n import tr
from app_py.styles.manifest import FileSpec, ModelSpec, parse_catalogue

FOLDER = "../models/"
MANIFEST_URL = f"{FOLDER}manifest.json"

OnProgress = Callable[[int, int], None]
"""Told the bytes that came and the bytes to come."""

Fetch = Callable[[str, OnProgress], Awaitable[bytes]]
"""The bytes at a URL relative to the page's. Raises `AppError`."""


def ignore_progress(_done: int, _total: int) -> None:
    """For who does not show progress."""


class Library:
    """Implements `choice.ModelFiles`."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._files: dict[str, bytes] = {}
        self.models: tuple[ModelSpec, ...] = ()
        self.networks: tuple[ModelSpec, ...] = ()
        self.styles: tuple[ModelSpec, ...] = ()

    async def open(self) -> tuple[ModelSpec, ...]:
        """Read the list of models; `ManifestError` where it is not valid, `AppError` where it cannot be had.

        The shared networks and the styles that are vectors for them are in `networks` and `styles` then.
        """
        catalogue = parse_catalogue(await self._fetch(MANIFEST_URL, ignore_progress))
        self.models, self.networks, self.styles = catalogue.models, catalogue.networks, catalogue.styles
        return self.models

    def network(self, network_id: str) -> ModelSpec | None:
        """A shared network by its id."""
        return next((network for network in self.networks if network.id == network_id), None)

    def add(self, spec: ModelSpec, model: bytes, reference: bytes) -> None:
        """A model that is not of the site: its files are given here."""
        self.models = (*(known for known in self.models if known.id != spec.id), spec)
        self._files[spec.model.sha256] = model
        if spec.reference:
            self._files[spec.reference.sha256] = reference

    async def read(self, file: FileSpec, on_progress: OnProgress = ignore_progress) -> bytes:
        """A file beside the manifest, as the manifest describes it.

        Raises `ModelError`: 'model-unavailable' where it cannot be had, 'model-damaged' where it is another one.
        """
        if file.sha256 in self._files:
            return self._files[file.sha256]
        try:
            data = await self._fetch(f"{FOLDER}{file.file}", on_progress)
        except AppError as error:
            raise ModelError(
                tr(
                    "The style {title} could not be loaded: {error} Try again, or choose another style.",
                    title=self._title(file),
                    error=error,
                )
            ) from error
        if len(data) != file.bytes:
            raise self._damaged(
                file,
                tr("{came} bytes came, {expected} were expected", came=len(data), expected=file.bytes),
            )
        if hashlib.sha256(data).hexdigest() != file.sha256:
            raise self._damaged(file, tr("its content is another one, although it is as long"))
        self._files[file.sha256] = data
        return data

    def zero_padded(self, spec: ModelSpec) -> ModelSpec | None:
        """The same style and width with zero padding, if there is one."""
        return next((model for model in self.models if model.id == f"{spec.id}-zeropad"), None)

    def _damaged(self, file: FileSpec, how: str) -> ModelError:
        sentence = tr(
            "The file of the style {title} is not the one that belongs to this page ({how}). "
            "Reload the page, or choose another style.",
            title=self._title(file),
            how=how,
        )
        return ModelError(sentence, code="model-damaged")

    def _title(self, file: FileSpec) -> str:
        known = (*self.models, *self.networks)
        return next((spec.title for spec in known if file in (spec.model, spec.reference, spec.predictor)), file.file)
