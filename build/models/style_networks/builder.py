"""The published files -> the networks that are shipped, verified against those files, and their manifest entries."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnx_ir as ir
import onnxruntime

from build.common.errors import BuildError
from build.common.files import sha256_of
from build.compiler.lowering import Lowered, lower
from build.compiler.passes.dequantize import dequantize
from build.compiler.passes.open_sides import open_sides
from build.compiler.targets.onnxjs import SHIPPED
from build.compiler.verify.host import SIZES, TOLERANCE, sample_picture
from build.compiler.verify.session import Difference, Floats, start_session
from build.models.style_networks.graph import LEVELS, PICTURE, STYLE, master_graph
from build.models.style_networks.layers import StyleNetwork
from build.models.style_networks.predictor import SIDE_PX, predictor_graph
from build.models.style_networks.read import read_painting_network, read_varied_network
from build.models.style_networks.source import LICENCE, PACKAGE, PAINTING, PREDICTOR, VARIED, Published, fetch_published
from build.models.variants import compiler_key

REFERENCE_SIZE = (32, 48)
# Of 1: the predictor's numbers reach 2; these differ by 0.02 between the quantized file and the float one.
VECTOR_TOLERANCE = 1e-4

COMPILER = Path(__file__).parents[2] / "compiler"
PASSES = tuple(COMPILER / "passes" / name for name in ("dequantize.py", "open_sides.py"))

Paint = Callable[[Floats, Floats], Floats]


@dataclass(frozen=True)
class BuiltNetwork:
    """What is written for one network: file name -> content, its entry, and how far it is from what was published."""

    files: Mapping[str, bytes]
    entry: Mapping[str, Any]
    difference: Difference


class NetworkBuilder:
    """Builds the two networks, out of files that are fetched once."""

    def __init__(self, photo: Path, fetch: Callable[[], Published] = fetch_published) -> None:
        self._photo = photo
        self._fetch = fetch

    @property
    def key(self) -> str:
        """A hash of everything that the networks' files depend on."""
        pins = (PREDICTOR.sha256, PAINTING.sha256, VARIED.sha256)
        own = (*Path(__file__).parent.glob("*.py"), *PASSES)
        sources = (sha256_of(path.read_bytes()) for path in sorted(own))
        return sha256_of("\n".join((*pins, *sources, compiler_key(self._photo))).encode())

    def build(self) -> dict[str, BuiltNetwork]:
        """By id. Raises `BuildError` where a network does not compute what the published file does."""
        return {"painting": self._painting(), "varied": self._varied()}

    @cached_property
    def _published(self) -> Published:
        return self._fetch()

    def _painting(self) -> BuiltNetwork:
        source = _read(self._published.painting)
        dequantize(source)
        open_sides(source)
        network = read_painting_network(source)
        session = _session(source)
        names = [given.name for given in session.get_inputs()]

        def paint(picture: Floats, style: Floats) -> Floats:
            planes = np.ascontiguousarray(picture.transpose(0, 2, 3, 1) / np.float32(LEVELS))
            (out,) = session.run(None, dict(zip(names, (planes, style.reshape(1, 1, 1, -1)), strict=True)))
            return np.asarray(out.transpose(0, 3, 1, 2) * np.float32(LEVELS), np.float32)

        predictor = self._predictor(network.length)
        built = self._network("painting", "Any painting", network, paint, PAINTING.path, _sample_painting_style())
        entry = {
            **built.entry,
            "predictor": {
                "file": "predictor.onnx",
                "bytes": len(predictor),
                "sha256": sha256_of(predictor),
                "side_px": SIDE_PX,
            },
        }
        return BuiltNetwork({**built.files, "predictor.onnx": predictor}, entry, built.difference)

    def _predictor(self, length: int) -> bytes:
        source = _read(self._published.predictor)
        data = predictor_graph(source, length)
        dequantize(source)
        original, ours = _session(source), start_session(data, "the predictor")
        picture = sample_picture(SIDE_PX, SIDE_PX)
        planes = np.ascontiguousarray(picture.transpose(0, 2, 3, 1) / np.float32(LEVELS))
        (expected,) = original.run(None, {original.get_inputs()[0].name: planes})
        (found,) = ours.run(None, {PICTURE: picture})
        difference = Difference.between(found, expected.reshape(found.shape))
        if not difference.maximum <= VECTOR_TOLERANCE:
            raise BuildError(f"the predictor is off from its source by {difference.maximum:.3g}; nothing was written")
        return data

    def _varied(self) -> BuiltNetwork:
        source = _read(self._published.varied)
        network = read_varied_network(source)
        session = _session(source)

        def paint(picture: Floats, style: Floats) -> Floats:
            feeds = {"image": picture / np.float32(LEVELS), "style_weights": style[0]}
            (out,) = session.run(None, feeds)
            return np.asarray(out * np.float32(LEVELS), np.float32)

        style = np.zeros((1, network.length), np.float32)
        style[0, [3, 9]] = 0.6, 0.4
        return self._network("varied", "Varied styles", network, paint, VARIED.path, style)

    def _network(
        self, name: str, title: str, network: StyleNetwork, paint: Paint, published: str, style: Floats
    ) -> BuiltNetwork:
        lowered = lower(master_graph(network), SHIPPED)
        model = lowered.to_bytes()
        difference = _verify(name, model, paint, style)
        picture = sample_picture(*REFERENCE_SIZE)
        reference = io.BytesIO()
        np.savez_compressed(reference, input=picture, style=style, output=paint(picture, style))
        entry = {
            "id": name,
            "title": title,
            "length": network.length,
            "width": int(network.contract[0].weight.shape[0]),
            **_file(f"{name}.onnx", model),
            "opset": lowered.model.graph.opset_imports[""],
            "nodes": len(lowered.model.graph),
            "parameters": _parameters(lowered),
            "verified": {"onnxruntime": float(f"{difference.maximum:.3g}")},
            "source": {
                "package": f"{PACKAGE.name} {PACKAGE.version}",
                "file": published,
                "homepage": PACKAGE.homepage,
                "build_key": self.key,
            },
            "licence": LICENCE,
            "reference": _file(f"{name}.reference.npz", reference.getvalue()),
        }
        return BuiltNetwork({f"{name}.onnx": model, f"{name}.reference.npz": reference.getvalue()}, entry, difference)


