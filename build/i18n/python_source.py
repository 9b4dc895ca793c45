"""The sentences in Python: those that `app_py.i18n.tr` and `tr_noop` are given, by the syntax tree."""

import ast
import builtins
from collections.abc import Iterator
from pathlib import Path

from app_py.i18n import WordsError, placeholders
from app_py.onnxruntime import errors
from build.common.errors import BuildError

SPEAKERS = ("tr", "tr_noop", "template")
GIVEN_VALUES = ("tr", "Refusal", *(name for name, kind in vars(errors).items() if isinstance(kind, type)))
"""What takes a sentence together with its values: `tr`, and the errors of the bridge and of the kernels' planner, which
are said where they end."""

BRIDGE = ("app_py/onnxruntime/", "app_py/kernels/")
NOT_VALUES = {"code", "detail"}
"""What an error of the bridge is given beside the values of its sentence."""

FOR_PROGRAMMERS = (
    "app_py/__init__.py",
    "app_py/cli/",
    "app_py/host_session.py",
    "app_py/onnxruntime/platform/",
    "app_py/onnxruntime/backend/",
    "app_py/onnxruntime/capi/",
    "app_py/onnxruntime/devices.py",
    "app_py/onnxruntime/known_faults.py",
    "app_py/onnxruntime/feeds.py",
    "app_py/onnxruntime/general.py",
    "app_py/onnxruntime/initializers.py",
    "app_py/onnxruntime/io_binding.py",
    "app_py/onnxruntime/options.py",
    "app_py/onnxruntime/ort_value.py",
    "app_py/onnxruntime/pixel_runs.py",
    "app_py/onnxruntime/providers.py",
    "app_py/onnxruntime/running.py",
    "app_py/onnxruntime/session.py",
    "app_py/onnxruntime/sparse.py",
)
"""Errors that no visitor of a page meets, but the author of a program or whoever calls a command: they stay English."""

_SEEN = ("Error", "InvalidArgument", "Failure")
"""How the names of what a visitor gets to read end; errors of Python's own are for the console."""

_CAUGHT = ("WireError", "WordsError")
"""Errors that another takes the place of before anyone reads them."""


def sentences(source: str, name: str) -> Iterator[str]:
    """The sentences in the order in which they are written.

    Raises `BuildError`, naming the line, for a sentence that is no plain text or is not given its values, and for an
    error that is not said at all.
    """
    for node in _in_order(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        if _name_of(node) in SPEAKERS:
            yield from _said(node, f"{name}:{node.lineno}")
        elif name.startswith(FOR_PROGRAMMERS):
            continue
        elif not name.startswith(BRIDGE):
            _refuse_unsaid(node, name)
        elif _name_of(node) in GIVEN_VALUES:
            yield from _said(node, f"{name}:{node.lineno}")


def _in_order(tree: ast.AST) -> list[ast.AST]:
    """All nodes by their place in the file."""
    nodes = [node for node in ast.walk(tree) if hasattr(node, "lineno")]
    return sorted(nodes, key=lambda node: (getattr(node, "lineno", 0), getattr(node, "col_offset", 0)))


def _name_of(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _said(call: ast.Call, where: str) -> Iterator[str]:
    sentence = call.args[0] if call.args else None
    if isinstance(sentence, ast.JoinedStr | ast.BinOp):
        raise BuildError(f"{where}: a sentence must be plain text with names in braces, and the values beside it")
    if not isinstance(sentence, ast.Constant):
        return
    text = str(sentence.value)
    try:
        wanted = placeholders(text)
    except WordsError as error:
        raise BuildError(f"{where}: {error}") from error
    given = {keyword.arg for keyword in call.keywords} - NOT_VALUES
    if _name_of(call) in GIVEN_VALUES and None not in given and given != wanted:
        raise BuildError(f"{where}: “{text}” is given {sorted(map(str, given))}, and its braces name {sorted(wanted)}")
    yield text


def _is_error(function: ast.expr) -> bool:
    if not isinstance(function, ast.Name) or function.id in _CAUGHT or hasattr(builtins, function.id):
        return False
    return function.id.endswith(_SEEN)


def _refuse_unsaid(call: ast.Call, name: str) -> None:
    shown = [keyword.value for keyword in call.keywords if keyword.arg == "sentence"]
    for argument in [*shown, *(call.args if _is_error(call.func) else ())]:
        parts = argument.values if isinstance(argument, ast.JoinedStr) else [argument]
        texts = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        # Codes are single words.
        if any(" " in text for text in texts):
            raise BuildError(f"{name}:{argument.lineno}: a visitor may read this sentence; put it into tr(...)")


def python_files(root: Path) -> list[Path]:
    """The page's Python, in the order of a catalogue."""
    return sorted((root / "app_py").rglob("*.py"))
