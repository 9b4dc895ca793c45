"""`models/manifest.json`: which models there are, checked on load.

The format is the project's own and is written by `python -m build models`; `docs/architecture.md` describes it.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app_py.errors import ManifestError
from app_py.i18n import tr

VERSION = 1
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*-nc\d+(-zeropad)?")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class FileSpec:
    """A file beside the manifest: its name, length in bytes and SHA-256 in hexadecimal."""

    file: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Preview:
    """The model's painting of a sample photo: a WebP beside the manifest, its size in pixels."""

    file: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """One model: `width` is the number of channels of its first layer, `padding` is `reflect` or `zero`.

    `reference` holds the input and the output, made by torch, with which an engine is tested before it is trusted.
    """

    id: str
    style: str
    title: str
    width: int
    padding: str
    model: FileSpec
    opset: int
    licence: str
    reference: FileSpec | None
    preview: Preview | None


def parse_manifest(text: str | bytes) -> tuple[ModelSpec, ...]:
    """Read and check the manifest.

    Raises:
        ManifestError: `manifest-invalid`, saying which entry lacks what.
    """
    try:
        document = json.loads(text)
    except ValueError as error:
        sentence = tr(
            "The list of styles (models/manifest.json) is not JSON: {error}. {remedy}", error=error, remedy=_remedy()
        )
        raise ManifestError(sentence) from error
    if not isinstance(document, dict) or document.get("version") != VERSION:
        raise ManifestError(
            tr(
                "The list of styles (models/manifest.json) is not of version {version}. {remedy}",
                version=VERSION,
                remedy=_remedy(),
            )
        )
    entries = document.get("models")
    if not isinstance(entries, list) or not entries:
        raise ManifestError(tr("The list of styles (models/manifest.json) names no model. {remedy}", remedy=_remedy()))
    models = tuple(_model(index, entry) for index, entry in enumerate(entries))
    ids = [model.id for model in models]
    for model_id in ids:
        if ids.count(model_id) > 1:
            raise ManifestError(
                tr(
                    "The list of styles (models/manifest.json) names {id} twice. {remedy}",
                    id=model_id,
                    remedy=_remedy(),
                )
            )
    return models


def _model(index: int, entry: Any) -> ModelSpec:
    named = isinstance(entry, dict) and isinstance(entry.get("id"), str)
    where = tr("entry {which}", which=repr(entry["id"]) if named else index + 1)
    fields = _Fields(entry, where)
    reference, preview = fields.optional("reference"), fields.optional("preview")
    return ModelSpec(
        id=fields.text("id", _ID),
        style=fields.text("style"),
        title=fields.text("title"),
        width=fields.number("width"),
        padding=fields.text("padding", re.compile("reflect|zero")),
        model=_file(fields),
        opset=fields.number("opset"),
        licence=fields.text("licence"),
        reference=None if reference is None else _file(reference),
        preview=None
        if preview is None
        else Preview(preview.text("file", _FILE), preview.number("width"), preview.number("height")),
    )


def _remedy() -> str:
    return tr("Run `python -m build models` and reload the page.")


def _file(fields: "_Fields") -> FileSpec:
    return FileSpec(fields.text("file", _FILE), fields.number("bytes"), fields.text("sha256", _SHA256))


class _Fields:
    """The fields of one JSON object, taken out with a check each."""

    def __init__(self, entry: Any, where: str) -> None:
        self._where = where
        if not isinstance(entry, Mapping):
            raise self._error(tr("is not an object"))
        self._entry: Mapping[str, Any] = entry

    def text(self, name: str, pattern: re.Pattern[str] | None = None) -> str:
        value = self._entry.get(name)
        if not isinstance(value, str) or not value or (pattern is not None and not pattern.fullmatch(value)):
            raise self._error(tr("has no valid '{name}'", name=name))
        return value

    def number(self, name: str) -> int:
        value = self._entry.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
            raise self._error(tr("has no valid '{name}'", name=name))
        return value

    def optional(self, name: str) -> "_Fields | None":
        value = self._entry.get(name)
        return None if value is None else _Fields(value, f"{self._where}, {name}")

    def _error(self, problem: str) -> ManifestError:
        return ManifestError(
            tr(
                "The list of styles (models/manifest.json) cannot be used: {where} {problem}. {remedy}",
                where=self._where,
                problem=problem,
                remedy=_remedy(),
            )
        )
