"""The catalogue: every sentence of the pages as its own translation, in the order of pages, scripts and Python."""

import json
from collections.abc import Iterator
from pathlib import Path

from app_py.i18n import NUMBER
from build.common.errors import BuildError
from build.i18n import html_source, javascript_source, python_source
from build.operator_test.graphs import all_cases

FOLDER = Path("www") / "i18n"
ENGLISH = "en"
PAGES = ("index.html", "benchmark.html", "ops.html")

Words = dict[str, str]
"""A sentence in English -> the same in some language."""


def collect(root: Path) -> Words:
    """The catalogue of the project at `root`. Raises `BuildError` where a sentence cannot be found as it is written."""
    return {
        sentence: sentence
        for sentence in (NUMBER, *_in_pages(root), *_in_scripts(root), *_in_data(root), *_in_python(root))
    }


def catalogue_path(root: Path, language: str) -> Path:
    return root / FOLDER / f"{language}.json"


def languages(root: Path) -> list[str]:
    """The languages that there is a translation for."""
    return sorted(path.stem for path in (root / FOLDER).glob("*.json") if path.stem != ENGLISH)


def read_words(path: Path) -> Words:
    """A catalogue or a translation. Raises `BuildError` where the file is none."""
    try:
        words = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BuildError(f"{path} cannot be read as JSON: {error}") from error
    if not isinstance(words, dict) or not all(isinstance(value, str) for value in words.values()):
        raise BuildError(f"{path} must be one JSON object of sentences and their translations")
    return words


def to_json(words: Words) -> str:
    return json.dumps(words, indent=1, ensure_ascii=False) + "\n"


def _in_pages(root: Path) -> Iterator[str]:
    for name in PAGES:
        yield from html_source.sentences((root / "www" / name).read_text(encoding="utf-8"))


def _in_scripts(root: Path) -> Iterator[str]:
    www = root / "www"
    for path in sorted(www.rglob("*.js")):
        if (www / "vendor") not in path.parents:
            yield from javascript_source.sentences(path.read_text(encoding="utf-8"), str(path.relative_to(root)))


def _in_data(root: Path) -> Iterator[str]:
    """Titles that are words: of the sample photos and the operator tests. Paintings keep their names."""
    for photo in json.loads((root / "www" / "photos" / "photos.json").read_text(encoding="utf-8")):
        yield photo["title"]
    yield from (case.title for case in all_cases())


def _in_python(root: Path) -> Iterator[str]:
    for path in python_source.python_files(root):
        yield from python_source.sentences(path.read_text(encoding="utf-8"), path.relative_to(root).as_posix())
