"""The style network on every target: node bound, size, symbolic sides, and torch's numbers."""

from collections import Counter
from pathlib import Path

import onnx_ir as ir
import pytest

from build.common.errors import BuildError
from build.compiler.lowering import lower
from build.compiler.passes.half_weights import half_weights
from build.compiler.targets.catalogue import TARGETS, find_target
from build.compiler.targets.onnxjs import SHIPPED
from build.compiler.verify.host import HALF_TOLERANCE, verify_against_torch
from build.models.export.checkpoint import Checkpoint, load_checkpoint
from build.models.export.master import INPUT, export_master
from build.models.export.network import PADDINGS, Padding
from tests.support.checkpoints import write_checkpoint

SIDES = (44, 52)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    return load_checkpoint(write_checkpoint(tmp_path_factory.mktemp("checkpoint") / "small.pth", width=8))


@pytest.fixture(scope="module", params=PADDINGS)
def padding(request: pytest.FixtureRequest) -> Padding:
    value: Padding = request.param
    return value


@pytest.fixture(scope="module")
def master(checkpoint: Checkpoint, padding: Padding) -> ir.Model:
    return export_master(checkpoint, padding)


def test_the_master_has_symbolic_sides_and_no_shape_arithmetic(master: ir.Model, padding: Padding) -> None:
    (value,) = master.graph.inputs
    assert value.shape is not None
    assert [str(side) for side in value.shape] == ["1", "3", "H", "W"]
    counts = Counter(node.op_type for node in master.graph)
    assert counts.pop("Pad", 0) == (16 if padding == "reflect" else 0)
    assert counts == {"Conv": 16, "InstanceNormalization": 15, "Relu": 10, "Add": 5, "Resize": 2}


@pytest.mark.parametrize("name", TARGETS)
def test_every_target_computes_what_torch_does(
    checkpoint: Checkpoint, master: ir.Model, padding: Padding, name: str
) -> None:
    target = TARGETS[name]
    lowered = lower(master, target, {} if target.symbolic else {INPUT: (1, 3, *SIDES)})
    sizes = None if target.symbolic else (SIDES,)
    assert verify_against_torch(lowered.to_bytes(), checkpoint.network(padding), name, sizes).maximum < 0.05


def test_the_shipped_file_is_small_and_symbolic(checkpoint: Checkpoint, master: ir.Model, padding: Padding) -> None:
    lowered = lower(master, SHIPPED)
    assert len(lowered.model.graph) == (65 if padding == "reflect" else 49)
    assert len(lowered.to_bytes()) <= 1.03 * 4 * checkpoint.parameters
    assert lowered.model.graph.opset_imports == {"": 7}
    assert [str(side) for side in lowered.model.graph.inputs[0].shape or ()] == ["1", "3", "H", "W"]
    assert not {"Resize", "Constant", "Shape"} & {node.op_type for node in lowered.model.graph}
    assert b"/site-packages/" not in lowered.to_bytes()


def test_counts_of_the_steps(master: ir.Model, padding: Padding) -> None:
    counts = lower(master, find_target("onnxjs-0.1.8:webgl")).counts
    assert counts["resize-to-upsample"] == counts["upsample-to-attribute"] == 2
    assert counts["pad-to-attributes"] == (16 if padding == "reflect" else 0)


def test_old_engines_need_a_size(master: ir.Model) -> None:
    with pytest.raises(BuildError, match="takes one fixed size; --size or --shape fixes it"):
        lower(master, find_target("onnxjs-0.1.5:webgl"))


def test_half_weights_halve_the_file(checkpoint: Checkpoint, master: ir.Model, padding: Padding) -> None:
    lowered = lower(master, find_target("onnxruntime-web-1.30:wasm"))
    full = len(lowered.to_bytes())
    half_weights(lowered.model)
    data = lowered.to_bytes()
    assert len(data) < 0.56 * full
    difference = verify_against_torch(data, checkpoint.network(padding), "half", tolerance=HALF_TOLERANCE)
    assert difference.maximum > 0


def test_the_source_is_left_as_it_was(master: ir.Model) -> None:
    before = ir.to_proto(master).SerializeToString()
    lower(master, SHIPPED)
    assert ir.to_proto(master).SerializeToString() == before


def test_a_real_checkpoint(data: Path) -> None:
    checkpoint = load_checkpoint(data / "weights" / "mosaic_nc8_b1_e2_1e05_1e10.model")
    assert checkpoint.width == 8
    lowered = lower(export_master(checkpoint, "reflect"), SHIPPED)
    assert len(lowered.model.graph) <= 66
    assert len(lowered.to_bytes()) <= 1.03 * 4 * checkpoint.parameters
    assert verify_against_torch(lowered.to_bytes(), checkpoint.network(), "mosaic-nc8").maximum < 0.05
