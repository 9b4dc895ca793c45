"""The card beside a checkpoint: what was painted by whom, how the style was trained, and what may be done with it."""

import dataclasses
import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from build.common.errors import BuildError
from build.common.paths import ROOT
from build.training.recipe import Recipe
from build.training.state import write_or_explain

STYLE_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
OWN_LICENCE = "CC0-1.0"


@dataclass(frozen=True)
class Painting:
    """What is known of the painting that a style was learned from; empty where nobody said."""

    title: str
    painter: str
    year: str
    source: str


@dataclass(frozen=True)
class Card:
    """`licence` is that of the weights; `data` says what photos were seen and by which network they were judged.

    `losses` are the means over the last steps; `dtype` is the number type of the file.
    """

    style: str
    width: int
    painting: Painting
    licence: str
    recipe: Recipe
    data: dict[str, Any]
    losses: dict[str, float]
    commit: str
    dtype: str

    def as_dict(self) -> dict[str, Any]:
        """The JSON object, the painting's fields at its top."""
        card = dataclasses.asdict(self)
        painting = card.pop("painting")
        return {"style": card.pop("style"), **painting, **card}


def style_name(text: str) -> str:
    """A style's name from any text: lower case, words joined by hyphens.

    >>> style_name("The Scream (1893)")
    'the-scream-1893'
    """
    name = "-".join(re.findall(r"[a-z0-9]+", text.lower()))
    if not STYLE_NAME.fullmatch(name):
        raise BuildError(f"no style name can be made of {text!r}; give one with --name, such as --name my-garden")
    return name


def write_card(path: Path, card: Card) -> None:
    write_or_explain(path, (json.dumps(card.as_dict(), indent=2, ensure_ascii=False) + "\n").encode())


def commit() -> str:
    """The commit of the source tree, or "" outside one."""
    try:
        done = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()
