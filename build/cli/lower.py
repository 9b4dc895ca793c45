"""`python -m build lower IN OUT --target TARGET`: any ONNX file, lowered, verified against itself, and written."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

import onnx_ir as ir

from build.common.errors import BuildError
from build.common.files import refuse_overwriting, sha256_of, write_atomically
from build.compiler.lowering import Lowered, lower
from build.compiler.passes.dequantize import dequantize
from build.compiler.passes.half_weights import half_weights
from build.compiler.passes.open_sides import open_sides
from build.compiler.refusals import load_graph
from build.compiler.sizes import Sides, add_size_arguments, fixed_sides, named_shapes
from build.compiler.targets.catalogue import find_target
from build.compiler.targets.target import Target
from build.compiler.verify.against_source import HALF_TOLERANCE, TOLERANCE, verify_against_source
from build.compiler.verify.feeds import Inputs, parse_range, read_feeds
from build.compiler.verify.quantized import deviation
from build.compiler.verify.session import Difference


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", type=Path, metavar="IN")
    parser.add_argument("out", type=Path, metavar="OUT")
    parser.add_argument("--target", required=True, help="e.g. onnxjs-0.1.8:webgl")
    parser.add_argument("--json", action="store_true", help="machine-readable output")
    add_half_argument(parser)
    add_float_arguments(parser)
    add_size_arguments(parser)
    add_input_arguments(parser)


def add_input_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verification's inputs may be given by."""
    parser.add_argument("--feeds", type=Path, metavar="FILE.npz", help="compare on these inputs, an array for each")
    parser.add_argument("--range", metavar="0..1", help="compare on noise from this range; default -1..1 and 0..255")
    parser.add_argument(
        "--sample-shape", metavar="NAME=1,3,64,64", action="append", help="compare at this shape, which stays open"
    )


def inputs_of(args: argparse.Namespace, source: ir.Model) -> Inputs:
    """The inputs to compare with, as the arguments say."""
    feeds = None if args.feeds is None else read_feeds(args.feeds, source)
    ranges = {} if args.range is None else {"ranges": (parse_range(args.range),)}
    return Inputs(feeds, shapes=named_shapes(source, args.sample_shape, "--sample-shape"), **ranges)


def add_half_argument(parser: argparse.ArgumentParser) -> None:
    """Declare `--half`."""
    parser.add_argument("--half", action="store_true", help="store weights as float16, where the target can read them")


def add_float_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare `--dequantize` and `--open-size`."""
    parser.add_argument(
        "--dequantize", action="store_true", help="make a file in QDQ form (QuantizeLinear) compute in floats first"
    )
    parser.add_argument(
        "--open-size", action="store_true", help="open the height and width of pictures that a file fixes"
    )


def run(args: argparse.Namespace) -> int:
    """Lower, verify, write. Nothing is written unless the numbers are those of the source."""
    target = find_target(args.target)
    refuse_overwriting(args.source, args.out)
    source = load_graph(args.source)
    quantized = source.clone() if args.dequantize else None
    if args.dequantize:
        make_float(source)
    if args.open_size:
        open_sides(source)
    sides, inputs = fixed_sides(source, args.size, args.shape), inputs_of(args, source)
    lowered = lower(source, target, sides)
    if args.half:
        make_half(lowered, target)
    data = lowered.to_bytes()
    tolerance = HALF_TOLERANCE if args.half else TOLERANCE
    difference, span = _verify(source, data, sides, tolerance, inputs)
    write_atomically(args.out, data)
    facts = {
        "target": target.name,
        "nodes_before": len(source.graph),
        "nodes": len(lowered.model.graph),
        "bytes": len(data),
        "sha256": sha256_of(data),
        "opset": lowered.model.graph.opset_imports[""],
        "max_abs_error": difference.maximum,
        "output_range": span,
        "steps": dict(lowered.counts),
    }
    if quantized is not None:
        facts["quantized"] = asdict(deviation(quantized, source))
    print(json.dumps(facts, indent=1) if args.json else describe(args.out, facts))
    return 0


def _verify(source: ir.Model, data: bytes, sides: Sides, tolerance: float, inputs: Inputs) -> tuple[Difference, float]:
    try:
        return verify_against_source(source, data, sides, tolerance, inputs)
    except MemoryError as error:
        raise BuildError(
            f"there is not enough memory to verify the model at this size ({error}); nothing was written, so give"
            " smaller sides with --sample-shape"
        ) from error


def make_float(model: ir.Model) -> None:
    """Take the QDQ form out of a graph. `BuildError` where there is none."""
    if dequantize(model) == 0:
        raise BuildError("--dequantize is for files in QDQ form, and this one has no QuantizeLinear; leave it out")


def make_half(lowered: Lowered, target: Target) -> None:
    """Store the weights as float16. `BuildError` where the target cannot read them."""
    if not target.half_weights:
        raise BuildError(f"{target.name} reads float32 weights only; leave out --half")
    half_weights(lowered.model)


def describe(out: Path, facts: dict[str, object]) -> str:
    """Two lines for people."""
    steps, quantized = facts["steps"], facts.get("quantized")
    done = ", ".join(f"{name} {count}" for name, count in steps.items() if count) if isinstance(steps, dict) else ""
    return (
        f"{out}: {facts['nodes_before']} -> {facts['nodes']} nodes, {facts['bytes']:,} bytes, opset {facts['opset']},"
        f" for {facts['target']}; off from the source by {facts['max_abs_error']:.2g} where values reach"
        f" {facts['output_range']:.3g}\n  steps: {done or 'none needed'}"
        + (f"\n  {_describe_deviation(quantized)}" if isinstance(quantized, dict) else "")
    )


def _describe_deviation(quantized: dict[str, float]) -> str:
    return (
        f"the quantized file rounds: it is off from these floats by {quantized['maximum']:.2g} at most,"
        f" {quantized['mean']:.2g} on average, where values reach {quantized['span']:.3g}"
    )
