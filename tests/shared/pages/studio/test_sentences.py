"""What the studio says of a painting."""

import pytest

from app_py.pages.studio.sentences import result_sentence, saved_sentence
from app_py.pages.studio.state import Job, PaintSettings, PhotoInfo, Result
from app_py.photo.sizing import Size

PHOTO = PhotoInfo(1, "a.jpg", Size(200, 300))


def painted(run_ms: float) -> Result:
    return Result(Job(1, PHOTO, PaintSettings("waves-nc8", size="512")), "ort:wasm", run_ms, PHOTO.size)


@pytest.mark.parametrize(
    ("run_ms", "seconds"), [(0.3, "0.01"), (41, "0.04"), (99, "0.10"), (100, "0.1"), (1260, "1.3"), (62_000, "62.0")]
)
def test_nothing_is_painted_in_no_time(run_ms: float, seconds: str) -> None:
    assert result_sentence(painted(run_ms)) == f"Painted in {seconds} s, 300 × 200."
    assert f"painted in {seconds} s" in saved_sentence(painted(run_ms))
