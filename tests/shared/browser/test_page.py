"""What the page's JavaScript answers a download with, in words."""

import asyncio
from collections.abc import Callable

import pytest

from app_py.browser.page import BrowserPage
from app_py.errors import AppError
from app_py.styles.library import ignore_progress


class Bytes:
    def to_bytes(self) -> bytes:
        return b"content"


class JsPage:
    """Answers every download with the same."""

    def __init__(self, reply: object) -> None:
        self._reply = reply

    async def fetch(self, _url: str, _on_progress: Callable[[int, int], None]) -> object:
        return self._reply


def fetch(reply: object) -> bytes:
    return asyncio.run(BrowserPage(JsPage(reply)).fetch("a.onnx", ignore_progress))


def test_bytes_are_given() -> None:
    assert fetch(Bytes()) == b"content"


@pytest.mark.parametrize(
    ("reply", "code", "sentence"),
    [
        (404, "not-found", "The server answered 404 for a.onnx."),
        ("network", "network", "a.onnx could not be reached."),
        ("silent", "network", "a.onnx does not come: nothing has arrived for a while."),
        ("cut", "network", "The transfer of a.onnx broke off."),
    ],
)
def test_each_failure_has_its_sentence(reply: object, code: str, sentence: str) -> None:
    with pytest.raises(AppError, match=sentence) as raised:
        fetch(reply)
    assert raised.value.code == code
