"""What is kept of a visitor's model: read as it was written, or not at all."""

import json
from dataclasses import replace
from typing import Any

import pytest

from app_py.styles.manifest import FileSpec
from app_py.styles.user_model_record import LONGEST_TITLE, MOST_NUMBERS, read_spec, to_record
from tests.shared.support.fake_models import spec

FILE = FileSpec("own-1.onnx", 10, "0" * 64)
OWN = replace(spec(), id="own-1", style="own-1", model=FILE, licence="")
PAINTING = replace(OWN, id="painting:own-1", style="painting:own-1", network="any", vector=(1.0, 2.5), predictor=FILE)


def record(**changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(json.dumps(to_record(OWN)))
    return {key: value for key, value in (fields | changes).items() if value is not ...}


@pytest.mark.parametrize("own", [OWN, PAINTING, replace(OWN, reference=None), replace(OWN, padding="zero")])
def test_what_was_written_is_read(own: Any) -> None:
    assert read_spec(json.loads(json.dumps(to_record(own)))) == own


def test_what_earlier_versions_did_not_write_may_be_missing() -> None:
    assert read_spec(record(network=..., vector=..., predictor=..., licence=..., reference=...)) is not None


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "mosaic-nc8"}, {"id": ...},
        {"id": "own-" + "a" * 65}, {"id": "own-1\n"}, {"id": "Own-1"}, {"style": "x"},
        {"title": ""}, {"title": "x" * (LONGEST_TITLE + 1)}, {"title": 3}, {"title": ...},
        {"padding": "edge"}, {"padding": ...}, {"network": "A"}, {"network": "a" * 41}, {"network": None},
        {"licence": "x" * 201}, {"licence": "a\0"},
        {"width": -1}, {"width": 1e999}, {"width": 2.5}, {"width": True}, {"width": ...}, {"width": 1_000_001},
        {"opset": "7"}, {"opset": ...},
        {"vector": 3}, {"vector": "12"}, {"vector": [1e999]}, {"vector": ["1"]}, {"vector": [2e9]}, {"vector": None},
        {"vector": [0.0] * (MOST_NUMBERS + 1)},
        {"model": None}, {"model": ...}, {"model": {}}, {"reference": 3}, {"reference": {}},
        {"predictor": {"file": "x"}},
        *({"model": {"file": "own-1.onnx", "bytes": 10, "sha256": "0" * 64, **change}} for change in (
            {"file": "../x"}, {"file": ".x"}, {"file": ""}, {"file": "a" * 201}, {"file": 3}, {"bytes": 0},
            {"bytes": 1.5},
            {"bytes": 1e999}, {"bytes": True}, {"bytes": 20_000_000_000}, {"sha256": "0" * 63},
            {"sha256": "G" * 64}, {"sha256": 0},
        )),
    ],
)  # fmt: skip
def test_every_field_is_checked(changes: dict[str, Any]) -> None:
    assert read_spec(record(**changes)) is None


def test_what_is_no_record() -> None:
    nothing: tuple[object, ...] = (None, [], "x", 3, {})
    assert not any(map(read_spec, nothing))


def test_the_limits_are_allowed() -> None:
    assert (LONGEST_TITLE, MOST_NUMBERS) == (100, 10_000)
    limits = {
        "title": "x" * LONGEST_TITLE,
        "vector": [1e9, -1e9, *[0] * (MOST_NUMBERS - 2)],
        "width": 0,
        "opset": 1_000_000,
    }
    assert read_spec(record(**limits)) is not None
    whole = {"file": "a" * 200, "bytes": 1, "sha256": "f" * 64}
    assert read_spec(record(model=whole, id="own-" + "a" * 64, licence="x" * 200, network="a" * 40)) is not None
