"""A trained network -> the checkpoint file that is shipped, in half precision where nobody can see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import save

from build.models.export.network import TransformerNet
from build.training.state import write_or_explain

State = dict[str, torch.Tensor]

# The largest change of any channel of any pixel, of 255, that half precision may make.
LARGEST_CHANGE = 1.0


@dataclass(frozen=True)
class Shipped:
    """The number type chosen, and how far half precision would have moved any pixel of the trial pictures."""

    dtype: torch.dtype
    change: float

    @property
    def name(self) -> str:
        return str(self.dtype).removeprefix("torch.")


def half_change(state: State, width: int, pictures: Sequence[torch.Tensor]) -> float:
    """The largest difference, 0..255, between what `state` paints and what it paints once rounded to float16."""
    exact, rounded = TransformerNet(width).eval(), TransformerNet(width).eval()
    exact.load_state_dict(state)
    rounded.load_state_dict({key: tensor.half().float() for key, tensor in state.items()})
    with torch.no_grad():
        changes = [(exact(x).clamp(0, 255) - rounded(x).clamp(0, 255)).abs().max() for x in pictures]
    return float(torch.stack(changes).max())


def ship(path: Path, state: State, width: int, pictures: Sequence[torch.Tensor]) -> Shipped:
    """Write `state` as safetensors to `path`.

    `pictures` are `[1,3,H,W]`, 0..255; the file is float16 if on all of them no pixel changes by more than
    `LARGEST_CHANGE`, else float32.
    """
    change = half_change(state, width, pictures)
    dtype = torch.float16 if change <= LARGEST_CHANGE else torch.float32
    write_or_explain(path, save({key: tensor.to(dtype).contiguous() for key, tensor in state.items()}))
    return Shipped(dtype, change)
