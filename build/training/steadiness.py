"""Paintings that move with their photo, instead of a texture that hangs on the network's lattice of 4 px."""

from collections.abc import Callable

import torch

from build.models.export.network import SIDE_MULTIPLE

# A photo moved round its edges meets other pixels there.
EDGE_PX = 8


def moved_back(paint: Callable[[torch.Tensor], torch.Tensor], photos: torch.Tensor, step: int) -> torch.Tensor:
    """What `paint` makes of `photos`, moved against the lattice and the paintings moved back; no gradient.

    Both `[N,3,H,W]`. `step` picks one of the moves of 1 to 3 px to the right, down, or both.
    """
    across, down = (step // SIDE_MULTIPLE) % SIDE_MULTIPLE, step % SIDE_MULTIPLE
    if not (across or down):
        across = down = SIDE_MULTIPLE // 2
    with torch.no_grad():
        return paint(photos.roll((down, across), (2, 3))).roll((-down, -across), (2, 3))


def unsteadiness(painted: torch.Tensor, moved: torch.Tensor) -> torch.Tensor:
    """The mean difference of two paintings `[N,3,H,W]`, 0..255, away from the edges, as a part of the range."""
    inner = (..., slice(EDGE_PX, -EDGE_PX), slice(EDGE_PX, -EDGE_PX))
    return (painted[inner] - moved[inner]).abs().mean() / 255
