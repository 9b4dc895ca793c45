"""Checks JSON values against the part of JSON Schema that this project's schemas use.

Source: https://json-schema.org/draft/2020-12/json-schema-validation
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NoReturn

from app_py.errors import AppError
from app_py.i18n import format_number, tr
from app_py.records import is_deep

_LOCAL = "#/$defs/"

MAX_BYTES = 4_000_000
"""No results file of ours comes near; a larger one is something else."""

MAX_DEPTH = 64
"""Deeper nesting is refused before it is parsed: inside Pyodide it would overflow JavaScript's stack, which no Python
exception reports and no Python survives."""


_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
KEYWORDS = frozenset(
    {
        "$schema",
        "$id",
        "$defs",
        "$ref",
        "title",
        "description",
        "type",
        "properties",
        "required",
        "items",
        "enum",
        "const",
    }
    | {"additionalProperties", "minimum", "maximum", "minItems", "maxItems", "maxLength"}
)
"""What `check` understands. A schema that uses anything else would be checked less than it says."""


class ResultsError(AppError):
    """A results document is not what its schema says."""

    code = "results-invalid"


def parse_document(data: bytes | str, schema: Mapping[str, Any], name: str) -> Any:
    """Read JSON from anyone and check it. `name` is what the document is called in the error.

    Raises:
        ResultsError: not JSON, too large, or not of the schema; says where.
    """
    if len(data) > MAX_BYTES:
        raise ResultsError(
            tr(
                "{name} is too large for results of this page ({bytes} bytes).",
                name=name,
                bytes=format_number(f"{len(data):,}"),
            )
        )
    try:
        text = data if isinstance(data, str) else data.decode(json.detect_encoding(data))
        if is_deep(text, MAX_DEPTH):
            raise ValueError(f"nested more than {MAX_DEPTH} deep")
        document = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        sentence = tr("{name} is not JSON. Choose a file that this page has saved.", name=name)
        raise ResultsError(sentence, detail=str(error)) from error
    check(document, schema, name)
    return document


def check(value: Any, schema: Mapping[str, Any], name: str) -> None:
    """Check a JSON value against a schema of `KEYWORDS`; `ResultsError` at the first place that does not fit."""
    _Check(schema, name).value(value, schema, "")


class _Check:
    def __init__(self, root: Mapping[str, Any], name: str) -> None:
        self._root = root
        self._name = name

    def value(self, value: Any, schema: Mapping[str, Any], path: str) -> None:
        if "$ref" in schema:
            schema = _resolve(schema["$ref"], self._root)
        kinds = schema.get("type")
        if kinds is not None and not _is_type(value, kinds):
            names = [kinds] if isinstance(kinds, str) else kinds
            self._fail(path, tr("should be {wanted}", wanted=f" {tr('or')} ".join(names)))
        if "const" in schema and value != schema["const"]:
            self._fail(path, tr("should be {wanted}", wanted=repr(schema["const"])))
        if "enum" in schema and value not in schema["enum"]:
            self._fail(path, tr("should be one of {known}", known=", ".join(map(str, schema["enum"]))))
        if isinstance(value, int | float) and not isinstance(value, bool):
            self._number(value, schema, path)
        elif isinstance(value, str) and len(value) > schema.get("maxLength", len(value)):
            self._fail(path, tr("is too long"))
        elif isinstance(value, list):
            self._array(value, schema, path)
        elif isinstance(value, dict):
            self._object(value, schema, path)

    def _number(self, value: float, schema: Mapping[str, Any], path: str) -> None:
        if value < schema.get("minimum", value) or value > schema.get("maximum", value):
            self._fail(path, tr("is out of range"))

    def _array(self, value: list[Any], schema: Mapping[str, Any], path: str) -> None:
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            self._fail(path, tr("has too few or too many entries"))
        if "items" in schema:
            for index, item in enumerate(value):
                self.value(item, schema["items"], f"{path}[{index}]")

    def _object(self, value: Mapping[str, Any], schema: Mapping[str, Any], path: str) -> None:
        known = schema.get("properties", {})
        for key in schema.get("required", ()):
            if key not in value:
                self._fail(f"{path}.{key}", tr("is missing"))
        for key, item in value.items():
            if key in known:
                self.value(item, known[key], f"{path}.{key}")
            elif schema.get("additionalProperties") is False:
                self._fail(f"{path}.{key[:40]}", tr("is unknown"))

    def _fail(self, path: str, problem: str) -> NoReturn:
        where = path.lstrip(".") or tr("its top level")
        raise ResultsError(
            tr(
                "{name} does not hold results of this page: {where} {problem}.",
                name=self._name,
                where=where,
                problem=problem,
            )
        )


@cache
def load_schema(package: str, file: str) -> Mapping[str, Any]:
    """A schema that lies in a package of ours."""
    schema: Mapping[str, Any] = json.loads(files(package).joinpath(file).read_text(encoding="utf-8"))
    return schema


def _resolve(reference: str, root: Mapping[str, Any]) -> Mapping[str, Any]:
    """A definition of the schema itself, or the file of that name in this package."""
    if reference.startswith(_LOCAL):
        local: Mapping[str, Any] = root["$defs"][reference.removeprefix(_LOCAL)]
        return local
    return load_schema(__package__, reference)


def _is_type(value: Any, kinds: str | list[str]) -> bool:
    names = [kinds] if isinstance(kinds, str) else kinds
    if isinstance(value, bool):
        return "boolean" in names
    return any(isinstance(value, _TYPES[name]) for name in names)


def _refuse_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")