def _verify(name: str, model: bytes, paint: Paint, style: Floats) -> Difference:
    """The largest difference from the published file over sizes, on the scale of 0..255."""
    session = start_session(model)
    worst = Difference(0.0, 0.0)
    for index, (height, width) in enumerate(SIZES):
        picture = sample_picture(-(-height // 4) * 4, -(-width // 4) * 4, index)
        (found,) = session.run(None, {PICTURE: picture, STYLE: style})
        worst = max(worst, Difference.between(found, paint(picture, style)), key=lambda one: one.maximum)
    if not worst.maximum <= TOLERANCE:
        raise BuildError(
            f"{name}: the lowered network is off from the published one by {worst.maximum:.3g} of 255, more than"
            f" {TOLERANCE:g}; nothing was written"
        )
    return worst


def _read(data: bytes) -> ir.Model:
    return ir.from_proto(onnx.load_from_string(data))


def _session(model: ir.Model) -> onnxruntime.InferenceSession:
    return start_session(ir.to_proto(model).SerializeToString(), "the published network")


def _sample_painting_style() -> Floats:
    """Numbers of the size that paintings have, the same every time."""
    style: Floats = np.random.default_rng(14).normal(0.0, 0.5, (1, 100)).astype(np.float32)
    return style


def _parameters(lowered: Lowered) -> int:
    weights = (value.const_value for value in lowered.model.graph.initializers.values())
    return sum(int(weight.size) for weight in weights if weight is not None and weight.dtype == ir.DataType.FLOAT)


def _file(name: str, data: bytes) -> dict[str, Any]:
    return {"file": name, "bytes": len(data), "sha256": sha256_of(data)}
