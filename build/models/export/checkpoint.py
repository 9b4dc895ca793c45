"""Checkpoint file -> checked state dict. Nothing in the file is ever executed."""

import pickle
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file as load_safetensors

from build.common.errors import BuildError
from build.models.export.network import Padding, TransformerNet

WIDTH_KEY = "conv1.conv2d.weight"
# A tensor may claim any shape without having as many numbers; no network of this kind is near as wide.
WIDEST = 1024
# Checkpoints of PyTorch before 0.4 carry running statistics that instance normalization no longer keeps.
STALE_KEY = re.compile(r"in\d+\.(running_(mean|var)|num_batches_tracked)$")
EXPECTED = "expected a fast-neural-style checkpoint (pytorch/examples fast_neural_style, any width)"


@dataclass(frozen=True)
class Checkpoint:
    """A state dict that fits `TransformerNet(width)` exactly: float32, finite, on the CPU."""

    path: Path
    width: int
    state: dict[str, torch.Tensor]

    @property
    def parameters(self) -> int:
        """How many numbers the network has."""
        return sum(tensor.numel() for tensor in self.state.values())

    def network(self, padding: Padding = "reflect") -> TransformerNet:
        """The torch module with these weights, ready to run."""
        net = TransformerNet(self.width, padding)
        net.load_state_dict(self.state)
        return net.eval()


def load_checkpoint(path: Path) -> Checkpoint:
    """Read a `.pth`, `.model` or `.safetensors` file, with its width inferred from the first layer.

    Raises `BuildError`, naming the file and the first key that does not fit, for anything but a state dict of this
    network. Half-precision weights are widened to float32.
    """
    tensors = {_plain(key): value for key, value in _read(path).items() if not STALE_KEY.search(str(key))}
    width = _infer_width(path, tensors)
    _check_keys(path, tensors, width)
    state = {key: tensor.detach().to("cpu", torch.float32).contiguous() for key, tensor in tensors.items()}
    for key, tensor in state.items():
        if not bool(torch.isfinite(tensor).all()):
            raise BuildError(
                f"{path.name}: {key} holds NaN or infinity, so its training diverged; use an earlier checkpoint"
            )
    return Checkpoint(path, width, state)


def _read(path: Path) -> Mapping[str, torch.Tensor]:
    """The raw mapping of names to tensors in a file, whichever of the known wrappings it has."""
    try:
        if path.suffix == ".safetensors":
            return load_safetensors(path)
        with warnings.catch_warnings():
            # What torch remarks on is either refused below, in a sentence, or none of the user's concern.
            warnings.simplefilter("ignore")
            content = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise BuildError(f"{path} does not exist") from None
    except pickle.UnpicklingError as error:
        raise BuildError(
            f"{path.name} cannot be read safely as a checkpoint: it holds something other than tensors or is damaged;"
            " save a state dict with torch.save(net.state_dict(), path)"
        ) from error
    except Exception as error:  # a damaged pickle is a program gone wrong, which may fail in any way
        raise BuildError(f"{path.name} is not a readable checkpoint ({_first_line(error)}); {EXPECTED}") from error
    for wrapper in ("state_dict", "model"):
        if isinstance(content, Mapping) and isinstance(content.get(wrapper), Mapping):
            content = content[wrapper]
    if not isinstance(content, Mapping):
        raise BuildError(f"{path.name} holds a {type(content).__name__}, not a state dict; {EXPECTED}")
    return content


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:160]


def _plain(key: object) -> str:
    """`key` without the prefix that DataParallel gives every name."""
    return str(key).removeprefix("module.")


def _infer_width(path: Path, tensors: Mapping[str, torch.Tensor]) -> int:
    first = tensors.get(WIDTH_KEY)
    if first is None:
        found = next(iter(tensors), "nothing at all")
        raise BuildError(f"{path.name} has no {WIDTH_KEY} (its first key is {found}); {EXPECTED}")
    if not isinstance(first, torch.Tensor) or first.ndim != 4 or not 1 <= first.shape[0] <= WIDEST:
        raise BuildError(f"{path.name}: {WIDTH_KEY} must be a tensor [width,3,9,9], width 1 to {WIDEST}; {EXPECTED}")
    return int(first.shape[0])


def _check_keys(path: Path, tensors: Mapping[str, torch.Tensor], width: int) -> None:
    """Raise `BuildError` at the first key of the network that is missing, surplus, misshapen or not of numbers."""
    with torch.device("meta"):
        wanted = TransformerNet(width).state_dict()
    for key, expected in wanted.items():
        found = tensors.get(key)
        if found is None:
            raise BuildError(f"{path.name} has no {key}; {EXPECTED}")
        if not isinstance(found, torch.Tensor) or not found.is_floating_point():
            raise BuildError(f"{path.name}: {key} is not a tensor of floating-point numbers; {EXPECTED}")
        if found.is_meta or found.layout is not torch.strided:
            raise BuildError(
                f"{path.name}: {key} has a shape without numbers or is sparse; save a state dict of plain tensors"
            )
        if found.shape != expected.shape:
            raise BuildError(
                f"{path.name}: {key} has shape {list(found.shape)} where width {width} needs {list(expected.shape)}"
            )
    surplus = next((key for key in tensors if key not in wanted), None)
    if surplus is not None:
        raise BuildError(f"{path.name} has a key that this network lacks: {surplus}; {EXPECTED}")
