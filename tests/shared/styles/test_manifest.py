"""The manifest: read whole, or refused with the entry and the field that is wrong."""

import copy
import json
from typing import Any

import pytest

from app_py.errors import ManifestError
from app_py.styles.manifest import Catalogue, FileSpec, Preview, parse_catalogue, parse_manifest

ENTRY: dict[str, Any] = {
    "id": "great-wave-nc16-zeropad",
    "style": "great-wave",
    "title": "The Great Wave",
    "width": 16,
    "padding": "zero",
    "file": "great-wave-nc16-zeropad.onnx",
    "bytes": 1700000,
    "sha256": "ab" * 32,
    "opset": 7,
    "nodes": 50,
    "verified": {"onnxruntime": 0.001},
    "source": {"kind": "own"},
    "licence": "CC0-1.0",
    "reference": {"file": "great-wave-nc16-zeropad.reference.npz", "bytes": 20000, "sha256": "cd" * 32},
    "preview": {"file": "great-wave-nc16-zeropad.preview.webp", "width": 192, "height": 192},
}


def manifest(**changes: Any) -> bytes:
    entry = {**copy.deepcopy(ENTRY), **changes}
    return json.dumps({"version": 1, "models": [{k: v for k, v in entry.items() if v is not ...}]}).encode()


def test_a_whole_entry() -> None:
    (model,) = parse_manifest(manifest())
    assert model.id == "great-wave-nc16-zeropad"
    assert model.model == FileSpec("great-wave-nc16-zeropad.onnx", 1700000, "ab" * 32)
    assert model.reference == FileSpec("great-wave-nc16-zeropad.reference.npz", 20000, "cd" * 32)
    assert model.preview == Preview("great-wave-nc16-zeropad.preview.webp", 192, 192)


def test_reference_and_preview_may_be_absent() -> None:
    (model,) = parse_manifest(manifest(reference=..., preview=...))
    assert model.reference is None
    assert model.preview is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "not JSON"),
        (b"<!doctype html>", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[]", "version 1"),
        (b'{"version": 2, "models": []}', "version 1"),
        (b'{"version": 1, "models": []}', "names no model"),
        (b'{"version": 1, "models": {"a": 1}}', "names no model"),
        (b'{"version": 1, "models": [3]}', "entry 1 is not an object"),
        (manifest(id="Great Wave"), "'Great Wave' has no valid 'id'"),
        (manifest(id=...), "entry 1 has no valid 'id'"),
        (manifest(bytes="many"), "has no valid 'bytes'"),
        (manifest(bytes=True), "has no valid 'bytes'"),
        (manifest(width=0), "has no valid 'width'"),
        (manifest(padding="mirror"), "has no valid 'padding'"),
        (manifest(sha256="xyz"), "has no valid 'sha256'"),
        (manifest(file="../secret.onnx"), "has no valid 'file'"),
        (manifest(file="https://elsewhere.example/m.onnx"), "has no valid 'file'"),
        (manifest(reference={"file": "a.npz"}), "reference has no valid 'bytes'"),
        (json.dumps({"version": 1, "models": [ENTRY, ENTRY]}).encode(), "twice"),
    ],
)
def test_anything_else_is_refused_with_the_reason(text: bytes, words: str) -> None:
    with pytest.raises(ManifestError) as caught:
        parse_manifest(text)
    assert words in str(caught.value)
    assert "python -m build models" in str(caught.value)


def test_nesting_without_end_is_refused_before_it_is_read() -> None:
    """In a browser the reader's recursion would end Python."""
    with pytest.raises(ManifestError, match="nested too deep"):
        parse_manifest("[" * 100_000)
    with pytest.raises(ManifestError, match="is not of version 1"):
        parse_manifest("[" * 20 + "]" * 20)


@pytest.mark.parametrize("name", ["networks", "styles"])
@pytest.mark.parametrize("value", [3, {"a": 1}, "text", None])
def test_lists_that_are_none(name: str, value: object) -> None:
    with pytest.raises(ManifestError, match=f"'{name}' is not a list"):
        parse_catalogue(json.dumps({"version": 1, "models": [ENTRY], name: value}))


NETWORK = {
    **{key: ENTRY[key] for key in ("title", "width", "file", "bytes", "sha256", "opset", "licence")},
    "id": "any",
    "length": 2,
}
VECTOR = {"id": "painting:rain", "title": "Rain", "network": "any", "vector": "AACAPwAAAEA="}


def catalogue(base: dict[str, Any] = NETWORK, **style: Any) -> Catalogue:
    document = {"version": 1, "models": [ENTRY], "networks": [base], "styles": [{**VECTOR, **style}]}
    return parse_catalogue(json.dumps(document))


def test_networks_and_their_styles() -> None:
    found = catalogue({**NETWORK, "predictor": ENTRY["reference"], "reference": ENTRY["reference"]})
    (network,), (style,) = found.networks, found.styles
    assert found.lengths == (("any", 2),)
    assert (network.id, network.style, network.network, network.padding) == ("any", "any", "any", "reflect")
    assert network.reference == network.predictor == FileSpec(**ENTRY["reference"])
    assert (style.id, style.style, style.title, style.vector) == ("painting:rain", "painting:rain", "Rain", (1.0, 2.0))
    assert (style.model, style.network) == (network.model, "any")
    assert style.mixes_with_photo
    assert style.feeds["style"].tolist() == [[1.0, 2.0]]
    assert not network.mixes_with_photo
    assert network.feeds == {}
    bare = catalogue()
    assert bare.networks[0].predictor is None
    assert not bare.styles[0].mixes_with_photo


@pytest.mark.parametrize(
    ("style", "words"),
    [
        ({"network": "other"}, "is for a network that is not listed"),
        ({"vector": "AACAPw=="}, "has no valid 'vector'"),
        ({"vector": "no base64!"}, "has no valid 'vector'"),
        ({"vector": "AADAfwAAAEA="}, "has no valid 'vector'"),
        ({"id": "rain"}, "has no valid 'id'"),
        ({"title": ""}, "has no valid 'title'"),
    ],
)
def test_styles_that_are_none(style: dict[str, Any], words: str) -> None:
    with pytest.raises(ManifestError, match=words):
        catalogue(**style)
