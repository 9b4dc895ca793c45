"""Reading checkpoints: every published form, and one clear sentence for everything else."""

import contextlib
import io
import random
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import onnx
import pytest
import torch

from build.cli.main import main
from build.common.errors import BuildError
from build.models.export.checkpoint import load_checkpoint
from build.models.export.network import Shape, TransformerNet
from tests.support.checkpoints import random_state, write_checkpoint


@pytest.mark.parametrize("name", ["a.pth", "a.model", "a.safetensors"])
@pytest.mark.parametrize("width", [3, 8])
def test_the_width_is_inferred_from_the_weights(tmp_path: Path, name: str, width: int) -> None:
    checkpoint = load_checkpoint(write_checkpoint(tmp_path / name, width=width))
    assert checkpoint.width == width
    assert checkpoint.parameters == sum(tensor.numel() for tensor in random_state(width).values())


def _statistics(fresh: bool) -> dict[str, torch.Tensor]:
    """Running statistics for every normalization of a network of width 8."""
    generator = torch.Generator().manual_seed(1)
    state = {}
    for key, value in random_state().items():
        if re.search(r"in\d+\.weight$", key):
            name = key.removesuffix(".weight")
            noise = torch.rand(value.shape, generator=generator)
            state[f"{name}.running_mean"] = torch.zeros_like(noise) if fresh else noise - 0.5
            state[f"{name}.running_var"] = torch.ones_like(noise) if fresh else noise + 0.5
    return state


