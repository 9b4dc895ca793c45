"""How a model that a visitor brings is called."""

import pytest

from app_py.styles.user_model import title_of


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("my_great-style.onnx", "My great style"),
        ("the old harbour of the little town in the morning.ONNX", "The old harbour of the little town in t…"),
        ("x" * 40 + ".onnx", "X" + "x" * 39),
        ("_.onnx", "My style"),
    ],
)
def test_a_file_name_becomes_a_title(name: str, title: str) -> None:
    assert title_of(name) == title
