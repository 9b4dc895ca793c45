"""Small checkpoints made on the spot, for tests that need one nobody has trained."""

from pathlib import Path

import torch
from safetensors.torch import save_file

from build.models.export.network import TransformerNet

State = dict[str, torch.Tensor]


# One width for all tests: the exporter's work is done once for each.
WIDTH = 8


def random_state(width: int = WIDTH, seed: int = 0) -> State:
    """A seeded state dict of the style network; the last layer is scaled so that outputs span grey levels.

    Normalizations, which start out equal, are all made different: equal weights would be stored once.
    """
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        state = TransformerNet(width).state_dict()
        for key, value in state.items():
            if value.ndim == 1:
                state[key] = value + 0.1 * torch.randn(value.shape)
    state["deconv3.conv2d.weight"] = state["deconv3.conv2d.weight"] * 40
    state["deconv3.conv2d.bias"] = state["deconv3.conv2d.bias"] + 127.5
    return state


def write_checkpoint(path: Path, state: State | None = None, *, width: int = WIDTH) -> Path:
    """Write `state`, or a random one, to a `.pth`, `.model` or `.safetensors` file."""
    content = random_state(width) if state is None else state
    if path.suffix == ".safetensors":
        save_file(content, path)
    else:
        torch.save(content, path)
    return path
