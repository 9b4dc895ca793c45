"""Whole networks against onnxruntime: the family at random, the project's own; whole tensors against strips."""

import json
from pathlib import Path

import numpy as np
import onnx_ir as ir
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app_py.kernels.reader import read_network
from build.compiler.verify.host import run_torch
from build.models.export.checkpoint import Checkpoint, load_checkpoint
from build.models.export.master import export_master
from build.models.export.network import Padding
from tests.shared.support.style_graphs import Family, make_member
from tests.support.kernel_graphs import run_onnxruntime
from tests.support.kernel_host import HostKernels, run_network
from tests.support.paths import ROOT

MEMBERS = st.builds(
    Family,
    width=st.sampled_from([4, 5, 8, 12, 16, 24]),
    blocks=st.integers(0, 3),
    ends=st.integers(1, 9),
    inner=st.sampled_from([1, 2, 3, 3, 4, 5, 7]),
    scalings=st.integers(0, 2),
    bias=st.booleans(),
    affine=st.booleans(),
    normed=st.booleans(),
    padding=st.sampled_from(["zeros", "reflect", "edge"]),
    ending=st.sampled_from(["none", "sigmoid", "tanh", "clip", "relu"]),
    start=st.sampled_from(["none", "unit", "centred"]),
    relu_after_sum=st.booleans(),
    channels_last=st.booleans(),
    seed=st.integers(0, 1000),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(family=MEMBERS, height=st.integers(16, 70), width=st.integers(16, 70))
def test_any_member_at_any_size(kernel_files: dict[str, bytes], family: Family, height: int, width: int) -> None:
    model = make_member(family)
    shape = (1, height, width, 3) if family.channels_last else (1, 3, height, width)
    x = np.random.default_rng(family.seed).random(shape, np.float32) * 255
    expected = run_onnxruntime(model, {"input": x})
    kernels = HostKernels(kernel_files["simd"], family.seed)
    network = read_network(model)
    made = run_network(kernels, network, x)
    assert made.shape == expected.shape
    scale = max(1.0, float(np.abs(expected).max()))
    # Winograd's transforms round more than a sum in order; seven of them in a row reached 1.1e-4.
    np.testing.assert_allclose(made / scale, expected / scale, atol=3e-4)
    np.testing.assert_allclose(run_network(kernels, network, x, budget=1) / scale, made / scale, atol=1e-5)


def test_the_widest_member(kernel_files: dict[str, bytes]) -> None:
    model = make_member(Family(width=64, blocks=1))
    x = np.random.default_rng(0).random((1, 3, 37, 50), np.float32) * 255
    made = run_network(HostKernels(kernel_files["simd"]), read_network(model), x)
    np.testing.assert_allclose(made, run_onnxruntime(model, {"input": x}), atol=2e-3)


@pytest.mark.parametrize("padding", ["reflect", "zero"])
@pytest.mark.parametrize("style", ["great-wave-nc8", "great-wave-nc16"])
@pytest.mark.parametrize("size", [(8, 8), (61, 75), (128, 200)])
def test_the_projects_own_networks(kernels: HostKernels, style: str, padding: Padding, size: tuple[int, int]) -> None:
    checkpoint = load_checkpoint(ROOT / "models" / "checkpoints" / f"{style}.safetensors")
    network = read_network(_export(checkpoint, padding))
    x = np.random.default_rng(0).random((1, 3, *size), np.float32) * 255
    made = run_network(kernels, network, x)
    np.testing.assert_allclose(made, run_torch(checkpoint.network(padding), x), atol=0.02)
    np.testing.assert_allclose(run_network(kernels, network, x, budget=1), made, atol=1e-3)


@pytest.mark.parametrize("size", [(40, 48), (61, 75)])
def test_a_flat_picture_is_painted_flat_and_as_torch_does(kernels: HostKernels, size: tuple[int, int]) -> None:
    checkpoint = load_checkpoint(ROOT / "models" / "checkpoints" / "great-wave-nc8.safetensors")
    network = read_network(_export(checkpoint, "reflect"))
    for level in (0, 128, 255):
        x = np.full((1, 3, *size), level, np.float32)
        for budget in (None, 1):
            made = run_network(kernels, network, x, budget=budget)
            assert np.ptp(made, axis=(2, 3)).max() == 0
            np.testing.assert_allclose(made, run_torch(checkpoint.network(), x), atol=0.05)


def test_strips_are_the_whole_at_a_size_that_needs_many(kernel_files: dict[str, bytes]) -> None:
    model = make_member(Family(width=4, blocks=1))
    network = read_network(model)
    x = np.random.default_rng(0).random((1, 3, 1100, 700), np.float32) * 255
    kernels = HostKernels(kernel_files["simd"])
    made = run_network(kernels, network, x)
    np.testing.assert_allclose(run_network(kernels, network, x, budget=1), made, atol=1e-3)
    np.testing.assert_allclose(made, run_onnxruntime(model, {"input": x}), atol=2e-3)


def _export(checkpoint: Checkpoint, padding: Padding) -> bytes:
    model = export_master(checkpoint, padding)
    return bytes(ir.to_proto(model).SerializeToString())


MANIFEST = ROOT / "models" / "manifest.json"


def _shipped(kind: str) -> list[Path]:
    """The files of the manifest's `models` or `networks`."""
    listed = json.loads(MANIFEST.read_text(encoding="utf-8")).get(kind, ()) if MANIFEST.is_file() else ()
    return [MANIFEST.with_name(entry["file"]) for entry in listed]


@pytest.mark.skipif(not MANIFEST.is_file(), reason="no models are exported here")
def test_every_shipped_model_is_taken() -> None:
    for path in _shipped("models"):
        assert len(read_network(path.read_bytes()).layers) == 21, path.name
    for path in _shipped("networks"):
        assert len(read_network(path.read_bytes()).layers) >= 21, path.name
