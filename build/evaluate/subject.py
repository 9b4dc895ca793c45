"""What is judged: a checkpoint, or a style of the gallery."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from app_py.styles.vectors import Vector, decode
from build.compiler.verify.session import start_session
from build.models.export.checkpoint import load_checkpoint
from build.models.sources import Source
from build.models.style_networks.graph import PICTURE, STYLE


@dataclass(frozen=True)
class Subject:
    """A style that paints: `network` takes float32 `[1,3,H,W]` in 0..255; `size` is of its file, in bytes."""

    id: str
    style: str
    own: bool
    size: int
    network: nn.Module


def of_checkpoint(source: Source) -> Subject:
    """A trained network."""
    network = load_checkpoint(source.path).network()
    return Subject(source.model_id, source.style, source.own, source.path.stat().st_size, network)


def of_gallery(style: Mapping[str, Any], network: Mapping[str, Any], folder: Path) -> Subject:
    """A style that is a vector, as the manifest lists it with its network; `folder` holds the network's file."""
    vector = decode(style["vector"], network["length"])
    data = (folder / network["file"]).read_bytes()
    name = str(style["id"]).partition(":")[2]
    # The network is shared: what the style itself takes is its vector.
    return Subject(str(style["id"]), name, True, vector.nbytes, _Painted(data, vector))


class _Painted(nn.Module):
    """A shared network with a style, run by onnxruntime."""

    def __init__(self, model: bytes, vector: Vector) -> None:
        super().__init__()
        self._session = start_session(model, "the shared network")
        self._vector = vector

    def forward(self, picture: torch.Tensor) -> torch.Tensor:
        (painted,) = self._session.run(None, {PICTURE: picture.detach().numpy(), STYLE: self._vector})
        return torch.from_numpy(np.asarray(painted))
