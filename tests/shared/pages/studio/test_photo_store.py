"""The photos of a visit, and their copies at the sizes that are painted."""

import numpy as np

from app_py.pages.studio.photo_store import PhotoStore
from app_py.photo.decode import Photo
from app_py.photo.sizing import Size
from tests.shared.support.studio import StudioPage


def photo(value: int) -> Photo:
    return Photo(np.full((40, 60, 3), value, np.uint8), Size(40, 60))


def test_a_photo_is_made_smaller_once_for_all_its_paintings_at_a_size() -> None:
    store = PhotoStore(StudioPage())
    first, second = store.add(photo(1)), store.add(photo(2))
    small = store.resized(first, Size(20, 30))
    assert small.shape == (20, 30, 3)
    assert store.resized(first, Size(20, 30)) is small
    preview = store.resized(first, Size(8, 12))
    assert store.resized(first, Size(20, 30)) is small
    assert store.resized(first, Size(8, 12)) is preview
    assert (store.resized(second, Size(20, 30)) == 2).all()
    # No more are kept than are of use.
    assert store.resized(first, Size(20, 30)) is not small


def test_what_is_freed_is_freed_at_every_size() -> None:
    store = PhotoStore(StudioPage())
    first, second = store.add(photo(1)), store.add(photo(2))
    store.resized(first, Size(20, 30))
    kept = store.resized(second, Size(20, 30))
    store.keep_only([second])
    assert store.resized(second, Size(20, 30)) is kept
    assert list(store._resized) == [(second, Size(20, 30))]
