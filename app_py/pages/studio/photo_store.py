"""The photos of this visit: arriving, waiting to be opened, cut and turned, kept as long as something shows them."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from app_py.errors import AppError, PhotoError
from app_py.models.library import ignore_progress
from app_py.picture import intake
from app_py.picture.photo import Photo
from app_py.studio.ports import File, Page
from app_py.words import say


@dataclass(frozen=True, slots=True)
class Print:
    """A photo as it was cut, and `whole`, the same photo uncut."""

    photo: Photo
    whole: Photo

    @property
    def is_cut(self) -> bool:
        return self.photo is not self.whole


class PhotoDrawer:
    """Decoded photos by the number that the state knows them by."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._last = 0
        self._waiting: dict[int, Callable[[], Awaitable[Print]]] = {}
        self._prints: dict[int, Print] = {}

    def __getitem__(self, number: int) -> Photo:
        return self._prints[number].photo

    def is_cut(self, number: int) -> bool:
        return self._prints[number].is_cut

    def put_file(self, file: File) -> int:
        """A chosen file; returns the photo's number, with which `open` opens it."""
        return self._put(lambda: self._read(file.read))

    def put_address(self, url: str) -> int:
        """A photo of this site."""
        return self._put(lambda: self._read(lambda: self._fetch(url)))

    def put_rotated(self, number: int, quarter_turns: int) -> int:
        """A photo turned clockwise, and what it was cut from with it; it arrives like any other."""

        def turned(photo: Photo) -> Photo:
            return intake.rotated(photo, quarter_turns)

        def turn(old: Print) -> Print:
            photo = turned(old.photo)
            return Print(photo, turned(old.whole) if old.is_cut else photo)

        return self._put_edited(number, turn)

    def put_cropped(self, number: int, box: intake.Box) -> int:
        return self._put_edited(number, lambda old: Print(intake.cropped(old.photo, box), old.whole))

    def put_whole(self, number: int) -> int:
        """What a photo was cut from."""
        return self._put_edited(number, lambda old: Print(old.whole, old.whole))

    async def open(self, number: int) -> Print | None:
        """Decode a photo that was put; None where a later one took its place. Raises `PhotoError`."""
        read = self._waiting.pop(number, None)
        return None if read is None else await read()

    def keep(self, number: int, photo: Print, others: Iterable[int]) -> None:
        """Keep an opened photo and these others; all further ones are freed."""
        self._prints[number] = photo
        self.keep_only((number, *others))

    def keep_only(self, numbers: Iterable[int]) -> None:
        kept = set(numbers)
        self._prints = {number: photo for number, photo in self._prints.items() if number in kept}

    def _put_edited(self, number: int, change: Callable[[Print], Print]) -> int:
        old = self._prints[number]

        async def changed() -> Print:
            return change(old)

        return self._put(changed)

    def _put(self, read: Callable[[], Awaitable[Print]]) -> int:
        self._last += 1
        # Only the latest photo matters: earlier ones that still wait are forgotten.
        self._waiting = {self._last: read}
        return self._last

    async def _read(self, read: Callable[[], Awaitable[bytes]]) -> Print:
        photo = await intake.open_photo(await read(), self._page)
        return Print(photo, photo)

    async def _fetch(self, url: str) -> bytes:
        try:
            return await self._page.fetch(url, ignore_progress)
        except AppError as error:
            raise PhotoError(
                say("The photo could not be loaded: {error} Choose another one.", error=error), code="photo-not-found"
            ) from error
