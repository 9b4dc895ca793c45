"""The state of a training run on disk: written whole, read back to go on."""

import errno
import io
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from build.common.errors import BuildError
from build.common.files import write_atomically
from build.training.recipe import Recipe

VERSION = 1


@dataclass(frozen=True)
class State:
    """All that a run needs to go on after `step` steps."""

    step: int
    recipe: Recipe
    painting_sha256: str
    network: dict[str, torch.Tensor]
    optimizer: dict[str, Any]


def write_or_explain(path: Path, data: bytes) -> None:
    """Write a file atomically; where the disk is full or read-only, say so and what is still there."""
    try:
        write_atomically(path, data)
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        cause = "the disk is full" if full else f"{error.strerror}"
        raise BuildError(
            f"cannot write {path} ({len(data) / 2**20:.1f} MiB): {cause}. What was saved before is intact;"
            f" {'free some space' if full else 'choose another --out'} and run the same command to go on"
        ) from error


def save_state(path: Path, state: State) -> None:
    """Write `state`, replacing the last one only once the new one is whole."""
    buffer = io.BytesIO()
    content = {
        "version": VERSION,
        "step": state.step,
        "recipe": state.recipe.as_dict(),
        "painting_sha256": state.painting_sha256,
        "network": state.network,
        "optimizer": state.optimizer,
    }
    torch.save(content, buffer)
    write_or_explain(path, buffer.getvalue())


def load_state(path: Path, recipe: Recipe, painting_sha256: str) -> State | None:
    """The state to go on from, or None where there is none.

    `BuildError` where the file is damaged, or is of a run of another width or with another painting. Other parts of the
    recipe may change on the way: a lower rate is the cure of a loss that ran away.
    """
    if not path.is_file():
        return None
    start_afresh = f"start afresh by deleting the folder {path.parent}, or choose another --out"
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
        if content["version"] != VERSION:
            raise ValueError(f"version {content['version']}")
        found = State(
            step=int(content["step"]),
            recipe=Recipe(**content["recipe"]),
            painting_sha256=content["painting_sha256"],
            network=content["network"],
            optimizer=content["optimizer"],
        )
    except (OSError, EOFError, RuntimeError, KeyError, TypeError, ValueError, pickle.UnpicklingError) as error:
        raise BuildError(f"{path} is not the state of a training run ({error}); {start_afresh}") from error
    if found.painting_sha256 != painting_sha256:
        raise BuildError(f"{path.parent} holds a run with another painting; {start_afresh}")
    if recipe.width != found.recipe.width:
        raise BuildError(f"{path.parent} holds a run of width {found.recipe.width}, not {recipe.width}; {start_afresh}")
    return found
