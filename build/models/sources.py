"""Which models there are to build: the published checkpoints by name, and whatever lies in the checkpoint folders."""

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from build.common.errors import BuildError
from build.common.paths import ROOT

OWN_FOLDER = ROOT / "models" / "checkpoints"
CACHE = ROOT / ".cache" / "checkpoints"
FOLDER_VARIABLE = "FNS_CHECKPOINTS"
SUFFIXES = (".safetensors", ".pth", ".model")

SLIM_BASE = (
    "https://raw.githubusercontent.com/gnsmrky/pytorch-fast-neural-style-for-web/"
    "e1c4caf394cc128a8215a9148ddc934d489b7864"
)
SLIM_LICENCE = "none stated by its author (a fork of pytorch/examples, BSD-3-Clause): not for redistribution"
# The address that pytorch/examples fast_neural_style/download_saved_models.py downloads.
ORIGINAL_ZIP = "https://www.dropbox.com/s/lrvwfehqdcxoza8/saved_models.zip?dl=1"
ORIGINAL_LICENCE = "BSD-3-Clause (pytorch/examples)"


@dataclass(frozen=True)
class Published:
    """A checkpoint published by others: its file's name and address, its sha256 where one is on record.

    `member` is the path inside the file at `address` where that is a zip.
    """

    style: str
    width: int
    filename: str
    address: str
    sha256: str | None
    licence: str
    member: str | None = None

    @property
    def model_id(self) -> str:
        return f"{self.style}-nc{self.width}"


def _slim(style: str, width: int, sha256: str | None) -> Published:
    filename = f"{style}_nc{width}_b1_e2_1e05_1e10.model"
    address = f"{SLIM_BASE}/saved_models_nc{width}/{filename}"
    return Published(style, width, filename, address, sha256, SLIM_LICENCE)


def _original(style: str) -> Published:
    filename = f"{style.replace('-', '_')}.pth"
    return Published(style, 32, filename, ORIGINAL_ZIP, None, ORIGINAL_LICENCE, f"saved_models/{filename}")


PUBLISHED = (
    _slim("candy", 8, "5fa695eea565504294b4a00535a092d7cc5dc3097963cbbd47fef0ba4c284df5"),
    _slim("candy", 16, "be90a4f8f76fc29de9cc8d3a4f7ce18d5be1ba099a44c3bf49ab397ac4668d51"),
    _slim("mosaic", 8, "3e1a7057b037cf43143d3fb745762c2f7dfd404a96011c9c86448974a9b27f06"),
    _slim("mosaic", 16, "54a89da7a612ec71e5328baf4fd3c0bbb48feff37a8325c774a428cf363e17f1"),
    _slim("rain-princess", 8, None),
    _slim("rain-princess", 16, "2484e30dd51851614fc20c12d8b8f9a4a0f135fe98b60f475a8bf253a4b54632"),
    _slim("udnie", 8, None),
    _slim("udnie", 16, "4fc0840ff5f6dce509987acd5a1b52d39e8f94a57bf08c31b4be3a22feeb600f"),
    *(_original(style) for style in ("candy", "mosaic", "rain-princess", "udnie")),
)


@dataclass(frozen=True)
class Source:
    """A checkpoint that is at hand. `card` is what the JSON file beside it says about the painting and the training."""

    style: str
    width: int
    title: str
    licence: str
    path: Path
    own: bool
    published: Published | None = None
    card: Mapping[str, Any] = field(default_factory=dict)

    @property
    def model_id(self) -> str:
        return f"{self.style}-nc{self.width}"


def find_sources() -> list[Source]:
    """Every checkpoint at hand, our own first, each model once: the first folder that has it wins.

    Looks into `models/checkpoints/`, then the folder that `FNS_CHECKPOINTS` names, then what was downloaded.
    """
    found: dict[str, Source] = {}
    for folder in _folders():
        for path in _checkpoint_files(folder):
            source = _describe(path, own=folder == OWN_FOLDER)
            found.setdefault(source.model_id, source)
    return sorted(found.values(), key=lambda source: (not source.own, source.style, source.width))


def _folders() -> Iterator[Path]:
    yield OWN_FOLDER
    named = os.environ.get(FOLDER_VARIABLE)
    if named:
        folder = Path(named)
        if not folder.is_dir():
            raise BuildError(f"{FOLDER_VARIABLE} names {named}, which is not a folder; point it at one or unset it")
        yield folder
    yield CACHE


def _checkpoint_files(folder: Path) -> list[Path]:
    """Checkpoints in a folder, `.safetensors` before others of the same stem."""
    files = folder.iterdir() if folder.is_dir() else ()
    wanted = [path for path in files if path.suffix in SUFFIXES and path.is_file() and not path.name.startswith(".")]
    return sorted(wanted, key=lambda path: (path.stem, SUFFIXES.index(path.suffix)))


def _describe(path: Path, own: bool) -> Source:
    published = next((entry for entry in PUBLISHED if entry.filename == path.name), None)
    if published is not None:
        title = _title(published.style)
        return Source(published.style, published.width, title, published.licence, path, False, published)
    style, width = _name_parts(path)
    card = _read_card(path.with_suffix(".json"))
    title, licence = str(card.get("title") or _title(style)), str(card.get("licence") or "not stated")
    return Source(style, width, title, licence, path, own, card=card)


def _name_parts(path: Path) -> tuple[str, int]:
    """`great-wave-nc16.safetensors` -> ("great-wave", 16)."""
    match = re.fullmatch(r"([A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*?)[-_]nc([1-9]\d{0,2})(?:[-_].*)?", path.stem)
    if match is None:
        raise BuildError(
            f"{path.name} does not say which style and width it is; name it <style>-nc<width>{path.suffix},"
            " for example great-wave-nc16.safetensors"
        )
    return match.group(1).lower().replace("_", "-"), int(match.group(2))


def _title(style: str) -> str:
    return style.replace("-", " ").title()


def _read_card(path: Path) -> Mapping[str, Any]:
    if not path.is_file():
        return {}
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BuildError(f"{path.name} is not JSON ({error}); expected the card of the checkpoint beside it") from error
    if not isinstance(card, dict):
        raise BuildError(f"{path.name} must hold one JSON object: the card of the checkpoint beside it")
    return card
