"""`python -m build models`: what is built, what is kept, and that a failure leaves nothing behind."""

import dataclasses
import io
import json
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import build.cli.models
import build.compiler.verify.host
import build.models.download
import build.models.sources
from app_py.styles.manifest import parse_manifest
from build.cli.main import main
from tests.support.checkpoints import random_state, write_checkpoint

Shown = pytest.CaptureFixture[str]


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty `models/` with a folder for checkpoints, and no others at hand."""
    folder = tmp_path / "models"
    (folder / "checkpoints").mkdir(parents=True)
    monkeypatch.setattr(build.cli.models, "FOLDER", folder)
    monkeypatch.setattr(build.models.sources, "OWN_FOLDER", folder / "checkpoints")
    monkeypatch.setattr(build.models.sources, "CACHE", tmp_path / "cache")
    monkeypatch.delenv("FNS_CHECKPOINTS", raising=False)
    return folder


@pytest.fixture
def others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that `FNS_CHECKPOINTS` names."""
    folder = tmp_path / "others"
    folder.mkdir()
    monkeypatch.setenv("FNS_CHECKPOINTS", str(folder))
    return folder


def _ids(models: Path) -> list[str]:
    return [model.id for model in parse_manifest((models / "manifest.json").read_text())]


def _files(models: Path) -> set[str]:
    return {path.name for path in models.iterdir() if path.is_file()}


def test_a_checkpoint_becomes_two_verified_models(models: Path) -> None:
    write_checkpoint(models / "checkpoints" / "great-wave-nc8.safetensors")
    card = {"title": "The Great Wave", "painter": "Hokusai", "year": 1831, "licence": "CC0-1.0"}
    (models / "checkpoints" / "great-wave-nc8.json").write_text(json.dumps(card))
    assert main(["models"]) == 0
    assert _ids(models) == ["great-wave-nc8", "great-wave-nc8-zeropad"]
    entry = json.loads((models / "manifest.json").read_text())["models"][0]
    assert (entry["title"], entry["licence"], entry["padding"]) == ("The Great Wave", "CC0-1.0", "reflect")
    assert entry["source"]["card"]["painter"] == "Hokusai"
    assert entry["nodes"] == 65
    assert entry["opset"] == 7
    assert 0 < entry["verified"]["onnxruntime"] < 0.05
    assert (models / entry["file"]).stat().st_size == entry["bytes"]
    with np.load(models / entry["reference"]["file"]) as reference:
        assert reference["input"].shape == reference["output"].shape == (1, 3, 32, 48)
        assert 0 <= reference["input"].min() <= reference["input"].max() <= 255
    with Image.open(models / entry["preview"]["file"]) as preview:
        assert preview.format == "WEBP"
        assert preview.size == (entry["preview"]["width"], entry["preview"]["height"])


def test_a_second_run_builds_nothing_and_a_damaged_file_is_built_anew(models: Path, capsys: Shown) -> None:
    write_checkpoint(models / "checkpoints" / "a-nc8.pth")
    assert main(["models"]) == 0
    content = (models / "a-nc8.onnx").read_bytes()
    capsys.readouterr()
    assert main(["models"]) == 0
    assert " 0 models built now" in capsys.readouterr().out
    (models / "a-nc8.onnx").write_bytes(content[:1000])
    assert main(["models"]) == 0
    assert " 1 models built now" in capsys.readouterr().out
    assert (models / "a-nc8.onnx").read_bytes() == content


def test_our_own_come_first_and_win_over_the_named_folder(models: Path, others: Path) -> None:
    write_checkpoint(models / "checkpoints" / "wave-nc8.pth")
    write_checkpoint(others / "wave-nc8.pth", random_state(seed=1))
    write_checkpoint(others / "mosaic_nc8_b1_e2_1e05_1e10.model")
    assert main(["models", "--only", "wave-nc8", "mosaic-nc8"]) == 0
    first, second = json.loads((models / "manifest.json").read_text())["models"]
    assert (first["id"], first["source"]["own"]) == ("wave-nc8", True)
    assert (second["id"], second["style"]) == ("mosaic-nc8", "mosaic")
    assert second["source"]["address"].endswith("/saved_models_nc8/mosaic_nc8_b1_e2_1e05_1e10.model")


