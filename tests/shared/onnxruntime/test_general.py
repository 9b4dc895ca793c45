"""What onnxruntime's module offers besides sessions."""

import pytest

from app_py.onnxruntime import engines, general
from app_py.onnxruntime.options import SessionOptions
from app_py.onnxruntime.session import InferenceSession
from tests.shared.support import onnx_bytes
from tests.shared.support.fake_engine import FakePlatform


def test_versions_are_those_of_the_complete_engine() -> None:
    assert general.get_version_string() == engines.complete().version
    assert general.get_build_info() == f"ORT Build Info: onnxruntime-web {engines.complete().version}, WebAssembly"
    assert general.has_collective_ops() is False


def test_a_seed_that_reaches_no_engine_says_so() -> None:
    with pytest.warns(UserWarning, match="set_seed does not reach a browser's onnxruntime"):
        general.set_seed(7)
    with pytest.raises(TypeError, match="The seed must be an int"):
        general.set_seed(1 << 63)


def test_severities_have_limits_and_go_to_sessions_that_say_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(general, "_LOG", {})
    assert general.default_log_severity() is None
    for wrong in (-1, 5):
        with pytest.raises(RuntimeError, match=r"it is 0 \(verbose\) to 4 \(fatal\)"):
            general.set_default_logger_severity(wrong)
    for severity in (0, 4):
        general.set_default_logger_severity(severity)
        assert general.default_log_severity() == severity
    platform = FakePlatform()
    InferenceSession(onnx_bytes.model(), platform=platform)
    assert platform.opened_with["options"]["logSeverityLevel"] == 4
    options = SessionOptions()
    options.log_severity_level = 1
    InferenceSession(onnx_bytes.model(), options, platform=platform)
    assert platform.opened_with["options"]["logSeverityLevel"] == 1
