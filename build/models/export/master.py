"""Torch module -> master ONNX graph: opset 18, symbolic H and W."""

import contextlib
import logging
import warnings
from collections.abc import Iterator
from functools import lru_cache

import onnx_ir as ir
import torch

from build.common.errors import BuildError
from build.models.export.checkpoint import Checkpoint
from build.models.export.network import Padding, Shape, TransformerNet

MASTER_OPSET = 18
INPUT, OUTPUT = "input", "output"


def export_master(checkpoint: Checkpoint, padding: Padding) -> ir.Model:
    """The master graph of a checkpoint: float32 `[1,3,H,W]` -> `[1,3,ceil4(H),ceil4(W)]`, H and W symbolic.

    The graph depends on width, padding and shape alone, so it is traced once for each and the weights are put in after.
    """
    model = _template(checkpoint.width, padding, checkpoint.shape).clone()
    for name, tensor in checkpoint.state.items():
        value = model.graph.initializers.get(name)
        if value is None:
            raise BuildError(
                f"torch's exporter left no weight named {name} in the master graph; this is a defect of ours"
            )
        value.const_value = ir.tensor(tensor.numpy(), name=name)
    return model


def export_module(net: torch.nn.Module, example: torch.Tensor, *, optimize: bool = True) -> ir.Model:
    """Export `net` called with `example` `[1,C,H,W]`, with H and W symbolic, free of traces of this machine.

    `optimize` lets torch simplify, which also merges BatchNorm into the weights of what comes before it.
    """
    height, width = torch.export.Dim.DYNAMIC, torch.export.Dim.DYNAMIC
    with _quiet():
        program = torch.onnx.export(
            net.eval(),
            (example,),
            dynamo=True,
            opset_version=MASTER_OPSET,
            dynamic_shapes=({2: height, 3: width},),
            input_names=[INPUT],
            output_names=[OUTPUT],
            verbose=False,
            optimize=optimize,
        )
    if program is None:
        raise BuildError("torch.onnx.export returned nothing; expected a program (torch's current exporter)")
    return _name_sides(program.model)


@lru_cache(maxsize=8)
def _template(width: int, padding: Padding, shape: Shape) -> ir.Model:
    net = TransformerNet(width, padding, shape)
    generator = torch.Generator().manual_seed(0)
    for parameter in net.parameters():
        # The exporter merges equal tensors, and all normalizations start out equal.
        torch.nn.init.normal_(parameter, generator=generator)
    for name, statistics in net.named_buffers():
        if statistics.is_floating_point():
            torch.nn.init.uniform_(statistics, 0.5 if name.endswith("var") else -0.5, 1.5, generator=generator)
    # An odd, oblong example keeps the exporter from specialising on equal sides or on multiples of 4.
    return export_module(net, torch.rand(1, 3, 61, 75, generator=generator) * 255, optimize=shape.norm != "running")


def _name_sides(model: ir.Model) -> ir.Model:
    """Call the symbolic sides `H` and `W`, and the output's, which follow from them, what they are."""
    (graph_input,), (graph_output,) = model.graph.inputs, model.graph.outputs
    graph_input.shape = ir.Shape([1, 3, "H", "W"])
    graph_output.shape = ir.Shape([1, 3, "H_out", "W_out"])
    for node in model.graph:
        for value in node.outputs:
            if value is not graph_output and value.shape is not None:
                value.shape = ir.Shape([side if isinstance(side, int) else None for side in value.shape])
    return model


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """The exporter's remarks about packages that nobody asked for are kept from the terminal."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            logger.setLevel(level)
