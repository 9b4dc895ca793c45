"""A person's own paintings as styles: read, kept in this browser, taken up again on the next visit."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from app_py.pages.studio.settings import Store
from app_py.pages.studio.user_style_records import PREFIX as KEPT_PREFIX
from app_py.pages.studio.user_style_records import read_records, record_key, to_entry
from app_py.photo.decode import resize
from app_py.photo.edit import middle_square
from app_py.photo.encode import encode
from app_py.photo.open import NativeDecoder, open_photo
from app_py.photo.sizing import Size
from app_py.photo.tensors import RgbImage
from app_py.styles.library import Library, OnProgress
from app_py.styles.manifest import ModelSpec, styled
from app_py.styles.style_reader import StyleReader
from app_py.styles.user_model import title_of
from app_py.styles.vectors import Vector, as_array

THUMBNAIL_PX = 144
PREFIX = "painting:own-"


@dataclass(frozen=True)
class OwnStyle:
    """A style of one's own: its entry in the gallery, a small picture of it, and whether this browser keeps it."""

    spec: ModelSpec
    thumbnail: RgbImage
    kept: bool


class UserPaintingStore:
    """What the visitor brought as styles: pictures, and mixtures that were kept."""

    def __init__(self, library: Library, store: Store, reader: StyleReader, decoder: NativeDecoder) -> None:
        self._library = library
        self._store = store
        self._reader = reader
        self._decoder = decoder

    async def add(self, name: str, image: RgbImage, on_progress: OnProgress) -> OwnStyle:
        """A picture, uint8 `(H, W, 3)`, becomes a style. Raises `AppError` where its style cannot be read."""
        vector = await self._reader.read(image, on_progress)
        network = self._reader.network
        if network is None:
            raise LookupError("a style was read by no network")
        return await self.keep(network, title_of(name), vector, square_of(image))

    async def keep(self, network: ModelSpec, title: str, vector: Vector, picture: RgbImage) -> OwnStyle:
        """Numbers become a style of one's own, with a picture for its card."""
        style_id = f"{PREFIX}{hashlib.sha256(network.network.encode() + vector.tobytes()).hexdigest()[:12]}"
        spec = styled(network, style_id, title, vector)
        data = encode(picture, "webp", 70)
        kept = await self._store.put_all({_thumbnail_key(style_id): data, **to_entry(spec)})
        return OwnStyle(spec, picture, kept)

    async def bring_back(self, listed: Sequence[ModelSpec] = ()) -> list[ModelSpec]:
        """All kept styles that there is a network for.

        `listed` are those that an earlier version of the page listed in its settings.
        """
        specs = await read_records(self._store, is_own_painting)
        for spec in listed:
            if spec.id not in specs and await self._has_thumbnail(spec.id):
                await self._store.put_all(to_entry(spec))
                specs[spec.id] = spec
        return [style for style in map(self._as_of_today, specs.values()) if style]

    def _as_of_today(self, spec: ModelSpec) -> ModelSpec | None:
        """A kept style as today's network paints it; None where there is no such network any more."""
        network = self._library.network(spec.network)
        fits = network is not None and any(
            len(style.vector) == len(spec.vector) for style in self._library.styles if style.network == spec.network
        )
        return styled(network, spec.id, spec.title, as_array(spec.vector)) if network and fits else None

    async def thumbnail(self, style_id: str) -> RgbImage | None:
        """The small picture that was kept, uint8 `(H, W, 3)`."""
        data = await self._store.get_bytes(_thumbnail_key(style_id))
        return None if data is None else (await open_photo(data, self._decoder)).image

    async def rename(self, spec: ModelSpec) -> None:
        """Keep a style that is kept by its new title."""
        if await self._has_thumbnail(spec.id):
            await self._store.put_all(to_entry(spec))

    async def forget(self, style_id: str) -> None:
        await self._store.remove_all((_thumbnail_key(style_id), record_key(style_id)))

    async def _has_thumbnail(self, style_id: str) -> bool:
        return await self._store.get_bytes(_thumbnail_key(style_id)) is not None


def is_own_painting(style_id: str) -> bool:
    return style_id.startswith(PREFIX)


def square_of(image: RgbImage) -> RgbImage:
    """The square in a picture's middle, as small as a card shows it."""
    square = middle_square(image)
    px = min(len(square), THUMBNAIL_PX)
    return resize(square, Size(px, px))


def _thumbnail_key(style_id: str) -> str:
    return f"{KEPT_PREFIX}{style_id}/thumbnail"
