"""Checkpoint file -> checked state dict. Nothing in the file is ever executed."""

import pickle
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load as parse_safetensors

from build.common.errors import BuildError
from build.common.file_kind import is_safetensors, mistaken_for
from build.models.export.network import USUAL, Norm, Padding, Shape, TransformerNet

WIDTH_KEY = "conv1.conv2d.weight"
# A tensor may claim any shape without having as many numbers; no network of this kind is near as wide.
WIDEST = 1024
STATISTICS = re.compile(r"in\d+\.running_(mean|var)$")
# PyTorch writes it since 0.4, and only where running statistics are in use: BatchNorm, and InstanceNorm that tracks.
# Before, every InstanceNorm carried statistics, and none used them.
TRACKED = re.compile(r"in\d+\.num_batches_tracked$")
AFFINE = re.compile(r"(^|\.)in\d+\.weight$")
BLOCK = re.compile(r"res(\d{1,3})\.")
ENLARGING = re.compile(r"^(deconv[12])(?:\.conv_transpose)?\.(weight|bias)$")
TRANSPOSED_SIDES = (3, 4)
MOST_BLOCKS = 64
# Under which key training scripts keep the state dict, the one to be used first.
WRAPPERS = ("params_ema", "params", "model_state_dict", "state_dict", "model", "generator", "net")
# What DataParallel, torch.compile and modules of modules put before every name.
PREFIXES = ("module.", "_orig_mod.", "model.", "net.", "generator.")
EXPECTED = "expected a fast-neural-style checkpoint (pytorch/examples fast_neural_style, any width)"


@dataclass(frozen=True)
class Checkpoint:
    """A state dict that fits `TransformerNet(width, shape=shape)`: float32, finite, on the CPU.

    `notes` are sentences about what in the file was left out.
    """

    path: Path
    width: int
    state: dict[str, torch.Tensor]
    shape: Shape = USUAL
    notes: tuple[str, ...] = ()

    @property
    def parameters(self) -> int:
        """How many numbers the network has."""
        return sum(tensor.numel() for key, tensor in self.state.items() if not STATISTICS.search(key))

    def network(self, padding: Padding = "reflect") -> TransformerNet:
        """The torch module with these weights, ready to run."""
        net = TransformerNet(self.width, padding, self.shape)
        # Only the number of batches is missing, which nothing is computed with.
        net.load_state_dict(self.state, strict=False)
        return net.eval()


def load_checkpoint(path: Path) -> Checkpoint:
    """Read a `.pth`, `.model` or `.safetensors` file, with its width inferred from the first layer.

    Raises `BuildError`, naming the file and the first key that does not fit, for anything but a state dict of this
    network. Half-precision weights are widened to float32. Running statistics are used where the network used them.
    """
    tensors = _without_prefix(_read(path))
    tensors = {_usual_name(key): tensor for key, tensor in tensors.items()}
    tracked = any(TRACKED.search(key) for key in tensors)
    dropped = {key: value for key, value in tensors.items() if STATISTICS.search(key)} if not tracked else {}
    tensors = {key: value for key, value in tensors.items() if not TRACKED.search(key) and key not in dropped}
    width = _infer_width(path, tensors)
    shape = Shape(
        "running" if tracked else _untracked_norm(tensors), _count_blocks(tensors), _transposed(tensors, width)
    )
    _check_keys(path, tensors, width, shape)
    state = {key: tensor.detach().to("cpu", torch.float32).contiguous() for key, tensor in tensors.items()}
    for key, tensor in state.items():
        if not bool(torch.isfinite(tensor).all()):
            raise BuildError(
                f"{path.name}: {key} holds NaN or infinity, so its training diverged; use an earlier checkpoint"
            )
    return Checkpoint(path, width, state, shape, _notes(path, dropped))


def _notes(path: Path, dropped: Mapping[str, torch.Tensor]) -> tuple[str, ...]:
    """A word about statistics that were kept without use, where they are others than a fresh network's 0 and 1."""
    moved = [
        key
        for key, value in dropped.items()
        if isinstance(value, torch.Tensor) and bool((value != (1 if key.endswith("var") else 0)).any())
    ]
    if not moved:
        return ()
    return (
        f"{path.name} holds running statistics ({moved[0]} and {len(moved) - 1} more) without num_batches_tracked, as"
        " InstanceNorm before PyTorch 0.4 wrote them without use; they are left out. If the network used BatchNorm,"
        " save it again with a current PyTorch",
    )


