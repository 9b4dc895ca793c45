"""The words that a person reads, in the language of the page. English is in the code, and is its translation's key.

`python -m build words` finds the sentences in the code, for translators: where one is said (`tr`), and where one is
kept in a table to be said later (`tr_noop`). Without a translation everything is English.
"""

import json
import re
import string
from collections.abc import Mapping

NUMBER = "1,234.5"
"""How English writes a number; its translation says which signs another language puts between the digits."""

_NUMBER_FORM = re.compile(r"1(\D?)234(\D)5")

_sentences: dict[str, str] = {}


class WordsError(ValueError):
    """A translation that cannot stand in for its sentence; the message says why."""


def tr(sentence: str, /, **values: object) -> str:
    """The sentence in the page's language, with its values filled in.

    >>> tr("{done} of {total}", done=1, total=3)
    '1 of 3'
    """
    return _sentences.get(sentence, sentence).format(**values)


def tr_noop(sentence: str) -> str:
    """The sentence as it is: it will be said where it is needed, for the language is not known yet."""
    return sentence


def translated(text: str) -> str:
    """A word out of data in the page's language, if the catalogue has it: a title, or the "unknown" of a document."""
    return _sentences.get(text, text)


def sentence_case(text: str) -> str:
    """A sentence that begins with a name, such as an engine's, which may begin small."""
    return text[:1].upper() + text[1:]


def format_number(number: str) -> str:
    """A number, written as English does, with the signs of the page's language.

    >>> format_number(f"{1234.5:,.1f}")
    '1,234.5'
    """
    found = _NUMBER_FORM.fullmatch(_sentences.get(NUMBER, NUMBER))
    return number.translate({ord(","): found[1], ord("."): found[2]}) if found else number


def use_words(text: str) -> None:
    """Speak from now on as a catalogue says: JSON, sentence to translation.

    What cannot be used of it is left out, so that it stays English: a page must not fail for want of words.
    """
    _sentences.clear()
    try:
        catalogue = json.loads(text)
    except ValueError as error:
        print(f"the translation is not JSON: {error}")
        return
    for sentence, translation in catalogue.items() if isinstance(catalogue, Mapping) else ():
        try:
            check_translation(sentence, translation)
        except WordsError as error:
            print(error)
        else:
            _sentences[sentence] = translation


def check_translation(sentence: str, translation: object) -> None:
    """Raise `WordsError` unless the translation takes the same values as its sentence."""
    if not isinstance(translation, str) or not translation.strip():
        raise WordsError(f"“{sentence}” has no translation.")
    if sentence == NUMBER and not _NUMBER_FORM.fullmatch(translation):
        raise WordsError(f"“{translation}” is not the number {NUMBER} with other signs between its digits.")
    wanted, found = placeholders(sentence), placeholders(translation)
    if missing := wanted - found:
        raise WordsError(f"The translation “{translation}” lacks {_in_braces(missing)}.")
    if unknown := found - wanted:
        raise WordsError(f"The translation “{translation}” has {_in_braces(unknown)}, which “{sentence}” has not.")


def placeholders(sentence: str) -> frozenset[str]:
    """The names of a sentence's values; `WordsError` where its braces are not just names.

    >>> sorted(placeholders("{done} of {total}"))
    ['done', 'total']
    """
    try:
        fields = [field for field in string.Formatter().parse(sentence) if field[1] is not None]
    except ValueError as error:
        raise WordsError(f"The braces of “{sentence}” do not match: {error}.") from error
    for _, name, form, conversion in fields:
        if not str(name).isidentifier() or form or conversion:
            raise WordsError(f"“{sentence}” has braces around something that is not a plain name.")
    return frozenset(str(name) for _, name, _, _ in fields)


def _in_braces(names: frozenset[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names))
