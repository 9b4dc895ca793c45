"""This process's place among those that `torchrun` started, or alone."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import distributed

from build.common.errors import BuildError

Shared = TypeVar("Shared")


@dataclass(frozen=True)
class Process:
    """`rank` of `world`, computing on `device`."""

    rank: int
    world: int
    device: torch.device

    @property
    def leads(self) -> bool:
        """Whether this process writes files and speaks to the user."""
        return self.rank == 0

    def mean(self, values: torch.Tensor) -> torch.Tensor:
        """The mean of `values` over all processes."""
        if self.world > 1:
            distributed.all_reduce(values)
            values /= self.world
        return values

    def share(self, value: Shared) -> Shared:
        """The leading process's `value`, in every process."""
        if self.world == 1:
            return value
        box = [value]
        distributed.broadcast_object_list(box, src=0, device=self.device)
        return box[0]

    def any(self, flag: bool) -> bool:
        """Whether `flag` holds in any process."""
        return bool(self.mean(torch.tensor(float(flag), device=self.device)) > 0)


@contextmanager
def join(device: str) -> Iterator[Process]:
    """Join the processes that `torchrun` announces in the environment (WORLD_SIZE, LOCAL_RANK), or work alone."""
    world = int(os.environ.get("WORLD_SIZE", "1"))
    chosen = _device(device, int(os.environ.get("LOCAL_RANK", "0")))
    if world == 1:
        yield Process(0, 1, chosen)
        return
    if chosen.type == "cuda":
        torch.cuda.set_device(chosen)
    distributed.init_process_group("nccl" if chosen.type == "cuda" else "gloo")
    try:
        yield Process(distributed.get_rank(), world, chosen)
    finally:
        distributed.destroy_process_group()


def _device(wanted: str, local_rank: int) -> torch.device:
    if wanted == "cpu" or (wanted == "auto" and not torch.cuda.is_available()):
        return torch.device("cpu")
    if not torch.cuda.is_available():
        raise BuildError("--device cuda: torch finds no CUDA GPU here; use --device cpu")
    if local_rank >= torch.cuda.device_count():
        raise BuildError(
            f"torchrun started process {local_rank + 1} on a machine with {torch.cuda.device_count()} GPUs; lower"
            " --nproc-per-node"
        )
    return torch.device("cuda", local_rank)
