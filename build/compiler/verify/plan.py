"""What `python -m build verify` has to run: models on every backend, each rule's case on those that it is for."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import onnx_ir as ir

from build.common.errors import BuildError
from build.compiler.lowering import lower
from build.compiler.passes.widen_floats import widen_floats
from build.compiler.targets.catalogue import TARGETS
from build.compiler.targets.target import Target
from build.compiler.verify.against_source import make_feeds
from build.compiler.verify.browser import Feeds
from build.compiler.verify.cases import CASES, Case
from build.compiler.verify.host import sample_picture
from build.compiler.verify.session import Floats, fitted, start_session
from build.models.export.checkpoint import load_checkpoint
from build.models.export.master import INPUT, export_master
from build.models.sources import Source, find_sources

# On the 0..255 scale, as on the host; for rules, of the range of the output.
MODEL_TOLERANCE = 0.05
CASE_TOLERANCE = 2e-4
# A second picture, neither square nor a multiple of 4, where another size of the same file costs little.
SECOND_SIZE = (27, 38)
SLOW = ("webgpu",)
SHIPPED_TARGETS = ("onnxjs-0.1.8:webgl", "onnxjs-0.1.8:wasm", "onnxjs-0.1.8:cpu")
ORT_TARGETS = ("onnxruntime-web-1.30:wasm", "onnxruntime-web-1.30:webgpu")
KERNEL_TARGETS = ("kernels:wasm",)
OLD_TARGETS = ("onnxjs-0.1.5:webgl", "onnxjs-0.1.5:cpu", "onnxjs-0.1.3:webgl")
CURRENT_TARGETS = (*KERNEL_TARGETS, *SHIPPED_TARGETS, *ORT_TARGETS)
ALL_TARGETS = (*CURRENT_TARGETS, *OLD_TARGETS)


@dataclass(frozen=True)
class Job:
    """One file for one target: what to run, and what must come out."""

    key: str
    label: str
    target: Target
    data: bytes
    nodes: int
    runs: tuple[Feeds, ...]
    expected: tuple[Floats, ...]
    tolerance: float
    shipped: bool


class ModelJobs:
    """The jobs of one model of the manifest."""

    def __init__(self, entry: Mapping[str, Any], folder: Path) -> None:
        self.entry = entry
        self._folder = folder

    @cached_property
    def _data(self) -> bytes:
        path = self._folder / str(self.entry["file"])
        return path.read_bytes()

    @cached_property
    def _reference(self) -> Mapping[str, Floats]:
        """The input and the output that were stored when the model was built; of a shared network a style as well."""
        with np.load(io.BytesIO((self._folder / self.entry["reference"]["file"]).read_bytes())) as arrays:
            return dict(arrays)

    @property
    def targets(self) -> tuple[str, ...]:
        """What the model is for: a shared network was never lowered for older engines."""
        return ALL_TARGETS if "padding" in self.entry else CURRENT_TARGETS

    def job(self, target_name: str) -> Job:
        """The job for one target."""
        target = TARGETS[target_name]
        picture, output = self._reference[INPUT], self._reference["output"]
        others = {name: array for name, array in self._reference.items() if name not in (INPUT, "output")}
        data, nodes, shipped = self._data, int(self.entry["nodes"]), target_name not in OLD_TARGETS
        runs: tuple[Feeds, ...] = ({INPUT: picture, **others},)
        expected: tuple[Floats, ...] = (output,)
        if not shipped:
            data, nodes = self._lower_anew(target, picture.shape)
        elif target.backends[0] not in SLOW:
            # A shared network gets its pictures padded by the page.
            size = SECOND_SIZE if not others else (28, 40)
            second = {INPUT: sample_picture(*size, seed=1), **others}
            # The host's check has shown that onnxruntime computes on this file what its source does.
            runs += (second,)
            expected += (np.asarray(start_session(data).run(None, second)[0]),)
        key, label = str(self.entry["sha256"]), str(self.entry["id"])
        return Job(key, label, target, data, nodes, runs, expected, MODEL_TOLERANCE, shipped)

    def _lower_anew(self, target: Target, shape: tuple[int, ...]) -> tuple[bytes, int]:
        lowered = lower(
            export_master(load_checkpoint(self._source.path), self.entry["padding"]), target, {INPUT: shape}
        )
        return lowered.to_bytes(), len(lowered.model.graph)

    @property
    def _source(self) -> Source:
        name = self.entry["source"]["checkpoint"]
        found = next((source for source in find_sources() if source.path.name == name), None)
        if found is None:
            raise BuildError(f"{name} is not at hand, from which {self.entry['id']} would be lowered for older engines")
        return found


def case_jobs(case: Case) -> Iterator[Job]:
    """A rule's case on its target and, where that is WebGL of the pinned ONNX.js, on its other backends, too."""
    names = SHIPPED_TARGETS if case.target == SHIPPED_TARGETS[0] else (case.target,)
    source = case.model()
    feeds = make_feeds(source, {})
    floats = source.clone()
    # A file in 16 bits stands for the numbers that floats give.
    reference = start_session(ir.to_proto(floats if widen_floats(floats).modified else source).SerializeToString())
    expected = tuple(np.asarray(output) for output in reference.run(None, dict(fitted(reference, feeds))))
    for name in names:
        try:
            lowered = lower(source, TARGETS[name])
        except BuildError:
            # Another backend lacks an operator that this one has; `check` says so, and nothing is to be run.
            continue
        nodes = len(lowered.model.graph)
        data, target = lowered.to_bytes(), TARGETS[name]
        runs = (fitted(start_session(data), feeds),)
        yield Job(case.name, case.name, target, data, nodes, runs, expected, CASE_TOLERANCE, False)


def all_case_jobs() -> Iterator[Job]:
    """Every case on every target it is for."""
    for case in CASES:
        yield from case_jobs(case)
