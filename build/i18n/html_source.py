"""The sentences in HTML: texts, and the attributes that are read out or shown."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

ATTRIBUTES = ("alt", "aria-label", "placeholder", "title")
"""As `www/i18n/i18n.js` translates them; it also knows the `content` of the page's description."""

SILENT = ("script", "style", "noscript")
VOID = ("br", "hr", "img", "input", "link", "meta")


def sentences(source: str) -> Iterator[str]:
    """The sentences in order, but of elements with `translate="no"`, and of those that no translation can reach."""
    reader = _Reader()
    reader.feed(source)
    reader.close()
    yield from reader.found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        silent = self._is_silent() or tag in SILENT or given.get("translate") == "no"
        if not silent:
            names = [*ATTRIBUTES, "content"] if given.get("name") == "description" else ATTRIBUTES
            for name in names:
                self._find(given.get(name) or "")
        if tag not in VOID:
            self._open.append((tag, silent))

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        # Some end tags may be left out: what was opened inside ends with it.
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self._is_silent():
            self._find(data)

    def _is_silent(self) -> bool:
        return bool(self._open) and self._open[-1][1]

    def _find(self, text: str) -> None:
        sentence = re.sub(r"\s+", " ", text.strip())
        if re.search(r"[^\W\d_]", sentence):
            self.found.append(sentence)