def test_published_models_stay_listed_when_their_folder_is_not_named(
    models: Path, others: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_checkpoint(models / "checkpoints" / "wave-nc8.pth")
    write_checkpoint(others / "mosaic_nc8_b1_e2_1e05_1e10.model")
    assert main(["models"]) == 0
    monkeypatch.delenv("FNS_CHECKPOINTS")
    assert main(["models"]) == 0
    assert _ids(models) == ["wave-nc8", "wave-nc8-zeropad", "mosaic-nc8", "mosaic-nc8-zeropad"]


def test_a_failed_check_writes_nothing(models: Path, monkeypatch: pytest.MonkeyPatch, capsys: Shown) -> None:
    write_checkpoint(models / "checkpoints" / "a-nc8.pth")
    right = build.compiler.verify.host.run_torch
    monkeypatch.setattr(build.compiler.verify.host, "run_torch", lambda net, picture: right(net, picture) + 0.2)
    assert main(["models"]) == 2
    assert "off from torch by 0.2" in capsys.readouterr().err
    assert _files(models) == set()


def test_a_damaged_checkpoint_fails_the_command_and_leaves_what_was_there(models: Path, capsys: Shown) -> None:
    write_checkpoint(models / "checkpoints" / "a-nc8.pth")
    assert main(["models"]) == 0
    before = {name: (models / name).read_bytes() for name in _files(models)}
    write_checkpoint(models / "checkpoints" / "b-nc8.pth", {**random_state(), "in1.bias": random_state()["in2.bias"]})
    assert main(["models"]) == 2
    assert "b-nc8.pth: in1.bias has shape [16] where width 8 needs [8]" in capsys.readouterr().err
    assert {name: (models / name).read_bytes() for name in _files(models)} == before


@pytest.mark.parametrize(("name", "reason"), [
    ("wave.pth", "does not say which style and width it is; name it <style>-nc<width>.pth"),
    ("wave-nc16.pth", "says width 16 in its name, but its first layer has 8 channels"),
])  # fmt: skip
def test_a_name_must_tell_style_and_width(models: Path, capsys: Shown, name: str, reason: str) -> None:
    write_checkpoint(models / "checkpoints" / name)
    assert main(["models"]) == 2
    assert reason in capsys.readouterr().err


def test_a_card_must_be_json(models: Path, capsys: Shown) -> None:
    write_checkpoint(models / "checkpoints" / "a-nc8.pth")
    (models / "checkpoints" / "a-nc8.json").write_text("{title: Wave}")
    assert main(["models"]) == 2
    assert "a-nc8.json is not JSON" in capsys.readouterr().err


def test_nothing_at_hand_is_said(models: Path, capsys: Shown) -> None:
    assert main(["models"]) == 2
    assert "there is no checkpoint to build from" in capsys.readouterr().err
    assert _files(models) == set()


def test_an_unknown_model_is_answered_with_those_at_hand(models: Path, capsys: Shown) -> None:
    write_checkpoint(models / "checkpoints" / "a-nc8.pth")
    assert main(["models", "--only", "b-nc8"]) == 2
    assert "no checkpoint at hand makes a model b-nc8; at hand are a-nc8, a-nc8-zeropad" in capsys.readouterr().err


def test_a_folder_that_is_none_is_named(models: Path, monkeypatch: pytest.MonkeyPatch, capsys: Shown) -> None:
    assert models.is_dir()
    monkeypatch.setenv("FNS_CHECKPOINTS", "nowhere")
    assert main(["models"]) == 2
    assert "FNS_CHECKPOINTS names nowhere, which is not a folder" in capsys.readouterr().err


class _Answer(io.BytesIO):
    """What an opened address gives."""


def _serve(monkeypatch: pytest.MonkeyPatch, answers: dict[str, bytes]) -> None:
    def opened(address: str, timeout: float) -> _Answer:
        assert timeout > 0
        if address not in answers:
            raise urllib.error.URLError("no route to host")
        return _Answer(answers[address])

    monkeypatch.setattr(urllib.request, "urlopen", opened)


def test_a_download_is_checked_against_the_record(
    models: Path, monkeypatch: pytest.MonkeyPatch, capsys: Shown, tmp_path: Path
) -> None:
    assert models.is_dir()
    entry = next(published for published in build.models.sources.PUBLISHED if published.model_id == "mosaic-nc8")
    _serve(monkeypatch, {entry.address: b"something else"})
    monkeypatch.setattr(build.models.download, "CACHE", tmp_path / "cache")
    assert main(["models", "--download", "--only", "mosaic-nc8"]) == 2
    assert f"expected {entry.sha256}" in capsys.readouterr().err
    assert not (tmp_path / "cache").exists()


def test_an_address_out_of_reach_is_named(models: Path, monkeypatch: pytest.MonkeyPatch, capsys: Shown) -> None:
    assert models.is_dir()
    _serve(monkeypatch, {})
    assert main(["models", "--download", "--only", "candy-nc32"]) == 2
    said = capsys.readouterr().err
    assert "https://www.dropbox.com/s/lrvwfehqdcxoza8/saved_models.zip?dl=1 could not be downloaded" in said
    assert "FNS_CHECKPOINTS" in said


def test_the_original_zip_becomes_models(models: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    original = next(published for published in build.models.sources.PUBLISHED if published.model_id == "candy-nc32")
    assert original.member is not None
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        # Width 8 stands in for 32, and so the name: the real ones are large.
        archive.write(write_checkpoint(tmp_path / "candy.pth"), original.member)
    small = dataclasses.replace(original, width=8, filename="candy-nc8.pth")
    _serve(monkeypatch, {original.address: packed.getvalue()})
    monkeypatch.setattr(build.models.download, "PUBLISHED", (small,))
    monkeypatch.setattr(build.models.download, "CACHE", tmp_path / "cache")
    assert main(["models", "--download", "--only", "candy-nc8"]) == 0
    assert _ids(models) == ["candy-nc8"]
