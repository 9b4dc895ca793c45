"""A person's own models, kept in this browser and taken up again on the next visit."""

from app_py.pages.studio.ports import File
from app_py.pages.studio.settings import Store
from app_py.styles.library import Library
from app_py.styles.manifest import ModelSpec
from app_py.styles.user_model import check_own_model


class UserModelStore:
    def __init__(self, library: Library, store: Store) -> None:
        self._library = library
        self._store = store

    async def add(self, name: str, file: File) -> ModelSpec:
        """Check a model, keep it and put it into the library. Raises `AppError` where it is none that paints."""
        own = await check_own_model(name, await file.read())
        model_key, reference_key = _keys(own.spec.id)
        await self._store.put_bytes(model_key, own.data)
        await self._store.put_bytes(reference_key, own.reference)
        self._library.add(own.spec, own.data, own.reference)
        return own.spec

    async def bring_back(self, spec: ModelSpec) -> bool:
        """Put a kept model back into the library; False where the browser threw its bytes away."""
        data, reference = [await self._store.get_bytes(key) for key in _keys(spec.id)]
        if data is None or reference is None:
            return False
        self._library.add(spec, data, reference)
        return True

    async def forget(self, model_id: str) -> None:
        for key in _keys(model_id):
            await self._store.remove(key)


def _keys(model_id: str) -> tuple[str, str]:
    return f"own/{model_id}", f"own/{model_id}/reference"
