"""Throughput of `python -m build train` beside a bare loop of the same networks in plain torch.

    python -m benchmarks.train --style painting.jpg --content photos/

Both take turns in one run, so that what else the machine does falls on both. The bare loop has its crops in memory and
does nothing but train: no photos to decode, no losses to report, no state to save. Wanted: at least 0.8 of its speed.
"""

import argparse
import dataclasses
import resource
import statistics
import tempfile
import time
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional

from build.models.export.network import TransformerNet
from build.training.card import Painting
from build.training.job import Job
from build.training.loss_log import read_rows
from build.training.loss_network import CONTENT_LEVEL, LEVELS
from build.training.losses import MARGINS
from build.training.photos import Photos, survey
from build.training.pictures import load_painting
from build.training.precision import choose_precision
from build.training.recipe import HEAD_GAIN, HEAD_OFFSET, Recipe
from build.training.trainer import train
from build.training.vgg import load_loss_network

WANTED = 0.8


class BareLoop:
    """The same networks, losses and optimizer, written down as one would in a notebook."""

    def __init__(self, job: Job, dtype: torch.dtype) -> None:
        recipe = job.recipe
        loaded = load_loss_network(recipe.vgg).at_precision(dtype)
        layers: list[nn.Module] = []
        self.taps: list[int] = []
        convolutions = iter(loaded.convolutions)
        for level, count in enumerate(LEVELS):
            if level:
                layers.append(nn.MaxPool2d(2))
            for position in range(count):
                layers += [next(convolutions), nn.ReLU()]
                if position == 0:
                    self.taps.append(len(layers) - 1)
        self.vgg = nn.Sequential(*layers)
        self.mean = loaded.mean
        self.dtype = dtype
        network: nn.Module = TransformerNet(recipe.width)
        self.network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.optimizer = torch.optim.Adam(self.network.parameters(), lr=recipe.rate)
        photos = Photos(survey(job.content).paths, recipe.seed)
        self.crops = [photos.crops(step, recipe.batch, recipe.crop_px) for step in range(4)]
        with torch.no_grad():
            features = self.features(load_painting(job.painting, recipe.painting_px, recipe.trim))
        self.targets = [self.gram(f, m)[0] for f, m in zip(features, MARGINS, strict=True)]
        self.recipe = recipe

    def features(self, x: torch.Tensor, levels: int = len(LEVELS)) -> list[torch.Tensor]:
        x = (x.flip(1) - self.mean).to(self.dtype).contiguous(memory_format=torch.channels_last)
        found = []
        for index, layer in enumerate(self.vgg):
            x = layer(x)
            if index in self.taps:
                found.append(x)
            if len(found) == levels:
                break
        return found

    def gram(self, features: torch.Tensor, margin: int) -> torch.Tensor:
        inner = features[:, :, margin:-margin, margin:-margin].flatten(2)
        return (inner @ inner.transpose(1, 2)).float() / inner.shape[2]

    def step(self, index: int) -> None:
        x = self.crops[index % len(self.crops)].contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", self.dtype, enabled=self.dtype != torch.float32):
            y = self.network(x)
        y = HEAD_GAIN * y.float() + HEAD_OFFSET
        with torch.no_grad():
            wanted = self.features(x, CONTENT_LEVEL)[-1].float()
        features = self.features(y)
        loss = (
            self.recipe.content_weight * functional.mse_loss(features[CONTENT_LEVEL - 1].float(), wanted) / wanted.var()
        )
        for level, target, margin in zip(features, self.targets, MARGINS, strict=True):
            gram = self.gram(level, margin)
            batch = functional.mse_loss(gram.mean(0), target) + functional.mse_loss(gram, target.expand_as(gram))
            loss = loss + self.recipe.style_weight * batch / target.square().mean()
        loss = loss + (y[:, :, 1:] - y[:, :, :-1]).abs().mean() + (y[..., 1:] - y[..., :-1]).abs().mean()
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 50.0)
        self.optimizer.step()

    def seconds_per_step(self, steps: int) -> float:
        start = time.perf_counter()
        for index in range(steps):
            self.step(index)
        return (time.perf_counter() - start) / steps


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--style", type=Path, required=True)
    parser.add_argument("--content", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--steps", type=int, default=20, help="a round and side; a multiple of 10")
    parser.add_argument("--precision", default="auto")
    arguments = parser.parse_args()
    dtype = choose_precision(arguments.precision, torch.device("cpu"))
    with tempfile.TemporaryDirectory() as folder:
        job = Job(
            style="benchmark",
            painting=arguments.style,
            about=Painting("", "", "", ""),
            licence="",
            content=arguments.content,
            checkpoint=Path(folder) / "benchmark-nc16.safetensors",
            # Crops of one size only; the steps that come are far from the last third.
            recipe=Recipe(steps=1, late_batch=Recipe().batch, late_crop_px=Recipe().crop_px),
            precision=str(dtype).removeprefix("torch."),
            device="cpu",
        )
        bare = BareLoop(job, dtype)
        bare.seconds_per_step(3)
        ours, theirs = [], []
        for round_number in range(1, arguments.rounds + 1):
            goal = arguments.steps * round_number
            train(dataclasses.replace(job, recipe=dataclasses.replace(job.recipe, steps=goal)))
            rows = [row for row in read_rows(job.folder / "losses.csv") if row.step > goal - arguments.steps]
            # The first row of a round holds the start of its threads.
            ours.append(statistics.mean(row.seconds_per_step for row in rows[1:] or rows))
            theirs.append(bare.seconds_per_step(arguments.steps))
            print(f"round {round_number}: ours {ours[-1]:.3f} s/step, bare {theirs[-1]:.3f} s/step", flush=True)
    ratio = statistics.median(b / a for a, b in zip(ours, theirs, strict=True))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"throughput: {ratio:.2f} of the bare loop (wanted {WANTED}), {job.precision}, peak memory {memory:.2f} GiB")
    return 0 if ratio >= WANTED else 1


if __name__ == "__main__":
    raise SystemExit(main())
