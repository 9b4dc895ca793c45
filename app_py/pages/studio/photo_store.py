"""The photos of this visit: arriving, waiting to be opened, cut and turned, kept as long as something shows them."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from app_py.errors import AppError, PhotoError
from app_py.i18n import tr
from app_py.pages.studio.ports import File, Page
from app_py.photo.decode import Photo, resize
from app_py.photo.edit import Box, cropped, rotated
from app_py.photo.encode import plain_file
from app_py.photo.open import open_photo
from app_py.photo.sizing import Size
from app_py.photo.tensors import RgbImage
from app_py.styles.library import ignore_progress

MOST_RESIZED = 2
"""The size that is painted, and the small one that follows a slider."""


@dataclass(frozen=True, slots=True)
class EditedPhoto:
    """A photo as it was cut, and `whole`, the same photo uncut."""

    photo: Photo
    whole: Photo
    file: bytes = b""
    """What it was read from, as long as it is neither turned nor cut."""

    @property
    def is_cut(self) -> bool:
        return self.photo is not self.whole


class PhotoStore:
    """Decoded photos by the number that the state knows them by."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._last = 0
        self._waiting: dict[int, Callable[[], Awaitable[EditedPhoto]]] = {}
        self._prints: dict[int, EditedPhoto] = {}
        self._resized: dict[tuple[int, Size], RgbImage] = {}

    def __getitem__(self, number: int) -> Photo:
        return self._prints[number].photo

    def resized(self, number: int, size: Size) -> RgbImage:
        """A photo at that size, uint8 `(H, W, 3)`, which nobody may write to: style after style is painted from it."""
        key = (number, size)
        if key not in self._resized:
            latest = list(self._resized.items())[1 - MOST_RESIZED :]
            self._resized = {**dict(latest), key: resize(self._prints[number].photo.image, size)}
        return self._resized[key]

    def is_cut(self, number: int) -> bool:
        return self._prints[number].is_cut

    def file_of(self, number: int) -> bytes:
        """A picture file of the photo as it is now: its own, or a new one where it was turned or cut."""
        edited = self._prints[number]
        return edited.file or plain_file(edited.photo.image)

    def put_file(self, file: File) -> int:
        """A chosen file; returns the photo's number, with which `open` opens it."""
        return self._put(lambda: self._read(file.read))

    def put_bytes(self, data: bytes) -> int:
        """A photo that was kept."""

        async def kept() -> bytes:
            return data

        return self._put(lambda: self._read(kept))

    def put_address(self, url: str) -> int:
        """A photo of this site."""
        return self._put(lambda: self._read(lambda: self._fetch(url)))

    def put_rotated(self, number: int, quarter_turns: int) -> int:
        """A photo turned clockwise, and what it was cut from with it; it arrives like any other."""

        def turned(photo: Photo) -> Photo:
            return rotated(photo, quarter_turns)

        def turn(old: EditedPhoto) -> EditedPhoto:
            photo = turned(old.photo)
            return EditedPhoto(photo, turned(old.whole) if old.is_cut else photo)

        return self._put_edited(number, turn)

    def put_cropped(self, number: int, box: Box) -> int:
        return self._put_edited(number, lambda old: EditedPhoto(cropped(old.photo, box), old.whole))

    def put_whole(self, number: int) -> int:
        """What a photo was cut from."""
        return self._put_edited(number, lambda old: EditedPhoto(old.whole, old.whole))

    def add(self, photo: Photo) -> int:
        """A photo that needs no opening; returns its number."""
        self._last += 1
        self._prints[self._last] = EditedPhoto(photo, photo)
        return self._last

    async def open(self, number: int) -> EditedPhoto | None:
        """Decode a photo that was put; None where a later one took its place. Raises `PhotoError`."""
        read = self._waiting.pop(number, None)
        return None if read is None else await read()

    def keep(self, number: int, photo: EditedPhoto, others: Iterable[int]) -> None:
        """Keep an opened photo and these others; all further ones are freed."""
        self._prints[number] = photo
        self.keep_only((number, *others))

    def keep_only(self, numbers: Iterable[int]) -> None:
        kept = set(numbers)
        self._prints = {number: photo for number, photo in self._prints.items() if number in kept}
        self._resized = {key: image for key, image in self._resized.items() if key[0] in kept}

    def _put_edited(self, number: int, change: Callable[[EditedPhoto], EditedPhoto]) -> int:
        old = self._prints[number]

        async def changed() -> EditedPhoto:
            return change(old)

        return self._put(changed)

    def _put(self, read: Callable[[], Awaitable[EditedPhoto]]) -> int:
        self._last += 1
        # Only the latest photo matters: earlier ones that still wait are forgotten.
        self._waiting = {self._last: read}
        return self._last

    async def _read(self, read: Callable[[], Awaitable[bytes]]) -> EditedPhoto:
        data = await read()
        photo = await open_photo(data, self._page)
        return EditedPhoto(photo, photo, data)

    async def _fetch(self, url: str) -> bytes:
        try:
            return await self._page.fetch(url, ignore_progress)
        except AppError as error:
            raise PhotoError(
                tr("The photo could not be loaded: {error} Choose another one.", error=error), code="photo-not-found"
            ) from error
