"""Reading checkpoints: every published form, and one clear sentence for everything else."""

import contextlib
import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from build.common.errors import BuildError
from build.models.export.checkpoint import load_checkpoint
from tests.support.checkpoints import random_state, write_checkpoint


@pytest.mark.parametrize("name", ["a.pth", "a.model", "a.safetensors"])
@pytest.mark.parametrize("width", [3, 8])
def test_the_width_is_inferred_from_the_weights(tmp_path: Path, name: str, width: int) -> None:
    checkpoint = load_checkpoint(write_checkpoint(tmp_path / name, width=width))
    assert checkpoint.width == width
    assert checkpoint.parameters == sum(tensor.numel() for tensor in random_state(width).values())


def test_old_running_statistics_are_dropped(tmp_path: Path) -> None:
    stale = {"in1.running_mean": torch.zeros(4), "res3.in2.running_var": torch.ones(16)}
    stale["in4.num_batches_tracked"] = torch.tensor(0)
    checkpoint = load_checkpoint(write_checkpoint(tmp_path / "a.pth", {**random_state(), **stale}))
    assert not set(stale) & set(checkpoint.state)


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
