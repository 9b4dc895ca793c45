"""What an engine is told when it is to open a model, and who is asked next."""

from typing import Any

import pytest

from app_py.onnxruntime import general
from app_py.onnxruntime.errors import OrtError
from app_py.onnxruntime.options import SessionOptions
from app_py.onnxruntime.session import InferenceSession
from tests.shared.support import onnx_bytes
from tests.shared.support.fake_engine import FakePlatform

NO = {"code": "engine-failed", "message": "no"}


def opened_with(options: SessionOptions | None = None, threads: int | None = None) -> dict[str, Any]:
    platform = FakePlatform()
    platform.block_on(
        InferenceSession.create(onnx_bytes.model(), sess_options=options, platform=platform, threads=threads)
    )
    return platform.opened_with


def test_an_engine_is_told_no_more_than_was_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(general, "_LOG", {})
    told = opened_with()
    assert (told["provider"], told["threads"], told["most_threads"], told["external"]) == ("ort:wasm", None, 8, [])
    assert told["options"] == SessionOptions().to_engine()


def test_threads_are_the_callers_before_the_options() -> None:
    options = SessionOptions()
    options.intra_op_num_threads = 3
    assert opened_with(options)["threads"] == 3
    assert opened_with(options, 2)["threads"] == 2


def test_sizes_by_denotation_are_told_by_name() -> None:
    options = SessionOptions()
    options.add_free_dimension_override_by_name("H", 8)
    assert opened_with(options)["options"]["freeDimensionOverrides"] == {"H": 8}


def test_engines_are_asked_in_order_until_one_opens_the_model() -> None:
    platform = FakePlatform()
    for provider in ("onnxjs:webgl", "onnxjs:wasm"):
        platform.troubles[provider, "create"] = [NO]
    asked = ["onnxjs:webgl", "onnxjs:wasm", "onnxjs:cpu", "ort:wasm"]
    with pytest.warns(UserWarning, match="Falling back to onnxjs:cpu") as warned:
        session = InferenceSession(onnx_bytes.model(), providers=asked, platform=platform)
    assert session.get_providers() == ["onnxjs:cpu"]
    assert [provider for provider, method in platform.log if method == "create"] == asked[:3]
    assert len(warned) == 2


def test_one_refusal_is_told_as_it_is() -> None:
    platform = FakePlatform()
    platform.troubles["onnxjs:cpu", "create"] = [NO]
    with pytest.raises(OrtError, match=r"^The engine failed: no$"):
        InferenceSession(onnx_bytes.model(), providers=["onnxjs:cpu"], platform=platform)
