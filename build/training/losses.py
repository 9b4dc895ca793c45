"""Content, style and total-variation losses (Gatys et al. 2015, Johnson et al. 2016), made independent of scale."""

from typing import NamedTuple

import torch

from build.training.loss_network import CONTENT_LEVEL, LossNetwork
from build.training.recipe import Recipe

# Cells left out at the edges of each level's features. The loss network pads with zeros, which look like a painting's
# dark margin; counted in, they teach the network to paint a frame.
MARGINS = (4, 3, 2, 1)

# A small crop holds little of a style. Most of the style loss therefore compares the mean Gram matrix of the whole
# batch with the painting's, and the rest keeps each picture near it.
BATCH_PART = 0.7


class Losses(NamedTuple):
    """Scalars: the weighted sum, and the parts before weighting."""

    total: torch.Tensor
    content: torch.Tensor
    style: torch.Tensor
    variation: torch.Tensor


def gram(features: torch.Tensor, margin: int) -> torch.Tensor:
    """`[N,C,H,W]` -> float32 `[N,C,C]`: the mean product of each pair of channels, `margin` edge cells left out."""
    inner = features[:, :, margin:-margin, margin:-margin].flatten(2)
    return (inner @ inner.transpose(1, 2)).float() / inner.shape[2]


def variation(pictures: torch.Tensor) -> torch.Tensor:
    """The mean difference of neighbouring pixels, as a part of the range 0..255."""
    down = (pictures[:, :, 1:] - pictures[:, :, :-1]).abs().mean()
    across = (pictures[:, :, :, 1:] - pictures[:, :, :, :-1]).abs().mean()
    return (down + across) / 255


class PerceptualLoss:
    """How far painted pictures are from their photos in content and from one painting in style."""

    def __init__(self, network: LossNetwork, painting: torch.Tensor, recipe: Recipe) -> None:
        """`painting` is float32 `[1,3,H,W]`, 0..255, on the network's device."""
        self.network = network
        self.recipe = recipe
        with torch.no_grad():
            features = network(painting)
            self.targets = [gram(level, margin)[0] for level, margin in zip(features, MARGINS, strict=True)]
        self.sizes = [(target**2).sum() for target in self.targets]

    def __call__(self, photos: torch.Tensor, painted: torch.Tensor) -> Losses:
        """Both float32 `[N,3,H,W]`, 0..255, H and W multiples of 8 from 64 on."""
        with torch.no_grad():
            wanted = self.network(photos, CONTENT_LEVEL)[-1].float()
        features = self.network(painted)
        content = ((features[CONTENT_LEVEL - 1].float() - wanted) ** 2).mean() / wanted.var()
        style = self._style(features)
        rough = variation(painted)
        recipe = self.recipe
        total = recipe.content_weight * content + recipe.style_weight * style + recipe.variation_weight * rough
        return Losses(total, content, style, rough)

    def _style(self, features: list[torch.Tensor]) -> torch.Tensor:
        """The squared error of the Gram matrices, relative to the painting's, averaged over the levels."""
        errors = []
        for level, target, size, margin in zip(features, self.targets, self.sizes, MARGINS, strict=True):
            grams = gram(level, margin)
            whole = ((grams.mean(0) - target) ** 2).sum()
            single = ((grams - target) ** 2).sum() / grams.shape[0]
            errors.append((BATCH_PART * whole + (1 - BATCH_PART) * single) / size)
        return torch.stack(errors).mean()
