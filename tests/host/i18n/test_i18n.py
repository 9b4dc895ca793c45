"""The catalogue of the pages' words: that it is complete, up to date, and that its translations can be used."""

import json
from pathlib import Path

import pytest

from build.common.errors import BuildError
from build.i18n import html_source, javascript_source, python_source
from build.i18n.catalogue import ENGLISH, Words, catalogue_path, collect, languages, read_words
from build.i18n.translation import begin, missing, problems, report
from tests.support.paths import ROOT


@pytest.fixture(scope="module")
def english() -> Words:
    return collect(ROOT)


def test_the_catalogue_is_up_to_date(english: Words) -> None:
    assert read_words(catalogue_path(ROOT, ENGLISH)) == english, "run `python -m build words`"


def test_every_translation_can_be_used(english: Words) -> None:
    assert list(report(ROOT, english)) == []


@pytest.mark.parametrize("language", languages(ROOT))
def test_the_translations_that_ship_are_complete(english: Words, language: str) -> None:
    assert missing(english, read_words(catalogue_path(ROOT, language))) == []


def test_sentences_in_python() -> None:
    source = 'tr("b {name}", name=1)\ntr_noop("a")\ntr(CHOSEN)\ntr("c " "d")\nother("e")\nraise AppError(tr("f"))'
    assert list(python_source.sentences(source, "app_py/x.py")) == ["b {name}", "a", "c d", "f"]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ('tr(f"{name} is open")', "x.py:1: a sentence must be plain text"),
        ('\ntr("a" + "b")', "x.py:2: a sentence must be plain text"),
        ('tr("{name}", nme=1)', "is given ['nme'], and its braces name ['name']"),
        ('tr("{name.first}", name=1)', "braces around something that is not a plain name"),
        ('raise PhotoError("It is empty.")', "x.py:1: a visitor may read this sentence"),
        ('Failure("photo-missing", f"{name} is missing.")', "x.py:1: a visitor may read this sentence"),
        ('desk.show(sentence="Choose, then start.")', "x.py:1: a visitor may read this sentence"),
    ],
)
def test_python_that_cannot_be_translated_is_refused(source: str, words: str) -> None:
    with pytest.raises(BuildError) as caught:
        list(python_source.sentences(source, "app_py/x.py"))
    assert words in str(caught.value)


def test_errors_for_programmers_may_be_english() -> None:
    source = 'raise InvalidArgument("It is no dict.")\nraise ValueError("No such thing.")'
    assert list(python_source.sentences(source, "app_py/onnxruntime/feeds.py")) == []


def test_sentences_in_html() -> None:
    source = """<title>T</title><meta name="description" content="D"><meta name="viewport" content="V">
        <p title="P">one <b>two</b>
        and   three</p><option translate="no">PNG</option><script>S</script><noscript>N</noscript>
        <img alt="I"><output>100 %</output><input placeholder="H" aria-label="L">"""
    expected = ["T", "D", "P", "one", "two", "and three", "I", "L", "H"]
    assert list(html_source.sentences(source)) == expected


def test_sentences_in_javascript() -> None:
    source = """import { language, tr } from '../i18n/i18n.js';
        tr('a'); tr("it's {b}", { b }); tr('c\\'s'); tr(title); entr('d');
        throw new EngineFault('code', 'e {f}', { f });"""
    assert list(javascript_source.sentences(source, "x.js")) == ["a", "it's {b}", "c's", "e {f}"]
    assert list(javascript_source.sentences("const tr = alert; tr('a');", "x.js")) == []


def test_javascript_that_cannot_be_translated_is_refused() -> None:
    with pytest.raises(BuildError, match=r"x\.js:2: a sentence must be a plain string"):
        list(javascript_source.sentences("import { tr } from '../i18n/i18n.js';\ntr(`${name} is open`)", "x.js"))


def test_problems_of_a_translation() -> None:
    english = {"Opening {name} …": "", "yes": ""}
    found = list(problems(english, {"Opening {name} …": "öffnet {nme}", "yes": "ja", "gone": "weg"}))
    assert len(found) == 2
    assert "lacks {name}" in found[0]
    assert "“gone” is no longer said anywhere" in found[1]
    assert missing(english, {"yes": "ja"}) == ["Opening {name} …"]
    assert begin(english, {"gone": "weg", "yes": "ja"}) == {"Opening {name} …": "", "yes": "ja"}


def test_a_language_that_pages_do_not_know_is_a_problem(tmp_path: Path) -> None:
    words = tmp_path / "www" / "i18n"
    words.mkdir(parents=True)
    (words / "i18n.js").write_text("const LANGUAGES = ['de'];")
    for language in ("de", "fr"):
        (words / f"{language}.json").write_text(json.dumps({"yes": "so"}))
    (problem,) = report(tmp_path, {"yes": "yes"})
    assert problem.startswith("www/i18n/i18n.js: LANGUAGES does not name 'fr'")


@pytest.mark.parametrize("text", ["{", "[]", '{"yes": 1}'])
def test_a_file_that_is_no_translation(tmp_path: Path, text: str) -> None:
    path = tmp_path / "xx.json"
    path.write_text(text)
    with pytest.raises(BuildError, match=r"xx\.json"):
        read_words(path)
