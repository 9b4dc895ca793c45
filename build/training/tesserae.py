"""A picture as a mosaic: `python -m build tesserae`. The mosaic style learns from a painting laid this way."""

import argparse
import io
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from build.common.errors import BuildError
from build.training.pictures import UNREADABLE, open_rgb, scale_to
from build.training.state import write_or_explain

SHORT_PX = 640
SMOOTHING_PX = 2.5
ROUNDS = 5
# Every how many pixels a pixel is looked at while the stones settle; the last look is at each of them.
SETTLING_STRIDE = 3
JOINT_PX, JOINT_SOFTNESS_PX = 1.6, 1.2
JOINT_RGB = (28.0, 26.0, 34.0)
CONTRAST, SATURATION, FIRING = 1.1, 1.35, 10.0
RELIEF, RELIEF_PX = 0.12, 8.0
LIGHT_FROM = (0.6, 0.8)
CHUNK = 8192

Points = NDArray[np.float64]


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("picture", type=Path)
    parser.add_argument("out", type=Path, help="PNG file to write")
    parser.add_argument("--stones", type=int, default=1500, help="how many (%(default)s)")
    parser.add_argument("--seed", type=int, default=3)


def run(arguments: argparse.Namespace) -> int:
    """Write the mosaic."""
    if arguments.stones < 2:
        raise BuildError(f"--stones is {arguments.stones}; a mosaic needs at least 2")
    try:
        picture = open_rgb(arguments.picture)
    except UNREADABLE as error:
        raise BuildError(f"{arguments.picture} is not a readable picture ({error})") from error
    buffer = io.BytesIO()
    lay(picture, arguments.stones, arguments.seed).save(buffer, "PNG", optimize=True)
    write_or_explain(arguments.out, buffer.getvalue())
    return 0


def lay(picture: Image.Image, stones: int, seed: int, short_px: int = SHORT_PX) -> Image.Image:
    """An RGB mosaic, its short side `short_px`: a relaxed Voronoi tessellation (Lloyd 1982), one colour a stone.

    A stone has the mean colour of what it covers, a little brighter and purer and unevenly fired; its upper left
    edge catches the light, and dark mortar fills the joints.
    """
    random = np.random.default_rng(seed)
    scaled = scale_to(picture, short_px)
    pixels = np.asarray(scaled.filter(ImageFilter.GaussianBlur(SMOOTHING_PX))).astype(np.float64).reshape(-1, 3)
    rows, columns = np.mgrid[0 : scaled.height, 0 : scaled.width]
    places = np.stack([columns.ravel(), rows.ravel()], 1).astype(np.float64)
    centres = random.uniform((0, 0), (scaled.width, scaled.height), (stones, 2))
    for _ in range(ROUNDS):
        looked_at = places[::SETTLING_STRIDE]
        centres = _means(looked_at, _nearest_two(looked_at, centres)[1][:, 0], stones)
    distances, nearest = _nearest_two(places, centres)
    stone = nearest[:, 0]
    colours = _fired(_means(pixels, stone, stones), random)
    # How far a pixel is from the line on which both stones would be equally near.
    between = np.linalg.norm(centres[nearest[:, 1]] - centres[stone], axis=1)
    to_joint = (distances[:, 1] ** 2 - distances[:, 0] ** 2) / (2 * between + 1e-6)
    covered = np.clip((to_joint - JOINT_PX) / JOINT_SOFTNESS_PX, 0, 1)[:, None]
    slope = (places - centres[stone]) @ np.array(LIGHT_FROM)
    light = 1 - RELIEF * np.clip(slope / RELIEF_PX, -1, 1)[:, None]
    laid = colours[stone] * light * covered + np.array(JOINT_RGB) * (1 - covered)
    return Image.fromarray(laid.clip(0, 255).round().astype(np.uint8).reshape(scaled.height, scaled.width, 3))


def _nearest_two(places: Points, centres: Points) -> tuple[Points, NDArray[np.int64]]:
    """For each place `[N,2]`, the distances `[N,2]` to the two nearest centres and their indices `[N,2]`."""
    targets, sources = torch.from_numpy(centres).float(), torch.from_numpy(places).float()
    starts = range(0, len(sources), CHUNK)
    found = [torch.cdist(sources[k : k + CHUNK], targets).topk(2, largest=False) for k in starts]
    distances = torch.cat([pair.values for pair in found]).double().numpy()
    return distances, torch.cat([pair.indices for pair in found]).numpy()


def _means(values: Points, group: NDArray[np.int64], groups: int) -> Points:
    """The mean of the `values` `[N,C]` of each group, `[groups,C]`."""
    counts = np.bincount(group, minlength=groups).clip(1)
    sums = [np.bincount(group, values[:, column], groups) for column in range(values.shape[1])]
    means: Points = np.stack(sums, 1) / counts[:, None]
    return means


def _fired(colours: Points, random: np.random.Generator) -> Points:
    grey = colours.mean(1, keepdims=True)
    brighter = 128 + (grey - 128) * CONTRAST + (colours - grey) * SATURATION
    fired: Points = np.clip(brighter + random.normal(0, FIRING, (len(colours), 1)), 0, 255)
    return fired
