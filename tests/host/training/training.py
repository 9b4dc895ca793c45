"""What the tests of training share: a painting, photos, and a loss network small enough to train with in seconds."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image

from build.training.card import Painting
from build.training.job import Job
from build.training.loss_network import LEVELS, LossNetwork, Preparation
from build.training.recipe import Recipe

CHANNELS = (8, 12, 16, 16)


def tiny_loss_network(_source: str = "") -> LossNetwork:
    """A stand-in for VGG-19 with random weights and its layout; only for tests of what surrounds it."""
    generator = torch.Generator().manual_seed(1)
    weights, inputs = [], 3
    for count, outputs in zip(LEVELS, CHANNELS, strict=True):
        for _ in range(count):
            kernel = torch.randn(outputs, inputs, 3, 3, generator=generator) / (3 * inputs**0.5)
            weights.append((kernel, torch.zeros(outputs)))
            inputs = outputs
    return LossNetwork(weights, Preparation(bgr=False, mean=(127.5,) * 3, scale=(64.0,) * 3))


def write_picture(path: Path, width: int, height: int, seed: int = 0) -> Path:
    """A picture of soft coloured blobs, in the format that the file's name says."""
    random = np.random.default_rng(seed)
    coarse = Image.fromarray(random.integers(0, 256, (6, 8, 3), dtype=np.uint8))
    path.parent.mkdir(parents=True, exist_ok=True)
    coarse.resize((width, height), Image.Resampling.BICUBIC).save(path)
    return path


def small_job(folder: Path, **recipe: object) -> Job:
    """A job of some seconds: width 4, crops of 32 px, in a folder with one painting and three photos."""
    painting = folder / "painting.png"
    if not painting.exists():
        write_picture(painting, 240, 220, 9)
        for k in range(3):
            write_picture(folder / "photos" / f"{k}.jpg", 160 + 8 * k, 120, k)
    fields: dict[str, object] = {
        "width": 4,
        "steps": 20,
        "batch": 2,
        "crop_px": 32,
        "late_batch": 1,
        "late_crop_px": 40,
        "painting_px": 64,
    }
    return Job(
        style="blobs",
        painting=painting,
        about=Painting("Blobs", "Nobody", "2020", "made for a test"),
        licence="CC0-1.0",
        content=folder / "photos",
        checkpoint=folder / "out" / "blobs-nc4.safetensors",
        recipe=Recipe(**{**fields, **recipe}),  # type: ignore[arg-type]
        precision="float32",
        device="cpu",
        preview_every=10,
    )
