"""The three pages stand as they are under any server, so each has a head of its own: here they are held alike."""

import re

import pytest

from tests.support.paths import ROOT

PAGES = ("index", "benchmark", "ops")
ITS_OWN = re.compile(
    r"<title>|<meta name=\"description\"|<link rel=\"(manifest|modulepreload|preload)\"|<script type=\"module\""
    r"|<link rel=\"stylesheet\" href=\"(?!common/)"
)
"""What a page's head says for that page alone."""


def text(page: str) -> str:
    return (ROOT / "www" / f"{page}.html").read_text("utf-8")


def head(page: str) -> list[str]:
    """The lines of a head that are every page's."""
    lines = text(page).partition("</head>")[0].splitlines()
    return [line for line in lines if not ITS_OWN.match(line)]


def said_without_python(page: str) -> list[str]:
    return re.findall(r"<p data-broken=.*</p>", text(page))


@pytest.mark.parametrize("page", PAGES)
def test_every_page_has_the_head_that_all_have(page: str) -> None:
    assert head(page) == head(PAGES[0])
    assert len(head(page)) >= 10


@pytest.mark.parametrize("page", PAGES)
def test_every_page_says_the_same_when_python_cannot_speak(page: str) -> None:
    assert said_without_python(page) == said_without_python(PAGES[0])
    assert len(said_without_python(page)) >= 5
