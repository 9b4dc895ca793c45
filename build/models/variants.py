"""The models made from one checkpoint, and the key under which a built one is up to date."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from build.common.files import sha256_of
from build.common.imports import sources_of
from build.common.paths import ROOT
from build.models.sources import Source

Padding = Literal["reflect", "zero"]

# What decides the bytes of a model besides its checkpoint: whatever the builder imports of ours, and these packages.
BUILDER = "build.models.builder"
PACKAGES = ("torch", "onnx", "onnx-ir", "onnxscript", "onnxruntime", "numpy", "pillow")


@dataclass(frozen=True)
class Variant:
    """A checkpoint with a padding: one model."""

    source: Source
    padding: Padding
    photo: Path

    @property
    def model_id(self) -> str:
        return self.source.model_id + ("-zeropad" if self.padding == "zero" else "")

    def file(self, suffix: str) -> str:
        """The name of one of the model's files."""
        return self.model_id + suffix

    @cached_property
    def checkpoint_sha256(self) -> str:
        return sha256_of(self.source.path.read_bytes())

    @cached_property
    def key(self) -> str:
        """A hash of everything that the model's files depend on."""
        card = repr(sorted(self.source.card.items()))
        parts = (self.model_id, self.checkpoint_sha256, self.source.title, self.source.licence, card)
        return sha256_of("\n".join((*parts, compiler_key(self.photo))).encode())

    def provenance(self) -> Mapping[str, Any]:
        """The manifest's `source`: where the weights come from."""
        published = self.source.published
        origin = {} if published is None else {"address": published.address}
        return {
            "checkpoint": self.source.path.name,
            "checkpoint_sha256": self.checkpoint_sha256,
            "own": self.source.own,
            "build_key": self.key,
            **origin,
            **({"card": dict(self.source.card)} if self.source.card else {}),
        }


def variants_of(source: Source, photo: Path) -> Iterator[Variant]:
    """The model as trained, and the one that pads with zeros."""
    yield Variant(source, "reflect", photo)
    yield Variant(source, "zero", photo)


@cache
def compiler_key(photo: Path) -> str:
    """A hash of the compiler: our sources, the packages' versions, the photo that previews show."""
    parts = [f"{path.relative_to(ROOT)} {sha256_of(path.read_bytes())}" for path in sources_of(BUILDER)]
    parts += [f"{name} {version(name)}" for name in PACKAGES]
    parts.append(sha256_of(photo.read_bytes()))
    return sha256_of("\n".join(parts).encode())
