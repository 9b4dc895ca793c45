"""Sentences in the language of the page, and what happens where a translation is missing or wrong."""

import json
from collections.abc import Iterator

import pytest

from app_py.i18n import WordsError, check_translation, format_number, tr, tr_noop, translated, use_words

OPENING = "Opening {name} …"


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    use_words("{}")


def speak(**translations: str) -> None:
    use_words(json.dumps({OPENING: "{name} wird geöffnet …", "yes": "ja", **translations}))


def test_without_a_translation_everything_is_english() -> None:
    assert tr(OPENING, name="cat.jpg") == "Opening cat.jpg …"
    assert tr(tr_noop("yes")) == "yes"
    assert translated("yes") == "yes"
    assert format_number("1,234.5") == "1,234.5"


def test_a_translation_is_said_with_its_values_in_it() -> None:
    speak()
    assert tr(OPENING, name="cat.jpg") == "cat.jpg wird geöffnet …"
    assert tr(tr_noop("yes")) == "ja"
    assert translated("yes") == "ja"


def test_what_a_translation_lacks_stays_english() -> None:
    speak()
    assert tr("{done} of {total}", done=1, total=3) == "1 of 3"


def test_braces_in_a_value_are_text() -> None:
    speak()
    assert tr(OPENING, name="{total} {0}.jpg") == "{total} {0}.jpg wird geöffnet …"
    assert translated("{total}") == "{total}"


@pytest.mark.parametrize(
    "wrong",
    ["wird geöffnet", "{nme} …", "{name} {size}", "{name.__class__}", "{name!r}", "{name:>9}", "{", "{}", " ", 7],
)
def test_a_translation_that_does_not_fit_is_left_out(wrong: object, capsys: pytest.CaptureFixture[str]) -> None:
    use_words(json.dumps({OPENING: wrong, "yes": "ja"}))
    assert tr(OPENING, name="cat.jpg") == "Opening cat.jpg …"
    assert tr("yes") == "ja"
    assert capsys.readouterr().out.count("\n") == 1


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("wird geöffnet", "The translation “wird geöffnet” lacks {name}."),
        ("{name} {size}", "The translation “{name} {size}” has {size}, which “Opening {name} …” has not."),
        ("{name!r}", "“{name!r}” has braces around something that is not a plain name."),
        ("{name", "The braces of “{name” do not match: "),
        ("", "“Opening {name} …” has no translation."),
    ],
)
def test_the_check_says_what_is_wrong(wrong: str, message: str) -> None:
    with pytest.raises(WordsError) as caught:
        check_translation(OPENING, wrong)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("text", ["", "not JSON", "[]", "null", "7"])
def test_what_is_no_catalogue_at_all_changes_nothing(text: str) -> None:
    use_words(text)
    assert tr("yes") == "yes"


@pytest.mark.parametrize(("signs", "number"), [("1.234,5", "2.000,75"), ("1 234,5", "2 000,75"), ("1234,5", "2000,75")])
def test_numbers_have_the_signs_of_the_language(signs: str, number: str) -> None:
    use_words(json.dumps({"1,234.5": signs}))
    assert format_number("2,000.75") == number


def test_other_signs_than_a_numbers_are_refused() -> None:
    with pytest.raises(WordsError, match=r"is not the number 1,234\.5"):
        check_translation("1,234.5", "eintausend")
