"""`python -m build words`: the catalogue for translators, and what is missing or wrong in their translations."""

import argparse

from build.common.errors import BuildError
from build.common.files import write_atomically
from build.common.paths import ROOT
from build.i18n.catalogue import ENGLISH, Words, catalogue_path, collect, languages, read_words, to_json
from build.i18n.translation import begin, missing, report


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="write nothing; fail where the catalogue is out of date")
    parser.add_argument("--new", metavar="LANGUAGE", help="begin a translation, or add what it lacks, with empty texts")


def run(arguments: argparse.Namespace) -> int:
    """Write the catalogue and say how complete the translations are; `BuildError` where one cannot be used."""
    english = collect(ROOT)
    _write_catalogue(english, check=arguments.check)
    if arguments.new:
        _begin(arguments.new, english)
    for language in languages(ROOT):
        lacking = missing(english, _filled(read_words(catalogue_path(ROOT, language))))
        print(f"{language}: {len(english) - len(lacking)} of {len(english)} sentences")
        for sentence in lacking:
            print(f"  not translated: {sentence}")
    if wrong := list(report(ROOT, english)):
        raise BuildError("\n".join(wrong))
    return 0


def _write_catalogue(english: Words, *, check: bool) -> None:
    path = catalogue_path(ROOT, ENGLISH)
    if path.is_file() and read_words(path) == english:
        return
    if check:
        raise BuildError(f"{path.relative_to(ROOT)} is out of date; run `python -m build words`")
    write_atomically(path, to_json(english).encode())
    print(f"{path.relative_to(ROOT)}: {len(english)} sentences")


def _begin(language: str, english: Words) -> None:
    path = catalogue_path(ROOT, language)
    begun = begin(english, read_words(path) if path.is_file() else {})
    write_atomically(path, to_json(begun).encode())


def _filled(translation: Words) -> Words:
    return {sentence: words for sentence, words in translation.items() if words}
