"""`python -m build export CHECKPOINT OUT.onnx`: one checkpoint for one target, with the options that users expect."""

import argparse
import sys
from pathlib import Path

from build.cli.lower import add_half_argument, make_half
from build.common.errors import BuildError
from build.common.files import refuse_overwriting, write_atomically
from build.compiler.lowering import lower
from build.compiler.sizes import Size, parse_size
from build.compiler.targets.catalogue import find_target
from build.compiler.targets.onnxjs import SHIPPED
from build.compiler.verify.host import HALF_TOLERANCE, TOLERANCE, verify_against_torch
from build.models.export.checkpoint import load_checkpoint
from build.models.export.master import INPUT, export_master
from build.models.export.network import LEAST_SIDE, PADDINGS


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("checkpoint", type=Path, metavar="CHECKPOINT")
    parser.add_argument("out", type=Path, metavar="OUT.onnx")
    parser.add_argument(
        "--target", default=SHIPPED.name, help=f"default {SHIPPED.name}; onnxruntime gives the master graph"
    )
    parser.add_argument("--width", type=int, help="the width that is expected; it is read from the weights")
    parser.add_argument("--size", metavar="HxW", help="fix height and width; by default the file takes any size")
    parser.add_argument("--padding", choices=PADDINGS, default="reflect")
    add_half_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Export, lower, verify against torch, write."""
    target = find_target(args.target)
    size = None if args.size is None else _parse_size(args.size)
    checkpoint = load_checkpoint(args.checkpoint)
    refuse_overwriting(args.checkpoint, args.out)
    for note in checkpoint.notes:
        print(f"note: {note}", file=sys.stderr)
    if args.width is not None and args.width != checkpoint.width:
        raise BuildError(f"{args.checkpoint.name} has width {checkpoint.width}, not {args.width}; leave out --width")
    sides = {} if size is None else {INPUT: (1, 3, *size)}
    lowered = lower(export_master(checkpoint, args.padding), target, sides)
    if args.half:
        make_half(lowered, target)
    data = lowered.to_bytes()
    net = checkpoint.network(args.padding)
    tolerance = HALF_TOLERANCE if args.half else TOLERANCE
    difference = verify_against_torch(
        data, net, args.out.name, sizes=None if size is None else (size,), tolerance=tolerance
    )
    write_atomically(args.out, data)
    print(
        f"{args.out}: width {checkpoint.width}, {checkpoint.parameters:,} parameters, {len(lowered.model.graph)} nodes,"
        f" {len(data):,} bytes, opset {lowered.model.graph.opset_imports['']}, for {target.name};"
        f" off from torch by {difference.maximum:.2g} where values reach {difference.span:.3g}"
    )
    return 0


def _parse_size(text: str) -> Size:
    """The size of `--size`, where the network can work with it."""
    size = parse_size(text)
    if min(size) < LEAST_SIDE:
        raise BuildError(f"--size {text} is too small: the network needs sides of at least {LEAST_SIDE} px")
    return size
