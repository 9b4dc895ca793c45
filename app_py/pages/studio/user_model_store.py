"""A person's own models, kept in this browser and taken up again on the next visit: one record and two files each."""

from collections.abc import Sequence

from app_py.pages.studio.ports import File
from app_py.pages.studio.settings import Store
from app_py.pages.studio.user_painting_store import is_own_painting
from app_py.pages.studio.user_style_records import PREFIX, read_records, record_key, to_entry
from app_py.styles.library import Library
from app_py.styles.manifest import ModelSpec
from app_py.styles.user_model import check_own_model


class UserModelStore:
    def __init__(self, library: Library, store: Store) -> None:
        self._library = library
        self._store = store

    async def add(self, name: str, file: File) -> tuple[ModelSpec, bool]:
        """Check a model, put it into the library and keep it, if the browser has room: whether it has.

        Raises `AppError` where it is no model that paints.
        """
        own = await check_own_model(name, await file.read())
        self._library.add(own.spec, own.data, own.reference)
        model_key, reference_key = _file_keys(own.spec.id)
        files = {model_key: own.data, reference_key: own.reference}
        kept = await self._store.put_all({**files, **to_entry(own.spec)})
        return own.spec, kept

    async def bring_back(self, listed: Sequence[ModelSpec] = ()) -> list[ModelSpec]:
        """Put all kept models back into the library; a damaged record stays where it is and is no model.

        `listed` are those that an earlier version of the page listed in its settings.
        """
        specs = await read_records(self._store, lambda style_id: not is_own_painting(style_id))
        for spec in listed:
            if spec.id not in specs and await self._has_files(spec):
                await self._store.put_all(to_entry(spec))
                specs[spec.id] = spec
        return [spec for spec in specs.values() if await self._load(spec)]

    async def rename(self, spec: ModelSpec) -> None:
        """Keep a model that is kept by its new title."""
        if await self._has_files(spec):
            await self._store.put_all(to_entry(spec))

    async def forget(self, model_id: str) -> None:
        await self._store.remove_all((*_file_keys(model_id), record_key(model_id)))

    async def _has_files(self, spec: ModelSpec) -> bool:
        return all([await self._store.get_bytes(key) is not None for key in _file_keys(spec.id)])

    async def _load(self, spec: ModelSpec) -> bool:
        """False where the browser threw its bytes away."""
        data, reference = [await self._store.get_bytes(key) for key in _file_keys(spec.id)]
        if data is None or reference is None:
            return False
        self._library.add(spec, data, reference)
        return True


def _file_keys(model_id: str) -> tuple[str, str]:
    return f"{PREFIX}{model_id}", f"{PREFIX}{model_id}/reference"
