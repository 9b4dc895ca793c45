"""From a job to a checkpoint: set up, train, save often, stop well."""

import hashlib
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import torch

from build.common.errors import BuildError
from build.models.export.checkpoint import Checkpoint, load_checkpoint
from build.models.export.network import USUAL, Shape
from build.training.card import Card, commit, write_card
from build.training.job import Job
from build.training.loss_log import LossLog, Row
from build.training.losses import PerceptualLoss
from build.training.photos import Photos, Survey, survey
from build.training.pictures import load_painting
from build.training.precision import choose_precision
from build.training.preview import save_preview
from build.training.process import Process, join
from build.training.progress import Progress
from build.training.run import Run
from build.training.save_checkpoint import Shipped, ship
from build.training.state import State, load_state, save_state
from build.training.stop import stop_asked
from build.training.vgg import load_loss_network

# How often the losses are read from the device, and a stop or a NaN is noticed.
REPORT_STEPS = 10
SAVE_INTERVAL_S = 60.0
TRIAL_PX = 256
TRIALS = 4


@dataclass(frozen=True)
class Outcome:
    """What a run came to: `finished` is False where the user stopped it before its last step."""

    checkpoint: Path
    step: int
    finished: bool
    shipped: Shipped | None
    skipped: int


def train(job: Job) -> Outcome:
    """Train, or go on training, until the recipe's last step, a signal to stop, or an error."""
    with join(job.device) as process:
        return Trainer(job, process).train()