def _tracked(statistics: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    names = {key.rpartition(".")[0] for key in statistics}
    return {**statistics, **{f"{name}.num_batches_tracked": torch.tensor(7) for name in names}}


def test_statistics_that_no_norm_used_are_dropped(tmp_path: Path) -> None:
    checkpoint = load_checkpoint(write_checkpoint(tmp_path / "a.pth", {**random_state(), **_statistics(fresh=True)}))
    assert set(checkpoint.state) == set(random_state())
    assert checkpoint.notes == ()


def test_dropped_statistics_that_moved_are_worth_a_word(tmp_path: Path) -> None:
    checkpoint = load_checkpoint(write_checkpoint(tmp_path / "a.pth", {**random_state(), **_statistics(fresh=False)}))
    assert set(checkpoint.state) == set(random_state())
    assert "holds running statistics (in1.running_mean and 29 more) without num_batches_tracked" in checkpoint.notes[0]


def test_statistics_in_use_are_used(tmp_path: Path) -> None:
    """What BatchNorm computes after training, and InstanceNorm that tracks: by hand, for the first layer."""
    state = {**random_state(), **_tracked(_statistics(fresh=False))}
    checkpoint = load_checkpoint(write_checkpoint(tmp_path / "a.pth", state))
    net = checkpoint.network()
    x = torch.rand(1, 8, 5, 6)
    sides = (1, 8, 1, 1)
    mean, variance = state["in1.running_mean"].reshape(sides), state["in1.running_var"].reshape(sides)
    weight, bias = state["in1.weight"].reshape(sides), state["in1.bias"].reshape(sides)
    with torch.inference_mode():
        assert torch.allclose(net.in1(x), (x - mean) / torch.sqrt(variance + 1e-5) * weight + bias, atol=1e-6)
    assert checkpoint.parameters == sum(tensor.numel() for tensor in random_state().values())


def test_a_network_with_statistics_is_exported_as_it_computes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_checkpoint(tmp_path / "a.pth", {**random_state(), **_tracked(_statistics(fresh=False))})
    assert main(["export", str(path), str(tmp_path / "a.onnx"), "--size", "16"]) == 0
    operators = {node.op_type for node in onnx.load(tmp_path / "a.onnx").graph.node}
    assert "BatchNormalization" in operators
    assert "InstanceNormalization" not in operators
    assert "off from torch by" in capsys.readouterr().out


def test_statistics_in_use_must_be_there(tmp_path: Path) -> None:
    state = {**random_state(), "in1.num_batches_tracked": torch.tensor(7)}
    with pytest.raises(BuildError, match=r"has num_batches_tracked, so running statistics are in use, but no"):
        load_checkpoint(write_checkpoint(tmp_path / "a.pth", state))


@pytest.mark.parametrize("wrapper", ["state_dict", "model_state_dict", "net", "params", "params_ema", "generator"])
@pytest.mark.parametrize("prefix", ["", "module.", "model.", "_orig_mod.", "_orig_mod.module.", "model._orig_mod."])
def test_every_usual_wrapping_is_undone(tmp_path: Path, wrapper: str, prefix: str) -> None:
    torch.save(
        {wrapper: {prefix + key: value for key, value in random_state().items()}, "epoch": 2}, tmp_path / "a.pth"
    )
    assert set(load_checkpoint(tmp_path / "a.pth").state) == set(random_state())


def test_a_misnamed_safetensors_file_is_read(tmp_path: Path) -> None:
    write_checkpoint(tmp_path / "a.safetensors").rename(tmp_path / "a.pth")
    assert load_checkpoint(tmp_path / "a.pth").width == 8


@pytest.mark.parametrize(("data", "said"), [
    (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n", "it is a Git LFS pointer"),
    (b"<html>Not found</html>", "it is a web page"),
])  # fmt: skip
def test_what_is_no_checkpoint_is_named(tmp_path: Path, data: bytes, said: str) -> None:
    (tmp_path / "a.pth").write_bytes(data)
    with pytest.raises(BuildError, match=f"a.pth is not a checkpoint: {said}"):
        load_checkpoint(tmp_path / "a.pth")


def test_wrappings_prefixes_and_half_precision_are_undone(tmp_path: Path) -> None:
    state = {f"module.{key}": value.half() for key, value in random_state().items()}
    torch.save({"state_dict": state, "epoch": 2}, tmp_path / "a.pth")
    checkpoint = load_checkpoint(tmp_path / "a.pth")
    assert {value.dtype for value in checkpoint.state.values()} == {torch.float32}


def test_the_network_computes_what_the_weights_say(tmp_path: Path) -> None:
    net = load_checkpoint(write_checkpoint(tmp_path / "a.pth")).network("zero")
    with torch.inference_mode():
        assert net(torch.zeros(1, 3, 13, 22)).shape == (1, 3, 16, 24)


class _Harmful:
    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (Path("harm"),))


def test_a_pickle_that_runs_code_is_refused_and_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    torch.save({"conv1.conv2d.weight": _Harmful()}, "a.pth")
    with pytest.raises(BuildError, match="cannot be read safely"):
        load_checkpoint(Path("a.pth"))
    assert not Path("harm").exists()


def _without(key: str) -> dict[str, torch.Tensor]:
    return {name: value for name, value in random_state().items() if name != key}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ([1, 2, 3], r"a\.pth holds a list, not a state dict"),
        ({"features.0.weight": torch.zeros(64, 3, 11, 11)}, r"no conv1\.conv2d\.weight \(its first key is features\.0"),
        ({}, "its first key is nothing at all"),
        (_without("res3.conv2.conv2d.bias"), r"has no res3\.conv2\.conv2d\.bias"),
        ({**random_state(), "in2.weight": torch.zeros(5)}, r"in2\.weight has shape \[5\] where width 8 needs \[16\]"),
        ({**random_state(), "extra.weight": torch.zeros(1)}, r"a key that this network lacks: extra\.weight"),
        ({**random_state(), "in1.bias": torch.full((8,), torch.nan)}, r"in1\.bias holds NaN or infinity"),
        ({**random_state(), "in1.bias": torch.zeros(8, dtype=torch.int64)}, r"in1\.bias is not a tensor of floating"),
        ({**random_state(), "conv1.conv2d.weight": torch.zeros(4)}, r"must be a tensor \[width,3,9,9\]"),
        ({**random_state(), "conv1.conv2d.weight": torch.zeros(1).expand(10**9, 3, 9, 9)}, r"must be a tensor \[width"),
        ({**random_state(), "in1.bias": torch.zeros(8, device="meta")}, r"in1\.bias has a shape without numbers"),
        ({**random_state(), "in1.bias": torch.ones(8).to_sparse()}, r"in1\.bias has .* is sparse; save a state dict"),
    ],
)
def test_other_contents_are_named(tmp_path: Path, content: Any, reason: str) -> None:
    torch.save(content, tmp_path / "a.pth")
    with pytest.raises(BuildError, match=reason):
        load_checkpoint(tmp_path / "a.pth")


