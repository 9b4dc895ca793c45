"""What graphs are compared with: inputs of seeded noise, or from a file, in shapes that the graph may take."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnx_ir as ir

from build.common.errors import BuildError
from build.compiler.sizes import Sides, given_inputs, picture_axes
from build.compiler.usage import Usage, usage_of
from build.compiler.verify.session import Array, Feeds

# What networks work with: numbers around zero, and grey levels.
RANGES: tuple[tuple[float, float], ...] = ((-1.0, 1.0), (0.0, 255.0))


@dataclass(frozen=True)
class Guess:
    """Sides for those that a file leaves open: a picture's, in pixels, and that of any other axis."""

    height: int
    width: int
    length: int


# Neither square nor multiples of 4 first; then, for networks that must halve evenly, multiples of 32; a usual picture;
# and for axes that were batches after all, one.
GUESSES = (Guess(90, 70, 12), Guess(96, 64, 16), Guess(224, 224, 32), Guess(96, 64, 1))
CHANNELS = 3
DEPTH = 16


@dataclass(frozen=True)
class Inputs:
    """What a person says about the inputs to compare with: ready ones, ranges of noise, shapes of it."""

    feeds: Feeds | None = None
    ranges: tuple[tuple[float, float], ...] = RANGES
    shapes: Sides = field(default_factory=dict)

    def scaled(self, noise: Feeds, limits: tuple[float, float]) -> Feeds:
        """The same feeds with floats from `limits` instead of -1..1."""
        low, high = limits
        if limits == (-1.0, 1.0):
            return noise
        return {
            name: ((array.astype(np.float64) + 1) * ((high - low) / 2) + low).astype(array.dtype)
            if np.issubdtype(array.dtype, np.floating)
            else array
            for name, array in noise.items()
        }


def make_feeds(
    model: ir.Model, sides: Mapping[str, tuple[int | None, ...]], guess: Guess = GUESSES[0]
) -> dict[str, Array]:
    """Seeded inputs for every input that is not an initializer: floats in -1..1, bytes, other integers 0 and 1."""
    rng = np.random.default_rng(0)
    values = given_inputs(model)
    shapes = _shapes(values, sides, guess)
    feeds: dict[str, Array] = {}
    for name, value in values.items():
        if value.dtype is None:
            raise BuildError(f"input {name} has no type, so nothing can be compared")
        dtype, shape = value.dtype.numpy(), shapes[name]
        if np.issubdtype(dtype, np.floating):
            feeds[name] = rng.uniform(-1, 1, shape).astype(dtype)
        else:
            feeds[name] = rng.integers(0, 256 if dtype == np.uint8 else 2, shape).astype(dtype)
    return feeds


def read_feeds(path: Path, model: ir.Model) -> Feeds:
    """The arrays of an npz, one for each input by its name. `BuildError` where they do not fit the model."""
    try:
        with np.load(path, allow_pickle=False) as content:
            arrays = {name: content[name] for name in content.files} if hasattr(content, "files") else {}
    except (OSError, ValueError) as error:
        raise BuildError(f"--feeds {path} is not a readable .npz file ({error}); write one with numpy.savez") from error
    inputs = given_inputs(model)
    missing = [name for name in inputs if name not in arrays]
    surplus = [name for name in arrays if name not in inputs]
    if missing or surplus:
        raise BuildError(
            f"--feeds {path.name} must hold one array for each input ({', '.join(inputs)}) and nothing else;"
            f" it has {', '.join(arrays) or 'none'}"
        )
    for name, value in inputs.items():
        _check_feed(path, name, arrays[name], value)
    return arrays


def _check_feed(path: Path, name: str, array: Array, value: ir.Value) -> None:
    if value.dtype is not None and array.dtype != value.dtype.numpy():
        raise BuildError(f"--feeds {path.name}: {name} is {array.dtype}, and the model takes {value.dtype.numpy()}")
    shape = value.shape
    fits = shape is None or (
        len(shape) == array.ndim
        and all(not isinstance(side, int) or side == given for side, given in zip(shape, array.shape, strict=True))
    )
    if not fits:
        raise BuildError(f"--feeds {path.name}: {name} has shape {list(array.shape)}, and the model takes {shape}")


def parse_range(text: str) -> tuple[float, float]:
    """`0..1` as two numbers in order."""
    low, dots, high = text.partition("..")
    try:
        limits = float(low), float(high)
    except ValueError:
        limits = (1.0, 0.0)
    if not dots or not limits[0] < limits[1] or not np.isfinite(limits).all():
        raise BuildError(f"--range {text} is not a range; write its ends with two dots between them, for example 0..1")
    return limits


def _shapes(
    values: Mapping[str, ir.Value], sides: Mapping[str, tuple[int | None, ...]], guess: Guess
) -> dict[str, tuple[int, ...]]:
    """A shape for every input. Sides of one name are one number, and what the graph's use tells comes first."""
    named: dict[str, int] = {}
    partial: dict[str, list[int | str | None]] = {}
    for name, value in values.items():
        usage = usage_of(value)
        partial[name] = _known(name, value, sides.get(name), usage)
        if value.shape is not None and len(value.shape) == len(partial[name]):
            for own, side in zip(value.shape, partial[name], strict=True):
                if not isinstance(own, int) and own.value and isinstance(side, int):
                    named.setdefault(str(own.value), side)
    shapes = {}
    for name, value in values.items():
        guesses = _guessed(value, partial[name], guess)
        shape = []
        for side, plausible in zip(partial[name], guesses, strict=True):
            number = side if isinstance(side, int) else plausible
            shape.append(named.setdefault(side, number) if isinstance(side, str) else number)
        shapes[name] = tuple(shape)
    return shapes


def _known(name: str, value: ir.Value, given: tuple[int | None, ...] | None, usage: Usage) -> list[int | str | None]:
    """What is known of an input's sides: numbers, names of open sides, None for open sides without one."""
    rank = usage.rank if value.shape is None else len(value.shape)
    if given is not None:
        rank = len(given)
    if rank is None:
        raise BuildError(f"input {name} has no shape, so nothing can be compared; give one with --sample-shape")
    declared = list(value.shape) if value.shape is not None and len(value.shape) == rank else [None] * rank
    known: list[int | str | None] = []
    for axis, side in enumerate(declared):
        own = side if isinstance(side, int) else usage.side(axis) if usage.rank in (None, rank) else None
        told = None if given is None else given[axis]
        symbol = None if side is None or isinstance(side, int) else side.value
        known.append(told if told is not None else own if own is not None else symbol)
    return known


def _guessed(value: ir.Value, known: list[int | str | None], guess: Guess) -> tuple[int, ...]:
    """A plausible side for every axis of an input of which `known` is known."""
    rank = len(known)
    picture = usage_of(value).picture_axes(rank) or (picture_axes(value) if rank == 4 else None)
    plausible = [1 if axis == 0 and rank > 1 else guess.length for axis in range(rank)]
    if picture is not None:
        spatial = {2: (guess.height, guess.width), 3: (DEPTH, guess.height, guess.width)}.get(len(picture))
        for axis, side in zip(picture, spatial or (guess.length * 4,) * len(picture), strict=True):
            plausible[axis] = side
        for axis in range(1, rank):
            if axis not in picture:
                plausible[axis] = CHANNELS
    return tuple(plausible)