def _read(path: Path) -> Mapping[str, torch.Tensor]:
    """The raw mapping of names to tensors in a file, whichever of the known wrappings it has."""
    try:
        data = path.read_bytes()
        if path.suffix == ".safetensors" or is_safetensors(data):
            return dict(parse_safetensors(data))
        mistaken = mistaken_for(data)
        if mistaken is not None:
            raise BuildError(f"{path.name} is not a checkpoint: it {mistaken}")
        with warnings.catch_warnings():
            # What torch remarks on is either refused below, in a sentence, or none of the user's concern.
            warnings.simplefilter("ignore")
            content = torch.load(path, map_location="cpu", weights_only=True)
    except BuildError:
        raise
    except FileNotFoundError:
        raise BuildError(f"{path} does not exist") from None
    except pickle.UnpicklingError as error:
        raise BuildError(
            f"{path.name} cannot be read safely as a checkpoint: it holds something other than tensors or is damaged;"
            " save a state dict with torch.save(net.state_dict(), path)"
        ) from error
    except Exception as error:  # a damaged pickle is a program gone wrong, which may fail in any way
        raise BuildError(f"{path.name} is not a readable checkpoint ({_first_line(error)}); {EXPECTED}") from error
    while isinstance(content, Mapping):
        inner = next((content[name] for name in WRAPPERS if isinstance(content.get(name), Mapping)), None)
        if inner is None:
            break
        content = inner
    if not isinstance(content, Mapping):
        raise BuildError(f"{path.name} holds a {type(content).__name__}, not a state dict; {EXPECTED}")
    return content


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:160]


def _without_prefix(content: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The tensors by the network's own names: without the prefixes that every one of them has."""
    tensors = {str(key): value for key, value in content.items()}
    while prefix := next((p for p in PREFIXES if tensors and all(key.startswith(p) for key in tensors)), None):
        tensors = {key.removeprefix(prefix): value for key, value in tensors.items()}
    return tensors


def _infer_width(path: Path, tensors: Mapping[str, torch.Tensor]) -> int:
    first = tensors.get(WIDTH_KEY)
    if first is None:
        found = next(iter(tensors), "nothing at all")
        raise BuildError(f"{path.name} has no {WIDTH_KEY} (its first key is {found}); {EXPECTED}")
    if not isinstance(first, torch.Tensor) or first.ndim != 4 or not 1 <= first.shape[0] <= WIDEST:
        raise BuildError(f"{path.name}: {WIDTH_KEY} must be a tensor [width,3,9,9], width 1 to {WIDEST}; {EXPECTED}")
    return int(first.shape[0])


def _usual_name(key: str) -> str:
    """Transposed convolutions have several names: `deconv1.weight`, `deconv1.conv_transpose.weight`."""
    return ENLARGING.sub(r"\1.conv2d.\2", key)


def _untracked_norm(tensors: Mapping[str, torch.Tensor]) -> Norm:
    """Plain where no normalization at all has a weight."""
    return "instance" if any(AFFINE.search(key) for key in tensors) else "plain"


def _count_blocks(tensors: Mapping[str, torch.Tensor]) -> int:
    """How many residual blocks there are, by the highest number; at most `MOST_BLOCKS`."""
    numbers = [int(found.group(1)) for key in tensors if (found := BLOCK.match(key))]
    return min(max(numbers, default=USUAL.blocks), MOST_BLOCKS)


def _transposed(tensors: Mapping[str, torch.Tensor], width: int) -> int:
    """The kernel's side where `deconv1` is a transposed convolution, whose weights have their inputs first; else 0."""
    weights = tensors.get("deconv1.conv2d.weight")
    if not isinstance(weights, torch.Tensor) or weights.ndim != 4:
        return 0
    inputs, outputs, side, _ = weights.shape
    return int(side) if (inputs, outputs) == (4 * width, 2 * width) and side in TRANSPOSED_SIDES else 0


def _check_keys(path: Path, tensors: Mapping[str, torch.Tensor], width: int, shape: Shape) -> None:
    """Raise `BuildError` at the first key of the network that is missing, surplus, misshapen or not of numbers."""
    with torch.device("meta"):
        state = TransformerNet(width, shape=shape).state_dict()
    wanted = {key: value for key, value in state.items() if not TRACKED.search(key)}
    for key, expected in wanted.items():
        found = tensors.get(key)
        if found is None and STATISTICS.search(key):
            raise BuildError(
                f"{path.name} has num_batches_tracked, so running statistics are in use, but no {key}; save the whole"
                " state dict"
            )
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
