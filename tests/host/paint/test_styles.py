"""Styles that are numbers for a shared network, on the command line: here a network that paints all in one colour."""

import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper
from PIL import Image

from app_py.cli.main import STYLE, main
from app_py.styles.vectors import encode
from tests.host.paint.clips import frames, make_clip
from tests.host.paint.conftest import Paint
from tests.support.paths import ROOT

Shape = list[str | int | None]
RED, BLUE = (200.0, 0.0, 0.0), (0.0, 0.0, 100.0)
GREY = (60, 60, 60)


def save(
    folder: Path, name: str, nodes: list[onnx.NodeProto], inputs: dict[str, Shape], output: Shape
) -> dict[str, object]:
    """A model beside a manifest; its entry there."""
    shape = helper.make_tensor("shape", TensorProto.INT64, [4], [1, 3, 1, 1])
    graph = helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info(key, TensorProto.FLOAT, value) for key, value in inputs.items()],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, output)],
        [shape],
    )
    data = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8).SerializeToString()
    (folder / f"{name}.onnx").write_bytes(data)
    return {"file": f"{name}.onnx", "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


@pytest.fixture
def models(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    picture: Shape = [1, 3, "H", "W"]
    colour = [
        helper.make_node("Sub", ["input", "input"], ["nothing"]),
        helper.make_node("Reshape", ["style", "shape"], ["colour"]),
        helper.make_node("Add", ["nothing", "colour"], ["output"]),
    ]
    mean = [helper.make_node("ReduceMean", ["input"], ["output"], axes=[2, 3], keepdims=0)]
    network = save(folder, "painting", colour, {"input": picture, "style": [1, 3]}, picture)
    predictor = save(folder, "predictor", mean, {"input": [1, 3, 256, 256]}, [1, 3])
    alone = {**network, "id": "alone-nc8", "style": "alone", "title": "Alone", "width": 8, "padding": "reflect"}
    shared = {**network, "id": "painting", "title": "Any", "width": 8, "length": 3, "predictor": predictor}
    styles = {"red": RED, "blue": BLUE}
    document = {
        "version": 1,
        "models": [{**alone, "opset": 13, "licence": "MIT"}],
        "networks": [{**shared, "opset": 13, "licence": "MIT"}],
        "styles": [
            {"id": f"painting:{name}", "title": name, "network": "painting", "vector": encode(np.array([vector]))}
            for name, vector in styles.items()
        ],
    }
    (folder / "manifest.json").write_text(json.dumps(document))
    return folder


@pytest.mark.parametrize(
    ("style", "strength", "name", "colour"),
    [
        ("painting:red", 100, "a-painting-red.png", RED),
        ("painting:red*3,painting:blue*1", 100, "a-painting-red-3+painting-blue-1.png", (150, 0, 25)),
        ("painting:red", 25, "a-painting-red.png", (95, 45, 45)),
    ],
)
def test_a_photo_is_painted_in_numbers_and_their_mixtures(
    paint: Paint, tmp_path: Path, models: Path, style: str, strength: int, name: str, colour: tuple[float, ...]
) -> None:
    Image.new("RGB", (40, 30), GREY).save(tmp_path / "a.png")
    said = paint("a.png", "--models", models, "--style", style, "--strength", strength)
    assert (said.status, said.err) == (0, "")
    painted = np.asarray(Image.open(tmp_path / "painted" / name))
    np.testing.assert_array_equal(painted, np.broadcast_to(colour, painted.shape))


def test_without_a_style_one_of_the_project_is_taken(tmp_path: Path) -> None:
    if not (ROOT / "models" / f"{STYLE}.onnx").is_file():
        pytest.skip(f"needs models/{STYLE}.onnx: python -m build models")
    clip, painted = make_clip(tmp_path / "a.mp4"), tmp_path / "painted.mp4"
    assert main(["paint", str(clip), "--out", str(painted), "--steady", "--size", "32"]) == 0
    assert len(frames(painted)) == len(frames(clip))


def test_a_video_is_mixed_with_the_style_of_its_first_picture(paint: Paint, tmp_path: Path, models: Path) -> None:
    clip = make_clip(tmp_path / "a.mp4")
    first = frames(clip)[0][:, 8:56].mean((0, 1))
    said = paint(clip, "--models", models, "--style", "painting:blue", "--strength", 50, "--out", "b.mp4", "--steady")
    assert (said.status, said.err) == (0, "")
    for picture in frames(tmp_path / "b.mp4"):
        assert np.abs(picture.mean((0, 1)) - (first + BLUE) / 2).max() < 6


@pytest.mark.parametrize(
    ("style", "words"),
    [
        ("painting:nobody", "There is no style 'painting:nobody'. There are: alone-nc8, painting:blue, painting:red."),
        ("painting:red*1,painting:nobody*2", "no style called “painting:nobody”"),
        ("painting:red*1,alone-nc8*2", "a style with a network of its own paints alone"),
        ("painting:red*0", "not all 0"),
        ("painting:red*much", "is no mixture"),
    ],
)
def test_what_cannot_be_painted_is_said(paint: Paint, models: Path, style: str, words: str) -> None:
    said = paint("a.png", "--models", models, "--style", style)
    assert said.status == 2
    assert words in said.err
