"""What is wrong with a translation, and how a new one begins."""

from collections.abc import Iterator
from pathlib import Path

from app_py.i18n import WordsError, check_translation
from build.i18n.catalogue import Words, catalogue_path, languages, read_words


def problems(english: Words, translation: Words) -> Iterator[str]:
    """What must be put right before a translation can be used: a sentence for each."""
    for sentence, words in translation.items():
        if sentence not in english:
            yield f"“{sentence}” is no longer said anywhere: remove it, or give its translation to what took its place."
            continue
        try:
            check_translation(sentence, words)
        except WordsError as error:
            yield str(error)


def missing(english: Words, translation: Words) -> list[str]:
    """The sentences that stay English."""
    return [sentence for sentence in english if sentence not in translation]


def report(root: Path, english: Words) -> Iterator[str]:
    """Every problem of every translation, and of the list of languages in `www/i18n/i18n.js`."""
    script = (root / "www" / "i18n" / "i18n.js").read_text(encoding="utf-8")
    for language in languages(root):
        path = catalogue_path(root, language)
        yield from (f"{path.relative_to(root)}: {problem}" for problem in problems(english, read_words(path)))
        if f"'{language}'" not in script:
            yield f"www/i18n/i18n.js: LANGUAGES does not name '{language}', so no browser's wish for it is heard."


def begin(english: Words, translation: Words) -> Words:
    """The translation in the catalogue's order, what is missing empty, what is no longer said left out."""
    return {sentence: translation.get(sentence, "") for sentence in english}
