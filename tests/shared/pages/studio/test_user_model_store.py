"""A visitor's own models: each kept by itself, whole or not at all, and what is damaged is no model."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import pytest

from app_py.onnxruntime import platform as platforms
from app_py.pages.studio.user_model_store import UserModelStore
from app_py.styles.library import Library
from app_py.styles.manifest import ModelSpec
from app_py.styles.user_model_record import read_spec, to_record
from tests.shared.support import onnx_bytes
from tests.shared.support.fake_engine import FakePlatform
from tests.shared.support.studio import MemoryStore


class ModelFile:
    def __init__(self, opset: int) -> None:
        self._opset = opset

    async def read(self) -> bytes:
        return onnx_bytes.model(opset=self._opset)


@pytest.fixture(autouse=True)
def _platform(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakePlatform(lambda _provider, picture: 255 - picture)
    monkeypatch.setattr(platforms, "current", lambda: fake)


async def nothing(_url: str, _on_progress: Callable[[int, int], None]) -> bytes:
    raise AssertionError("nothing is fetched")


def page(shelf: MemoryStore) -> UserModelStore:
    """A page of its own over what the browser keeps for all of them."""
    return UserModelStore(Library(nothing), shelf)


def add(store: UserModelStore, opset: int) -> tuple[ModelSpec, bool]:
    return asyncio.run(store.add(f"style_{opset}.onnx", ModelFile(opset)))


def brought_back(shelf: MemoryStore, listed: Sequence[ModelSpec] = ()) -> list[ModelSpec]:
    return asyncio.run(page(shelf).bring_back(listed))


def test_a_model_comes_back_with_its_files() -> None:
    shelf = MemoryStore()
    spec, kept = add(page(shelf), 7)
    assert kept
    library = Library(nothing)
    assert asyncio.run(UserModelStore(library, shelf).bring_back()) == [spec]
    assert asyncio.run(library.read(spec.model)) == onnx_bytes.model(opset=7)
    assert spec.reference is not None
    assert len(asyncio.run(library.read(spec.reference))) == spec.reference.bytes


def test_two_pages_that_each_add_a_model_lose_none() -> None:
    shelf = MemoryStore()
    one, other = page(shelf), page(shelf)
    first, second = add(one, 7)[0], add(other, 8)[0]
    assert {spec.id for spec in brought_back(shelf)} == {first.id, second.id}


def test_a_full_disk_keeps_nothing_and_says_so() -> None:
    shelf = MemoryStore()
    shelf.full = True
    spec, kept = add(page(shelf), 7)
    assert spec.title == "Style 7"
    assert not kept
    assert brought_back(shelf) == []


def test_a_forgotten_model_leaves_nothing() -> None:
    shelf = MemoryStore()
    store = page(shelf)
    gone, stays = add(store, 7)[0], add(store, 8)[0]
    asyncio.run(store.forget(gone.id))
    assert brought_back(shelf) == [stays]
    assert not any(gone.id in key for key in (*shelf.texts, *shelf.bytes))


def test_a_model_without_its_bytes_is_no_model_and_its_record_stays() -> None:
    shelf = MemoryStore()
    spec, _ = add(page(shelf), 7)
    lost = {key: value for key, value in shelf.bytes.items() if key.endswith("/reference")}
    asyncio.run(shelf.remove_all(list(lost)))
    assert brought_back(shelf) == []
    shelf.bytes |= lost
    assert brought_back(shelf) == [spec]


def test_what_an_earlier_version_listed_gets_its_record() -> None:
    shelf = MemoryStore()
    spec, _ = add(page(shelf), 7)
    asyncio.run(shelf.remove_all([f"own/{spec.id}/record"]))
    assert brought_back(shelf) == []
    assert brought_back(shelf, [spec]) == [spec]
    assert brought_back(shelf) == [spec]


def test_what_an_earlier_version_listed_without_bytes_gets_none() -> None:
    shelf = MemoryStore()
    spec, _ = add(page(shelf), 7)
    shelf.texts.clear()
    shelf.bytes.clear()
    assert brought_back(shelf, [spec]) == []
    assert (shelf.texts, shelf.bytes) == ({}, {})


DAMAGE: list[dict[str, Any]] = [
    {"id": "waves-nc16"},
    {"id": "own-<img src=x>"},
    {"id": 3},
    {"style": "../other"},
    {"title": ["a"]},
    {"title": ""},
    {"title": "x" * 5000},
    {"width": float("inf")},
    {"width": "16"},
    {"opset": -1},
    {"padding": "mirror"},
    {"model": None},
    {"model": {"file": "../../x", "bytes": 3, "sha256": "ab" * 32}},
    {"model": {"file": "x", "bytes": 0, "sha256": "ab" * 32}},
    {"model": {"file": "x", "bytes": 3, "sha256": "xy"}},
    {"reference": 3},
    {"predictor": {"file": "x"}},
    {"vector": "1,2"},
    {"vector": [float("nan")]},
    {"vector": [0.0] * 100_000},
    {"network": "<b>"},
    {"licence": None},
]


@pytest.mark.parametrize("damage", DAMAGE, ids=lambda damage: str(damage)[:40])
def test_a_damaged_record_is_no_model_and_stays_where_it_is(damage: dict[str, Any]) -> None:
    shelf = MemoryStore()
    spec, _ = add(page(shelf), 7)
    key = f"own/{spec.id}/record"
    whole = asdict(spec)
    assert read_spec(json.loads(json.dumps(whole))) == spec
    shelf.texts[key] = text = json.dumps(whole | damage)
    assert brought_back(shelf) == []
    assert shelf.texts[key] == text


def test_a_record_under_another_models_key_is_no_model() -> None:
    shelf = MemoryStore()
    spec, _ = add(page(shelf), 7)
    shelf.texts["own/own-00/record"] = json.dumps(to_record(spec))
    assert brought_back(shelf) == [spec]


@pytest.mark.parametrize("entry", [None, 3, [], "own", {}], ids=str)
def test_what_is_no_record_is_no_style(entry: object) -> None:
    assert read_spec(entry) is None
