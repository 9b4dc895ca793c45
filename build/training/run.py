"""One training run: a network, its optimizer and its loss, step by step."""

from collections.abc import Callable

import torch
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from build.models.export.checkpoint import Checkpoint
from build.models.export.network import TransformerNet
from build.training.head import fold, scaled, unfold
from build.training.losses import Losses, PerceptualLoss
from build.training.process import Process
from build.training.recipe import HEAD_GAIN, Recipe
from build.training.slim import slim
from build.training.steadiness import moved_back, unsteadiness

LARGEST_GRADIENT = 50.0


class Run:
    """The network in training, on the process's device.

    It starts from `start` (a checkpoint of the same width), or from `teacher` (a wider one, slimmed), or at random.
    """

    def __init__(
        self,
        recipe: Recipe,
        process: Process,
        loss: PerceptualLoss,
        dtype: torch.dtype,
        *,
        start: Checkpoint | None = None,
        teacher: Checkpoint | None = None,
    ) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe = recipe
        self.process = process
        self.loss = loss
        self.dtype = dtype
        self.network = TransformerNet(recipe.width)
        if start is not None:
            self.network.load_state_dict(unfold(start.state))
        elif teacher is not None:
            self.network.load_state_dict(slim(unfold(teacher.state), recipe.width))
        _place(self.network, process.device)
        self.teacher = None if teacher is None else _teacher(teacher, process.device)
        self.optimizer = torch.optim.Adam(self.network.parameters(), lr=recipe.rate)
        self._forward: Callable[[torch.Tensor], torch.Tensor] = self.network
        if process.world > 1:
            devices = [process.device] if process.device.type == "cuda" else None
            self._forward = DistributedDataParallel(self.network, device_ids=devices)

    def advance(self, step: int, photos: torch.Tensor) -> Losses:
        """Train on one batch of crops, float32 `[N,3,S,S]`, 0..255; the losses are not yet read from the device."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.recipe.rate_at(step)
        photos = photos.to(self.process.device, non_blocking=True).contiguous(memory_format=torch.channels_last)
        with self._mixed():
            output = self._forward(photos)
        losses = self.loss(photos, scaled(output))
        total = losses.total
        if self.teacher is not None:
            with torch.no_grad(), self._mixed():
                lesson = self.teacher(photos).float()
            distance = ((scaled(output) - lesson) / HEAD_GAIN).square().mean()
            total = total + self.recipe.teacher_weight * distance
        if self.recipe.steadiness_weight:
            with self._mixed():
                moved = moved_back(self.network, photos, step)
            total = total + self.recipe.steadiness_weight * unsteadiness(scaled(output), scaled(moved))
        self.optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(total)
        nn.utils.clip_grad_norm_(self.network.parameters(), LARGEST_GRADIENT)
        self.optimizer.step()
        return losses._replace(total=total)

    def finite(self) -> bool:
        """Whether every weight is a number."""
        return all(bool(torch.isfinite(tensor).all()) for tensor in self.network.parameters())

    def weights(self) -> dict[str, torch.Tensor]:
        """The state dict to ship: on the CPU, float32, its output 0..255."""
        return fold(self.network.state_dict())

    def paint(self, picture: torch.Tensor) -> torch.Tensor:
        """`[1,3,H,W]` -> its painting, 0..255, unclamped, by the network as it is now."""
        with torch.no_grad():
            return scaled(self.network(picture.to(self.process.device)))

    def _mixed(self) -> torch.autocast:
        return torch.autocast(self.process.device.type, self.dtype, enabled=self.dtype != torch.float32)


def _teacher(checkpoint: Checkpoint, device: torch.device) -> nn.Module:
    network = checkpoint.network().requires_grad_(False)
    _place(network, device)
    return network


def _place(network: nn.Module, device: torch.device) -> None:
    """Move the network, its kernels laid out as the fastest convolutions want them."""
    network.to(device)
    for parameter in network.parameters():
        if parameter.ndim == 4:
            parameter.data = parameter.data.contiguous(memory_format=torch.channels_last)
