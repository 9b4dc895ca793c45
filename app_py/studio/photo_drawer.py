"""The photos of this visit: arriving, waiting to be opened, cut and turned, kept as long as something shows them."""

from collections.abc import Awaitable, Callable, Iterable

from app_py.errors import AppError, PhotoError
from app_py.models.library import ignore_progress
from app_py.picture import intake
from app_py.picture.photo import Photo
from app_py.studio.ports import File, Page
from app_py.words import say

Edit = Callable[[Photo], Photo]


class PhotoDrawer:
    """Decoded photos by the number that the state knows them by."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._last = 0
        self._waiting: dict[int, Callable[[], Awaitable[Photo]]] = {}
        self._photos: dict[int, Photo] = {}
        self._uncut: Photo | None = None

    def __getitem__(self, number: int) -> Photo:
        return self._photos[number]

    def put_file(self, file: File) -> int:
        """A chosen file; returns the photo's number, with which `open` opens it."""
        return self._put(lambda: self._read(file.read))

    def put_address(self, url: str) -> int:
        """A photo of this site."""
        return self._put(lambda: self._read(lambda: self._fetch(url)))

    def put_edited(self, number: int, change: Edit) -> int:
        """A photo cut or turned: it arrives like any other."""
        photo = self._photos[number]

        async def changed() -> Photo:
            return change(photo)

        return self._put(changed)

    def uncut(self, photo: Photo) -> Photo:
        """The whole photo that `photo` was cut from."""
        return self._uncut or photo

    async def open(self, number: int) -> Photo | None:
        """Decode a photo that was put; None where a later one took its place. Raises `PhotoError`."""
        read = self._waiting.pop(number, None)
        return None if read is None else await read()

    def keep(self, number: int, photo: Photo, others: Iterable[int]) -> None:
        """Keep an opened photo and these others; all further ones are freed."""
        self._photos[number] = photo
        self.keep_only((number, *others))

    def keep_only(self, numbers: Iterable[int]) -> None:
        kept = set(numbers)
        self._photos = {number: photo for number, photo in self._photos.items() if number in kept}

    def _put(self, read: Callable[[], Awaitable[Photo]]) -> int:
        self._last += 1
        # Only the latest photo matters: earlier ones that still wait are forgotten.
        self._waiting = {self._last: read}
        return self._last

    async def _read(self, read: Callable[[], Awaitable[bytes]]) -> Photo:
        photo = await intake.open_photo(await read(), self._page)
        self._uncut = photo
        return photo

    async def _fetch(self, url: str) -> bytes:
        try:
            return await self._page.fetch(url, ignore_progress)
        except AppError as error:
            raise PhotoError(
                say("The photo could not be loaded: {error} Choose another one.", error=error), code="photo-not-found"
            ) from error