class Trainer:
    """One process's part of a training run."""

    def __init__(self, job: Job, process: Process) -> None:
        self.job, self.process, recipe = job, process, job.recipe
        painting = load_painting(job.painting, recipe.painting_px, recipe.trim)
        self.found: Survey = survey(job.content)
        self.photos = Photos(self.found.paths, recipe.seed, process.rank)
        start, teacher = _checkpoint(job.start, recipe.width), _checkpoint(job.teacher)
        self.painting_sha256 = hashlib.sha256(job.painting.read_bytes()).hexdigest()
        # Only the leading process's disk is sure to hold the state: the others may run on other machines.
        state = process.share(load_state(job.state, recipe, self.painting_sha256) if process.leads else None)
        dtype = choose_precision(job.precision, process.device)
        network = load_loss_network(recipe.vgg).to(process.device).at_precision(dtype)
        loss = PerceptualLoss(network, painting.to(process.device), recipe)
        self.run = Run(recipe, process, loss, dtype, start=start, teacher=teacher)
        self.step = 0 if state is None else self._resume(state)
        self.log = LossLog(job.folder, self.step)
        self._say(
            f"{job.style}, width {recipe.width}, {self.found}, {process.world} x {process.device.type},"
            f" {str(dtype).removeprefix('torch.')}"
        )

    def _resume(self, state: State) -> int:
        self.run.network.load_state_dict(state.network)
        self.run.optimizer.load_state_dict(state.optimizer)
        changed = "; ".join(self.job.recipe.differences(state.recipe))
        self._say(f"going on after step {state.step}" + (f", with {changed}" if changed else ""))
        return state.step

    def train(self) -> Outcome:
        """Train to the end, or to where the user stops; either way the checkpoint is written."""
        shipped, finished = None, True
        if self.step < self.job.recipe.steps:
            with stop_asked() as stop:
                finished = self._loop(stop)
        if self.process.leads:
            self._save()
            shipped = self._finish()
        return Outcome(self.job.checkpoint, self.step, finished, shipped, self._skipped())

    def _loop(self, stop: threading.Event) -> bool:
        """Train until the last step (True) or until a process is asked to stop (False)."""
        job, recipe = self.job, self.job.recipe
        progress = Progress(recipe.steps)
        saved = reported = time.monotonic()
        since, sums = 0, torch.zeros(4, device=self.process.device)
        for crops in self.photos.ahead(self.step, recipe.steps, recipe.crops_at):
            sums += torch.stack(self.run.advance(self.step, crops)).detach()
            self.step, since = self.step + 1, since + 1
            last = self.step == recipe.steps
            if self.step % REPORT_STEPS and not last:
                continue
            total, content, style, rough = self.process.mean(sums / since).tolist()
            now = time.monotonic()
            rate = recipe.rate_at(self.step - 1)
            row = Row(self.step, rate, total, content, style, rough, (now - reported) / since)
            self._check(row)
            since, sums, reported = 0, torch.zeros_like(sums), now
            if self.process.leads:
                self.log.add(row)
                progress.show(row)
                if now - saved > SAVE_INTERVAL_S:
                    self._save()
                    saved = now
                if self.step % job.preview_every == 0 or last:
                    save_preview(job, self.run, self.found, self.step)
            if self.process.any(stop.is_set()) and not last:
                progress.end()
                return False
        progress.end()
        return True

    def _check(self, row: Row) -> None:
        """Raise `BuildError` if the last steps ran away, leaving the last saved state as it is."""
        if self.run.finite() and row.total == row.total and abs(row.total) != float("inf"):
            return
        kept = (
            f"the state before it is kept in {self.job.folder}" if self.job.state.is_file() else "nothing was saved yet"
        )
        raise BuildError(
            f"the loss is no longer a number at step {row.step} ({kept}). Run the command again with a lower --rate"
            f" (such as {self.job.recipe.rate / 3:.1g}), a lower --style-weight, or --precision float32"
        )

    def _save(self) -> None:
        run = self.run
        state = State(
            self.step, self.job.recipe, self.painting_sha256, run.network.state_dict(), run.optimizer.state_dict()
        )
        save_state(self.job.state, state)
        self.log.save()

    def _finish(self) -> Shipped:
        """Write the checkpoint and its card."""
        job = self.job
        # Crops that no step of the run sees.
        trials = [self.photos.crops(job.recipe.steps + k, 1, TRIAL_PX) for k in range(TRIALS)]
        shipped = ship(job.checkpoint, self.run.weights(), job.recipe.width, trials)
        last = self.log.rows[-min(len(self.log.rows), 10) :]
        card = Card(
            style=job.style,
            width=job.recipe.width,
            painting=job.about,
            licence=job.licence,
            recipe=job.recipe,
            data={
                "photos": len(self.found.paths),
                "photos_from": job.photos_from,
                "steps_done": self.step,
                "processes": self.process.world,
                "precision": str(self.run.dtype).removeprefix("torch."),
            },
            losses={
                name: round(sum(float(getattr(row, name)) for row in last) / max(1, len(last)), 5)
                for name in ("content", "style", "variation")
            },
            commit=commit(),
            dtype=shipped.name,
        )
        write_card(job.card, card)
        return shipped

    def _skipped(self) -> int:
        return self.found.unreadable + self.found.too_small + len(self.photos.damaged)

    def _say(self, text: str) -> None:
        if self.process.leads:
            print(text, flush=True)


def _checkpoint(path: Path | None, width: int | None = None) -> Checkpoint | None:
    """The checkpoint at `path`; `BuildError` where it is of another width than asked for."""
    if path is None:
        return None
    checkpoint = load_checkpoint(path)
    if width is not None and checkpoint.width != width:
        raise BuildError(
            f"{path.name} is of width {checkpoint.width}, but width {width} is to be trained; use --width"
            f" {checkpoint.width}, or --teacher {path.name} to teach a network of width {width} what it paints"
        )
    if checkpoint.shape != USUAL:
        raise BuildError(
            f"{path.name} is a network of another kind than is trained here ({_differences(checkpoint.shape)}); name a"
            " checkpoint with instance normalization, 5 residual blocks and upsampling, or leave it out"
        )
    return checkpoint


def _differences(shape: Shape) -> str:
    """What is unlike the network that is trained."""
    said = {
        "it normalizes by running statistics": shape.norm == "running",
        "it normalizes without scale and bias": shape.norm == "plain",
        f"it has {shape.blocks} residual blocks": shape.blocks != USUAL.blocks,
        "it has transposed convolutions": shape.transposed != USUAL.transposed,
    }
    return ", ".join(text for text, true in said.items() if true)
