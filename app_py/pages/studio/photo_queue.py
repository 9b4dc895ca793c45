"""Several photos chosen together: their files, and the files of their paintings, by the numbers the page gave them."""

import io
import zipfile
from collections.abc import Iterable, Iterator

from app_py.pages.studio.painting_files import PictureFile
from app_py.pages.studio.ports import File


class PhotoQueue:
    def __init__(self) -> None:
        self._photos: dict[int, File] = {}
        self._paintings: dict[int, PictureFile] = {}

    def put(self, number: int, file: File, *, first: bool) -> None:
        """Take a photo in; the first of a new choice takes the place of all earlier ones."""
        if first:
            self._photos, self._paintings = {}, {}
        self._photos[number] = file

    def __getitem__(self, number: int) -> File:
        return self._photos[number]

    def forget_paintings(self, numbers: Iterable[int]) -> None:
        """They are to be painted anew."""
        for number in numbers:
            self._paintings.pop(number, None)

    def finish(self, number: int, painting: PictureFile) -> None:
        self._paintings[number] = painting

    def paintings(self) -> Iterator[PictureFile]:
        """Under names of which no two are the same."""
        taken: set[str] = set()
        for painting in self._paintings.values():
            name = _free_name(painting.name, taken)
            taken.add(name)
            yield PictureFile(name, painting.mime, painting.data)


def zip_of(files: Iterable[PictureFile]) -> bytes:
    """Stored, not deflated: pictures are compressed already."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for file in files:
            archive.writestr(file.name, file.data)
    return packed.getvalue()


def _free_name(name: str, taken: set[str]) -> str:
    stem, _, suffix = name.rpartition(".")
    number = 1
    while name in taken:
        number += 1
        name = f"{stem}-{number}.{suffix}"
    return name
