"""A person's own paintings as styles: read, kept in this browser, taken up again on the next visit."""

import hashlib
from dataclasses import dataclass

from app_py.pages.studio.settings import Store
from app_py.photo.decode import resize
from app_py.photo.edit import middle_square
from app_py.photo.encode import encode
from app_py.photo.open import NativeDecoder, open_photo
from app_py.photo.sizing import Size
from app_py.photo.tensors import RgbaImage, RgbImage, to_rgba
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
    thumbnail: RgbaImage
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
        await self._store.put_bytes(_key(style_id), data)
        # A full store says nothing when it is written to.
        kept = await self._store.get_bytes(_key(style_id)) is not None
        return OwnStyle(spec, to_rgba(picture), kept)

    def bring_back(self, spec: ModelSpec) -> ModelSpec | None:
        """A kept style as today's network paints it; None where there is no such network any more."""
        network = self._library.network(spec.network)
        fits = network is not None and any(
            len(style.vector) == len(spec.vector) for style in self._library.styles if style.network == spec.network
        )
        return styled(network, spec.id, spec.title, as_array(spec.vector)) if network and fits else None

    async def thumbnail(self, style_id: str) -> RgbaImage | None:
        """The small picture that was kept, uint8 `(H, W, 4)`."""
        data = await self._store.get_bytes(_key(style_id))
        return None if data is None else to_rgba((await open_photo(data, self._decoder)).image)

    async def forget(self, style_id: str) -> None:
        await self._store.remove(_key(style_id))


def is_own_painting(style_id: str) -> bool:
    return style_id.startswith(PREFIX)


def square_of(image: RgbImage) -> RgbImage:
    """The square in a picture's middle, as small as a card shows it."""
    square = middle_square(image)
    px = min(len(square), THUMBNAIL_PX)
    return resize(square, Size(px, px))


def _key(style_id: str) -> str:
    return f"own/{style_id}/thumbnail"
