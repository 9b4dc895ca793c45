"""A person's own models, kept in this browser and taken up again on the next visit: one record and two files each.

Nothing lists them: two pages that each add a model write nothing of each other's.
"""

import json
from collections.abc import Sequence

from app_py.pages.studio.ports import File
from app_py.pages.studio.settings import Store
from app_py.records import parse_record
from app_py.styles.library import Library
from app_py.styles.manifest import ModelSpec
from app_py.styles.user_model import check_own_model
from app_py.styles.user_model_record import read_spec, to_record

_PREFIX = "own/"
_RECORD = "/record"


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
        model_key, reference_key, record_key = _keys(own.spec.id)
        record = json.dumps(to_record(own.spec))
        kept = await self._store.put_all({model_key: own.data, reference_key: own.reference, record_key: record})
        return own.spec, kept

    async def bring_back(self, listed: Sequence[ModelSpec] = ()) -> list[ModelSpec]:
        """Put all kept models back into the library; a damaged record stays where it is and is no model.

        `listed` are those that an earlier version of the page listed in its settings.
        """
        records = [key for key in await self._store.keys(_PREFIX) if key.endswith(_RECORD)]
        specs = {spec.id: spec for spec in [await self._read(key) for key in records] if spec}
        for spec in listed:
            if spec.id not in specs and await self._has_files(spec):
                await self._store.put_all({_keys(spec.id)[2]: json.dumps(to_record(spec))})
                specs[spec.id] = spec
        return [spec for spec in specs.values() if await self._load(spec)]

    async def forget(self, model_id: str) -> None:
        await self._store.remove_all(_keys(model_id))

    async def _read(self, key: str) -> ModelSpec | None:
        spec = read_spec(parse_record(await self._store.get(key)))
        return spec if spec and _keys(spec.id)[2] == key else None

    async def _has_files(self, spec: ModelSpec) -> bool:
        return all([await self._store.get_bytes(key) is not None for key in _keys(spec.id)[:2]])

    async def _load(self, spec: ModelSpec) -> bool:
        """False where the browser threw its bytes away."""
        data, reference = [await self._store.get_bytes(key) for key in _keys(spec.id)[:2]]
        if data is None or reference is None:
            return False
        self._library.add(spec, data, reference)
        return True


def _keys(model_id: str) -> tuple[str, str, str]:
    return f"{_PREFIX}{model_id}", f"{_PREFIX}{model_id}/reference", f"{_PREFIX}{model_id}{_RECORD}"
