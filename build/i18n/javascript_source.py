"""The sentences in JavaScript: what `tr` of `i18n.js` is given, and the second argument of an `EngineFault`."""

import re
from collections.abc import Iterator

from build.common.errors import BuildError

_IMPORT = re.compile(r"import \{[^}]*\btr\b[^}]*\} from '[\w./]+/i18n\.js'")
_TR = r"\btr\(\s*(?=['\"`])"
_FAULT = r"\bnew EngineFault\(\s*'[\w-]+',\s*"
_TEXT = re.compile(r"'((?:\\.|[^'\\\n])*)'|\"((?:\\.|[^\"\\\n])*)\"")


def sentences(source: str, name: str) -> Iterator[str]:
    """The sentences in order. Raises `BuildError`, naming the line, for one that is not a plain string."""
    calls = f"{_TR}|{_FAULT}" if _IMPORT.search(source) else _FAULT
    for call in re.finditer(calls, source):
        text = _TEXT.match(source, call.end())
        if text is None:
            line = source.count("\n", 0, call.start()) + 1
            raise BuildError(f"{name}:{line}: a sentence must be a plain string with names in braces")
        yield re.sub(r"\\(.)", r"\1", text[1] or text[2])
