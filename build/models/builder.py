"""One model: a checkpoint and a padding -> the bytes of its three files and its entry in the manifest."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from build.common.errors import BuildError
from build.common.files import sha256_of
from build.compiler.lowering import lower
from build.compiler.targets.onnxjs import SHIPPED
from build.compiler.verify.host import run_torch, sample_picture, verify_against_torch
from build.compiler.verify.session import Difference, Floats
from build.models.export.checkpoint import Checkpoint, load_checkpoint
from build.models.export.master import export_master
from build.models.export.network import TransformerNet
from build.models.sources import Source
from build.models.variants import Variant

REFERENCE_SIZE = (32, 48)
PREVIEW_LONGEST_PX = 256
PREVIEW_SIDE_PX = 192


@dataclass(frozen=True)
class Built:
    """Everything that is written for one model: file name -> content, and its entry in the manifest."""

    files: Mapping[str, bytes]
    entry: Mapping[str, Any]
    difference: Difference


class Builder:
    """Builds the variants of one checkpoint, which is read once."""

    def __init__(self, source: Source, photo: Path) -> None:
        self._source = source
        self._photo = photo

    @cached_property
    def _checkpoint(self) -> Checkpoint:
        checkpoint = load_checkpoint(self._source.path)
        if checkpoint.width != self._source.width:
            raise BuildError(
                f"{self._source.path.name} says width {self._source.width} in its name, but its first layer has"
                f" {checkpoint.width} channels; rename it"
            )
        return checkpoint

    def build(self, variant: Variant) -> Built:
        """Export, lower, verify and describe. Raises `BuildError` and leaves nothing behind where a check fails."""
        net = self._checkpoint.network(variant.padding)
        lowered = lower(export_master(self._checkpoint, variant.padding), SHIPPED)
        model = lowered.to_bytes()
        difference = verify_against_torch(model, net, variant.model_id)
        reference, preview = make_reference(net), make_preview(net, self._photo)
        files = {
            variant.file(".onnx"): model,
            variant.file(".reference.npz"): reference,
            variant.file(".preview.webp"): preview,
        }
        with Image.open(io.BytesIO(preview)) as image:
            width, height = image.size
        entry = {
            "id": variant.model_id,
            "style": self._source.style,
            "title": self._source.title,
            "width": self._source.width,
            "padding": variant.padding,
            "file": variant.file(".onnx"),
            "bytes": len(model),
            "sha256": sha256_of(model),
            "opset": lowered.model.graph.opset_imports[""],
            "nodes": len(lowered.model.graph),
            "parameters": self._checkpoint.parameters,
            "verified": {"onnxruntime": float(f"{difference.maximum:.3g}")},
            "source": variant.provenance(),
            "licence": self._source.licence,
            "reference": {
                "file": variant.file(".reference.npz"),
                "bytes": len(reference),
                "sha256": sha256_of(reference),
            },
            "preview": {"file": variant.file(".preview.webp"), "width": width, "height": height},
        }
        return Built(files, entry, difference)


def make_reference(net: TransformerNet) -> bytes:
    """An npz with `input` and `output`, float32 `[1,3,32,48]` in 0..255 (the output unclamped), computed by torch."""
    picture = sample_picture(*REFERENCE_SIZE)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, input=picture, output=run_torch(net, picture))
    return buffer.getvalue()


def make_preview(net: TransformerNet, photo: Path) -> bytes:
    """A WebP of the photo painted at 256 px, cropped to the square in its middle."""
    with Image.open(photo) as image:
        rgb = image.convert("RGB")
    rgb.thumbnail((PREVIEW_LONGEST_PX, PREVIEW_LONGEST_PX), Image.Resampling.LANCZOS)
    picture: Floats = np.asarray(rgb, dtype=np.float32).transpose(2, 0, 1)[None]
    painted = np.clip(np.rint(run_torch(net, np.ascontiguousarray(picture))[0]), 0, 255).astype(np.uint8)
    painting = Image.fromarray(painted.transpose(1, 2, 0)).crop((0, 0, *rgb.size))
    side = min(PREVIEW_SIDE_PX, *rgb.size)
    left, top = (rgb.width - side) // 2, (rgb.height - side) // 2
    buffer = io.BytesIO()
    painting.crop((left, top, left + side, top + side)).save(buffer, "WEBP", quality=80, method=6)
    return buffer.getvalue()


def one_thread() -> None:
    """Keep torch from starting a thread a core: sums in another order are other numbers, and files would differ."""
    torch.set_num_threads(1)
