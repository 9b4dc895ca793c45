"""Where a training run reads and writes."""

from dataclasses import dataclass
from pathlib import Path

from build.training.card import Painting
from build.training.recipe import Recipe

CHECKPOINT_SUFFIXES = (".safetensors",)


@dataclass(frozen=True)
class Job:
    """One style to train. `checkpoint` is the file to make; the card and the folder of the run lie beside it."""

    style: str
    painting: Path
    about: Painting
    licence: str
    content: Path
    checkpoint: Path
    recipe: Recipe
    start: Path | None = None
    teacher: Path | None = None
    photos_from: str = ""
    precision: str = "auto"
    device: str = "auto"
    preview: Path | None = None
    preview_every: int = 200

    @property
    def card(self) -> Path:
        return self.checkpoint.with_suffix(".json")

    @property
    def folder(self) -> Path:
        """State, losses and previews of the run."""
        return self.checkpoint.with_suffix(".run")

    @property
    def state(self) -> Path:
        return self.folder / "state.pt"


def checkpoint_path(out: Path, style: str, width: int) -> Path:
    """`out` where it names a file, else the checkpoint named after the model in the folder `out`."""
    return out if out.suffix in CHECKPOINT_SUFFIXES else out / f"{style}-nc{width}.safetensors"
