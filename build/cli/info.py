"""`python -m build info FILE`: parameters, nodes and bytes of a checkpoint or an ONNX file."""

import argparse
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from build.common.errors import BuildError
from build.models.sources import SUFFIXES


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path)
    parser.add_argument("--json", action="store_true", help="machine-readable output")


def run(args: argparse.Namespace) -> int:
    """Print what is in the file."""
    if not args.file.is_file():
        what = "is a folder" if args.file.is_dir() else "does not exist"
        raise BuildError(f"{args.file} {what}; expected a checkpoint ({', '.join(SUFFIXES)}) or an .onnx file")
    facts = _checkpoint(args.file) if args.file.suffix in SUFFIXES else _graph(args.file)
    print(json.dumps(facts, indent=1) if args.json else _render(args.file.name, facts))
    return 0


def _checkpoint(path: Path) -> Mapping[str, Any]:
    from build.models.export.checkpoint import load_checkpoint

    checkpoint = load_checkpoint(path)
    return {
        "kind": "checkpoint",
        "width": checkpoint.width,
        "tensors": len(checkpoint.state),
        "parameters": checkpoint.parameters,
        "weight_bytes": 4 * checkpoint.parameters,
        "bytes": path.stat().st_size,
    }


def _graph(path: Path) -> Mapping[str, Any]:
    from build.compiler.passes.prepare import declared_opset
    from build.compiler.refusals import load_graph

    model = load_graph(path)
    weights = [v.const_value for v in model.graph.initializers.values() if v.const_value is not None]
    floats = [tensor for tensor in weights if tensor.dtype.is_floating_point()]
    inputs = [value for value in model.graph.inputs if value.name not in model.graph.initializers]
    return {
        "kind": "onnx",
        "ir_version": model.ir_version,
        "opset": declared_opset(model),
        "nodes": len(model.graph),
        "operators": dict(sorted(Counter(node.op_type for node in model.graph).items())),
        "parameters": sum(tensor.size for tensor in floats),
        "weight_bytes": sum(tensor.nbytes for tensor in weights),
        "bytes": path.stat().st_size,
        "inputs": {value.name: _shape(value.shape) for value in inputs},
        "outputs": {value.name: _shape(value.shape) for value in model.graph.outputs},
    }


def _shape(shape: Any) -> str:
    return "[?]" if shape is None else str(shape)


def _render(name: str, facts: Mapping[str, Any]) -> str:
    def text(value: Any) -> str:
        if isinstance(value, dict):
            return ", ".join(f"{key} {item}" for key, item in value.items())
        return f"{value:,}" if isinstance(value, int) else str(value)

    return "\n".join([name, *(f"  {key.replace('_', ' '):<13} {text(value)}" for key, value in facts.items())])
