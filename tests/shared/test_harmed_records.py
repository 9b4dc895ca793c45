"""Seeded harm to all that is read from outside: it is understood, set aside, or refused in a sentence."""

import asyncio
import json
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

from app_py.engines.verdicts import InMemoryStore, Verdict, Verdicts
from app_py.errors import ManifestError
from app_py.kernels.onnx_graph import read_graph
from app_py.onnxruntime.errors import OrtError
from app_py.onnxruntime.onnx_header import read_header
from app_py.pages.benchmark.results import read_document
from app_py.pages.report.json_schema import ResultsError
from app_py.pages.report.share import from_fragment, to_fragment
from app_py.pages.studio.session_store import SESSION_KEY, KeptPainting, KeptSession, SessionStore
from app_py.pages.studio.settings import Settings, read_settings
from app_py.pages.studio.state import PaintSettings, Remembered
from app_py.styles.graph_sizes import why_too_large
from app_py.styles.manifest import parse_catalogue
from app_py.styles.user_model_record import read_spec, to_record
from tests.shared.styles.test_manifest import ENTRY
from tests.shared.support import fake_models, onnx_bytes, results_samples
from tests.shared.support.harm import TIMES, harm_bytes, harm_json, seeds
from tests.shared.support.studio import MemoryStore

CASES = 100
DEEP = "[" * 100_000


def texts(document: Any) -> list[str]:
    """A JSON document harmed in its values and in its bytes."""
    whole = json.dumps(document)
    values = [json.dumps(harm_json(document, seed)) for seed in seeds(CASES)]
    bytes_ = [harm_bytes(whole.encode(), seed).decode("utf-8", "replace") for seed in seeds(CASES)]
    return [whole, *values, *bytes_, DEEP, "", '{"last": 1e999}', whole.replace("1", "1e999")]


def outcome(read: Callable[[], object], refusal: type[Exception]) -> object:
    """What comes of reading; None where it was refused as it should be, in a sentence."""
    try:
        return read()
    except refusal as error:
        assert str(error)[:1].isupper() or str(error)[:1] == "x", repr(error)  # noqa: PT017 - most cases raise nothing
        return None


def test_manifests() -> None:
    network = {key: value for key, value in ENTRY.items() if key not in ("preview", "padding", "style")}
    document = {
        "version": 1,
        "models": [ENTRY],
        "networks": [{**network, "id": "any", "length": 2, "predictor": ENTRY["reference"]}],
        "styles": [{"id": "painting:rain", "title": "Rain", "network": "any", "vector": "AACAPwAAgD8="}],
    }
    understood = 0
    for text in texts(document):
        for given in (text, text.encode("utf-8", "replace")):
            understood += outcome(partial(parse_catalogue, given), ManifestError) is not None
    assert understood > 2


def test_settings() -> None:
    settings = Settings(
        Remembered(PaintSettings("great-wave-nc16", "ort:wasm", "256", (("a", 1), ("b", 2)))),
        (fake_models.spec(),),
    )
    for text in texts(json.loads(settings.to_json())):
        found = read_settings(text)
        assert read_settings(found.to_json()).remembered == found.remembered
        assert found.remembered.paint_settings.longest_px in (None, 128, 256, 384, 512, 768, 1024)


def test_records_of_own_models() -> None:
    own = fake_models.spec()
    document = {**to_record(own), "id": "own-1", "style": "own-1"}
    assert read_spec(document) is not None
    for seed in seeds(CASES):
        spec = read_spec(harm_json(document, seed))
        assert spec is None or read_spec(json.loads(json.dumps(to_record(spec)))) == spec


def test_sessions() -> None:
    async def run() -> None:
        shelf = MemoryStore()
        image = np.zeros((2, 3, 3), np.uint8)
        painting = KeptPainting(PaintSettings("x", mix=(("a", 1),)), "ort:wasm", 1.5, ("a reason",), image)
        await SessionStore(shelf).keep(KeptSession("a.png", b"photo", (painting,), painted=True))
        whole = await SessionStore(shelf).read()
        assert whole is not None
        assert whole.paintings == (painting,)
        for text in texts(json.loads(shelf.texts[SESSION_KEY])):
            harmed = MemoryStore()
            harmed.texts, harmed.bytes = {**shelf.texts, SESSION_KEY: text}, dict(shelf.bytes)
            sessions = SessionStore(harmed)
            count, session = await sessions.paintings_kept(), await sessions.read()
            assert session is None or len(session.paintings) == count
            # Whatever lies there: the next session is kept, and can be forgotten.
            await sessions.keep(KeptSession("b.png", b"other", (), painted=False))
            assert await SessionStore(harmed).paintings_kept() == 0
            await sessions.forget()
            assert await SessionStore(harmed).paintings_kept() is None

    asyncio.run(run())


def test_verdicts() -> None:
    async def run() -> None:
        memory = InMemoryStore()
        await Verdicts("device", memory).remember("ort:wasm", fake_models.spec(), Verdict("right", 0.5, 900.0, "x"))
        ((key, text),) = memory._texts.items()
        for harmed in texts(json.loads(text)):
            await memory.put(key, harmed)
            verdict = await Verdicts("device", memory).recall("ort:wasm", fake_models.spec())
            assert verdict is None or verdict.predict_ms(1_000_000) >= 0

    asyncio.run(run())


def test_results_and_links() -> None:
    document = results_samples.document()
    for text in texts(document):
        outcome(partial(read_document, text.encode("utf-8", "replace"), "x.json"), ResultsError)
    fragment = str(to_fragment(document)).encode()
    for seed in seeds(CASES):
        data = outcome(partial(from_fragment, harm_bytes(fragment, seed).decode("latin-1")), ResultsError)
        if isinstance(data, bytes):
            outcome(partial(read_document, data, "x.json"), ResultsError)


def test_models() -> None:
    whole = onnx_bytes.model(weights=("w",), metadata={"a": "b"})
    understood = 0
    for seed in seeds(CASES):
        data = harm_bytes(whole, seed)
        understood += outcome(partial(read_header, data), OrtError) is not None
        outcome(lambda data=data: why_too_large(read_graph(data)), OrtError)  # type: ignore[misc]
    assert CASES / 20 < understood < CASES * TIMES


@pytest.mark.parametrize("seed", [0, 1, 77])
def test_the_same_seed_does_the_same_harm(seed: int) -> None:
    assert harm_bytes(bytes(range(200)), seed) == harm_bytes(bytes(range(200)), seed) != bytes(range(200))
    assert json.dumps(harm_json(ENTRY, seed)) == json.dumps(harm_json(ENTRY, seed)) != json.dumps(ENTRY)