@pytest.mark.parametrize("name", ["a.pth", "a.safetensors"])
@pytest.mark.parametrize("data", [b"", b"not a checkpoint", b"\x80\x02"])
def test_other_files_are_named(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(BuildError, match=name.replace(".", r"\.")):
        load_checkpoint(tmp_path / name)


def test_a_truncated_checkpoint_is_named(tmp_path: Path) -> None:
    path = write_checkpoint(tmp_path / "a.pth")
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(BuildError, match=r"a\.pth"):
        load_checkpoint(path)


def _rezipped(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """A checkpoint whose pickle was changed, in a zip that is whole."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name.endswith("data.pkl") else content)
    return out.getvalue()


@pytest.mark.parametrize("zipped", [True, False])
def test_whatever_is_damaged_nothing_but_the_sentence_comes(tmp_path: Path, zipped: bool) -> None:
    state, path, noise = random_state(2), tmp_path / "a.pth", random.Random(0)
    torch.save(state, path, _use_new_zipfile_serialization=zipped)
    whole = path.read_bytes()

    def flipped(data: bytes) -> bytes:
        changed = bytearray(data)
        for _ in range(2):
            changed[noise.randrange(min(9000, len(changed)))] = noise.randrange(256)
        return bytes(changed)

    def cut(data: bytes) -> bytes:
        return data[: noise.randrange(min(9000, len(data)))]

    for change in [flipped] * 100 + [cut] * 100:
        path.write_bytes(_rezipped(whole, change) if zipped else change(whole))
        with contextlib.suppress(BuildError):
            load_checkpoint(path)


def test_a_missing_checkpoint_is_named(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="does not exist"):
        load_checkpoint(tmp_path / "a.pth")


def _variant(shape: Shape) -> dict[str, torch.Tensor]:
    """A seeded state dict of a network of the family; means and variances are not those of a fresh one."""
    generator = torch.Generator().manual_seed(2)
    return {
        key: value + 0.1 * torch.rand(value.shape, generator=generator) if value.is_floating_point() else value
        for key, value in TransformerNet(8, shape=shape).state_dict().items()
    }


SHAPES = (
    Shape(blocks=2), Shape(blocks=9), Shape("plain"), Shape(transposed=3), Shape("running", 3, 4), Shape("plain", 6, 4)
)  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_the_shape_of_the_network_is_read_from_its_weights(tmp_path: Path, shape: Shape) -> None:
    state = _variant(shape)
    checkpoint = load_checkpoint(write_checkpoint(tmp_path / "a.pth", state))
    assert checkpoint.shape == shape
    picture = torch.rand(1, 3, 24, 28)
    net = TransformerNet(8, shape=shape)
    net.load_state_dict(state)
    with torch.inference_mode():
        assert torch.equal(checkpoint.network()(picture), net.eval()(picture))


@pytest.mark.parametrize("shape", [Shape("plain", 2, 3), Shape("running", 1, 4)], ids=str)
@pytest.mark.parametrize("target", ["onnxjs-0.1.8", "onnxruntime"])
def test_networks_of_other_shapes_are_exported_and_verified(
    tmp_path: Path, shape: Shape, target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_checkpoint(tmp_path / "a.pth", _variant(shape))
    assert main(["export", str(path), str(tmp_path / "a.onnx"), "--target", target]) == 0
    assert "off from torch by" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["deconv1.weight", "deconv1.conv_transpose.weight"])
def test_transposed_convolutions_have_several_names(tmp_path: Path, name: str) -> None:
    middle = name.removeprefix("deconv1").removesuffix("weight")
    state = {
        re.sub(r"^(deconv[12])\.conv2d\.", rf"\1{middle}", key): value
        for key, value in _variant(Shape(transposed=3)).items()
    }
    assert name in state
    assert load_checkpoint(write_checkpoint(tmp_path / "a.pth", state)).shape.transposed == 3


def test_a_gap_among_the_blocks_is_named(tmp_path: Path) -> None:
    state = {key: value for key, value in random_state().items() if not key.startswith("res3.")}
    with pytest.raises(BuildError, match=r"has no res3\.conv1\.conv2d\.weight"):
        load_checkpoint(write_checkpoint(tmp_path / "a.pth", state))


@pytest.mark.parametrize(
    "wrapper", ["model_state_dict", "net", "params", "params_ema", "generator", "state_dict", "model"]
)
@pytest.mark.parametrize("prefix", ["", "model.", "_orig_mod.", "module.", "module.model."])
def test_wrappers_and_prefixes_of_training_scripts(tmp_path: Path, wrapper: str, prefix: str) -> None:
    state = {prefix + key: value for key, value in random_state().items()}
    path = write_checkpoint(tmp_path / "a.pth", {wrapper: state, "epoch": torch.tensor(3)})  # type: ignore[dict-item]
    assert set(load_checkpoint(path).state) == set(random_state())
