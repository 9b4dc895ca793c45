"""`models/manifest.json`: which models there are, checked on load.

The format is the project's own and is written by `python -m build models`; `docs/architecture.md` describes it.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app_py.errors import ManifestError
from app_py.i18n import tr
from app_py.records import is_deep
from app_py.styles.vectors import Vector, as_array, decode

VERSION = 1
VISITORS = "own-"
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*-nc\d+(-zeropad)?")
_NETWORK = re.compile(r"[a-z]+")
_STYLE = re.compile(r"[a-z]+:[a-z0-9]+(-[a-z0-9]+)*")
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
    network: str = ""
    """Of a style that is a vector: which shared network paints it."""
    vector: tuple[float, ...] = ()
    """The style's numbers; none where the network has one style alone."""
    predictor: FileSpec | None = None
    """What reads such numbers from a painting, where the network has that."""

    @property
    def is_visitors(self) -> bool:
        """Whether a visitor brought the network itself; the site's own have ids that begin otherwise."""
        return self.id.startswith(VISITORS)

    @property
    def feeds(self) -> dict[str, Vector]:
        """What the network takes beside the picture, by name."""
        return {"style": as_array(self.vector)} if self.vector else {}

    @property
    def mixes_with_photo(self) -> bool:
        """Whether its numbers can be mixed with the photo's own, for a strength that keeps strokes."""
        return bool(self.vector) and self.predictor is not None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All that the manifest names: networks of one style each, networks to which a style is a vector, such styles."""

    models: tuple[ModelSpec, ...]
    networks: tuple[ModelSpec, ...] = ()
    lengths: tuple[tuple[str, int], ...] = ()
    """How many numbers a style of each network has."""
    styles: tuple[ModelSpec, ...] = ()


def parse_catalogue(text: str | bytes) -> Catalogue:
    """Read and check the whole manifest. Raises `ManifestError` as `parse_manifest` does."""
    document = _read_document(text)
    models = _read_models(document)
    entries = [_Fields(entry, _where(index, entry)) for index, entry in enumerate(_list(document, "networks"))]
    networks = {spec.id: spec for spec in map(_network, entries)}
    lengths = {fields.text("id"): fields.number("length") for fields in entries}
    styles = tuple(
        _style(_Fields(entry, _where(index, entry)), networks, lengths)
        for index, entry in enumerate(_list(document, "styles"))
    )
    return Catalogue(models, tuple(networks.values()), tuple(lengths.items()), styles)


def _network(fields: "_Fields") -> ModelSpec:
    """A shared network, as a style without numbers."""
    reference, predictor = fields.optional("reference"), fields.optional("predictor")
    name = fields.text("id", _NETWORK)
    return ModelSpec(
        id=name,
        style=name,
        title=fields.text("title"),
        width=fields.number("width"),
        padding="reflect",
        model=_file(fields),
        opset=fields.number("opset"),
        licence=fields.text("licence"),
        reference=None if reference is None else _file(reference),
        preview=None,
        network=name,
        predictor=None if predictor is None else _file(predictor),
    )


def _style(fields: "_Fields", networks: Mapping[str, ModelSpec], lengths: Mapping[str, int]) -> ModelSpec:
    network = networks.get(fields.text("network"))
    if network is None:
        raise fields.error(tr("is for a network that is not listed"))
    try:
        vector = decode(fields.text("vector"), lengths[network.id])
    except ValueError as error:
        raise fields.error(tr("has no valid '{name}'", name="vector")) from error
    style_id = fields.text("id", _STYLE)
    return styled(network, style_id, fields.text("title"), vector)


def styled(network: ModelSpec, style_id: str, title: str, vector: Vector) -> ModelSpec:
    """A style of a shared network: float32 `(1, length)`."""
    numbers = tuple(float(number) for number in vector.reshape(-1))
    return replace(network, id=style_id, style=style_id, title=title, vector=numbers)


def parse_manifest(text: str | bytes) -> tuple[ModelSpec, ...]:
    """Read and check the manifest.

    Raises:
        ManifestError: `manifest-invalid`, saying which entry lacks what.
    """
    return _read_models(_read_document(text))


def _read_document(text: str | bytes) -> dict[str, Any]:
    try:
        decoded = text if isinstance(text, str) else text.decode(json.detect_encoding(text))
        if is_deep(decoded):
            raise ValueError("it is nested too deep")
        document = json.loads(decoded)
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
    return document


def _read_models(document: dict[str, Any]) -> tuple[ModelSpec, ...]:
    entries = document.get("models")
    if not isinstance(entries, list) or not entries:
        raise ManifestError(tr("The list of styles (models/manifest.json) names no model. {remedy}", remedy=_remedy()))
    models = tuple(_model(index, entry) for index, entry in enumerate(entries))
    for model_id, times in Counter(model.id for model in models).items():
        if times > 1:
            raise ManifestError(
                tr(
                    "The list of styles (models/manifest.json) names {id} twice. {remedy}",
                    id=model_id,
                    remedy=_remedy(),
                )
            )
    return models


def _list(document: dict[str, Any], name: str) -> list[Any]:
    entries = document.get(name, [])
    if not isinstance(entries, list):
        sentence = tr(
            "The list of styles (models/manifest.json) cannot be used: {where} {problem}. {remedy}",
            where=f"'{name}'",
            problem=tr("is not a list"),
            remedy=_remedy(),
        )
        raise ManifestError(sentence)
    return entries


def _model(index: int, entry: Any) -> ModelSpec:
    fields = _Fields(entry, _where(index, entry))
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


def _where(index: int, entry: Any) -> str:
    named = isinstance(entry, dict) and isinstance(entry.get("id"), str)
    return tr("entry {which}", which=repr(entry["id"]) if named else index + 1)


def _remedy() -> str:
    return tr("Run `python -m build models` and reload the page.")


def _file(fields: "_Fields") -> FileSpec:
    return FileSpec(fields.text("file", _FILE), fields.number("bytes"), fields.text("sha256", _SHA256))


class _Fields:
    """The fields of one JSON object, taken out with a check each."""

    def __init__(self, entry: Any, where: str) -> None:
        self._where = where
        if not isinstance(entry, Mapping):
            raise self.error(tr("is not an object"))
        self._entry: Mapping[str, Any] = entry

    def text(self, name: str, pattern: re.Pattern[str] | None = None) -> str:
        value = self._entry.get(name)
        if not isinstance(value, str) or not value or (pattern is not None and not pattern.fullmatch(value)):
            raise self.error(tr("has no valid '{name}'", name=name))
        return value

    def number(self, name: str) -> int:
        value = self._entry.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
            raise self.error(tr("has no valid '{name}'", name=name))
        return value

    def optional(self, name: str) -> "_Fields | None":
        value = self._entry.get(name)
        return None if value is None else _Fields(value, f"{self._where}, {name}")

    def error(self, problem: str) -> ManifestError:
        return ManifestError(
            tr(
                "The list of styles (models/manifest.json) cannot be used: {where} {problem}. {remedy}",
                where=self._where,
                problem=problem,
                remedy=_remedy(),
            )
        )
