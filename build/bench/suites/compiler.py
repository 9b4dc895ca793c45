"""How long `check` and `lower` take on a file of 10 MB, the start of Python and all imports included."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from build.bench.suites import Options, Rows
from build.common.errors import BuildError
from build.common.paths import ROOT

TARGET = "onnxjs-0.1.8"
# Seconds that a person waits gladly.
WANTED_S = {"check": 1.5, "lower": 3.0}
CHANNELS = (64, 128, 256, 256, 256, 256, 160)
OUTPUTS = "y"


def run(options: Options) -> Rows:
    """Rows of `{what, unit, wanted, values, median}`, and the file's `megabytes`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ten.onnx"
        path.write_bytes(_network())
        out = Path(folder) / "out.onnx"
        commands = {"check": ["check", str(path)], "lower": ["lower", str(path), str(out)]}
        # In turns, so that what else the machine does falls on both.
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(options.runs):
            for name, arguments in commands.items():
                times[name].append(round(_seconds(arguments), 2))
        size = path.stat().st_size / 1e6
    rows = [
        {
            "what": f"`python -m build {name}` of a file of {size:.0f} MB for {TARGET}",
            "unit": "s",
            "wanted": f"at most {WANTED_S[name]}",
            "values": values,
            "median": round(median(values), 2),
        }
        for name, values in times.items()
    ]
    for row in rows:
        print(f"{row['what']}: {row['median']} s, wanted {row['wanted']}", flush=True)
    return {"rows": rows, "megabytes": round(size, 1)}


def _seconds(arguments: Sequence[str]) -> float:
    started = time.perf_counter()
    command = [sys.executable, "-m", "build", *arguments, "--target", TARGET]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - started
    if done.returncode not in (0, 1):
        raise BuildError(f"`{' '.join(command[1:])}` failed, so it cannot be timed: {done.stderr.strip()[-300:]}")
    return seconds


def _network() -> bytes:
    """Convolutions, normalizations and activations in a row, 10 MB of seeded noise, open sides."""
    rng = np.random.default_rng(0)
    nodes, weights, before, value = [], [], 3, "x"
    for index, channels in enumerate(CHANNELS):
        kernel = rng.normal(0, (9 * before) ** -0.5, (channels, before, 3, 3))
        numbers = {"w": kernel, "s": rng.uniform(0.5, 1.5, channels), "b": rng.normal(0, 0.1, channels)}
        weights += [
            numpy_helper.from_array(array.astype(np.float32), f"{name}{index}") for name, array in numbers.items()
        ]
        strides = [2, 2] if index < 3 else [1, 1]
        result = OUTPUTS if index == len(CHANNELS) - 1 else f"r{index}"
        nodes += [
            helper.make_node("Conv", [value, f"w{index}"], [f"c{index}"], pads=[1, 1, 1, 1], strides=strides),
            helper.make_node("InstanceNormalization", [f"c{index}", f"s{index}", f"b{index}"], [f"n{index}"]),
            helper.make_node("HardSwish", [f"n{index}"], [result]),
        ]
        before, value = channels, result
    ends = (("x", 3), (OUTPUTS, before))
    sides = {
        name: helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, channels, f"H{name}", f"W{name}"])
        for name, channels in ends
    }
    graph = helper.make_graph(nodes, "ten", [sides["x"]], [sides[OUTPUTS]], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    data: bytes = onnx.ModelProto.SerializeToString(model)
    return data
