"""The networks that take a style as a vector: the same numbers as the published files."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from build.common.errors import BuildError
from build.common.paths import ROOT
from build.compiler.verify.host import sample_picture
from build.compiler.verify.session import start_session
from build.models.style_networks import builder
from build.models.style_networks.builder import BuiltNetwork, NetworkBuilder
from build.models.style_networks.read import read_varied_network
from build.models.style_networks.source import Published, fetch_published
from build.runtime.pinned import UnreachableError

PHOTO = ROOT / "www" / "photos" / "pagoda.jpg"


@pytest.fixture(scope="module")
def published() -> Published:
    try:
        return fetch_published()
    except UnreachableError as error:
        pytest.skip(f"the published networks are not at hand: {error}")


@pytest.fixture(scope="module")
def built(published: Published) -> Mapping[str, BuiltNetwork]:
    return NetworkBuilder(PHOTO, lambda: published).build()


@pytest.mark.parametrize(("name", "length"), [("painting", 100), ("varied", 26)])
def test_a_network_paints_any_size_in_any_style(built: Mapping[str, BuiltNetwork], name: str, length: int) -> None:
    entry, files = built[name].entry, built[name].files
    assert built[name].difference.maximum < 0.01
    assert entry["length"] == length
    session = start_session(files[f"{name}.onnx"])
    picture = sample_picture(24, 36)
    styles = np.eye(length, dtype=np.float32)[:2, None]
    first, second = (session.run(None, {"input": picture, "style": style})[0] for style in styles)
    assert first.shape == second.shape == picture.shape
    assert np.abs(first - second).mean() > 5
    assert first.min() >= 0
    assert first.max() <= 255


def test_mixing_vectors_goes_from_one_style_to_the_other(built: Mapping[str, BuiltNetwork]) -> None:
    session = start_session(built["varied"].files["varied.onnx"])
    picture = sample_picture(24, 36)
    ends = np.eye(26, dtype=np.float32)[[2, 7], None]

    def paint(share: float) -> np.ndarray:
        style = ends[0] * (1 - share) + ends[1] * share
        return np.asarray(session.run(None, {"input": picture, "style": style})[0])

    distances = [np.abs(paint(share) - paint(0.0)).mean() for share in (0.0, 0.25, 0.5, 1.0)]
    assert distances == sorted(distances)
    assert distances[0] == 0


def test_the_predictor_is_small_and_tells_pictures_apart(built: Mapping[str, BuiltNetwork]) -> None:
    data = built["painting"].files["predictor.onnx"]
    assert len(data) == built["painting"].entry["predictor"]["bytes"] < 3_000_000
    session = start_session(data)
    flat = np.full((1, 3, 256, 256), 128, np.float32)
    (one,), (other,) = (session.run(None, {"input": picture}) for picture in (flat, sample_picture(256, 256)))
    assert one.shape == (1, 100)
    assert np.abs(one - other).max() > 0.1


def test_a_network_that_computes_something_else_is_not_written(
    published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = read_varied_network

    def misread(model: object) -> object:
        network = read(model)  # type: ignore[arg-type]
        first = network.contract[0]
        return replace(network, contract=(replace(first, weight=first.weight[:, ::-1]), *network.contract[1:]))

    monkeypatch.setattr(builder, "read_varied_network", misread)
    with pytest.raises(BuildError, match="varied: the lowered network is off"):
        NetworkBuilder(PHOTO, lambda: published).build()
