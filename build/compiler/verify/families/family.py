"""What a family of networks is, and how it becomes ONNX: in small, seeded, with noise for weights."""

import contextlib
import io
import logging
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import onnx
import onnx_ir as ir
import torch
from torch import Tensor, nn

Exporter = Literal["older", "current"]
Forward = Callable[[Any, Tensor], Any]
INPUT = "x"
# What torch's current exporter writes; it takes no older ones.
CURRENT_OPSETS = (18, 20)


class Net(nn.Module):
    """Layers by name, and a function of them and the input."""

    def __init__(self, forward: Forward, **layers: nn.Module) -> None:
        super().__init__()
        for name, layer in layers.items():
            self.add_module(name, layer)
        self._forward = forward

    def forward(self, x: Tensor) -> Any:
        return self._forward(self, x)


@dataclass(frozen=True)
class Family:
    """Networks in the manner of a well-known one: `make` gives a module that reads `shape`.

    `open_axes` are the sides that an export may leave open, none where the network needs one size. `least_opset` is the
    first that has what the older exporter writes. `tokens` is the number of words where the input are whole numbers.
    """

    name: str
    make: Callable[[], nn.Module]
    shape: tuple[int, ...]
    open_axes: tuple[int, ...] = ()
    least_opset: int = 9
    tokens: int = 0

    def module(self) -> nn.Module:
        """A seeded instance in which no weight and no running mean is what a fresh network has."""
        with torch.random.fork_rng():
            torch.manual_seed(0)
            net = self.make().eval()
            for name, numbers in (*net.named_parameters(), *net.named_buffers()):
                if numbers.is_floating_point() and not name.endswith("mask"):
                    spread = 0.2 * torch.randn(numbers.shape)
                    numbers.data = numbers.data + (spread.abs() if name.endswith("running_var") else spread)
        return net

    def example(self) -> Tensor:
        """An input of the family's shape."""
        generator = torch.Generator().manual_seed(1)
        if self.tokens:
            return torch.randint(0, self.tokens, self.shape, generator=generator)
        return torch.rand(self.shape, generator=generator) * 2 - 1


@dataclass(frozen=True)
class Form:
    """One way in which a family is written as a file."""

    exporter: Exporter
    opset: int
    open: bool

    @property
    def name(self) -> str:
        return f"{self.exporter} exporter, opset {self.opset}, {'open' if self.open else 'fixed'}"


def export(family: Family, form: Form) -> ir.Model:
    """The graph that torch writes. Raises what torch raises where it cannot."""
    with _silence():
        if form.exporter == "current":
            return _export_current(family, form)
        return _export_older(family, form)


def _export_older(family: Family, form: Form) -> ir.Model:
    file = io.BytesIO()
    axes = {INPUT: {axis: f"side{axis}" for axis in family.open_axes}} if form.open else None
    torch.onnx.export(
        family.module(),
        (family.example(),),
        file,  # type: ignore[arg-type]
        dynamo=False,
        opset_version=form.opset,
        input_names=[INPUT],
        dynamic_axes=axes,
    )
    return ir.from_proto(onnx.load_from_string(file.getvalue()))


def _export_current(family: Family, form: Form) -> ir.Model:
    shapes = ({axis: torch.export.Dim.DYNAMIC for axis in family.open_axes},) if form.open else None
    program = torch.onnx.export(
        family.module(),
        (family.example(),),
        dynamo=True,
        opset_version=form.opset,
        input_names=[INPUT],
        dynamic_shapes=shapes,
        verbose=False,
    )
    assert program is not None
    return program.model


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """The exporters' remarks are no part of what is asked."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging.disable(logging.CRITICAL)
        try:
            yield
        finally:
            logging.disable(logging.NOTSET)
