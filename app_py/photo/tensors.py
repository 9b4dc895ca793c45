"""Between pictures and tensors: the only code that knows the network's layout and range.

Pictures are `RgbImage`: uint8 `(H, W, 3)`, red green blue. Tensors are `NchwTensor`: float32 `(1, 3, H, W)`, the same
planes, 0..255, no mean, no scale: the input and the output of PyTorch's fast-neural-style example.
"""

import numpy as np
import numpy.typing as npt

from app_py.errors import EngineError
from app_py.i18n import tr
from app_py.photo.sizing import Size, model_size

RgbImage = npt.NDArray[np.uint8]
NchwTensor = npt.NDArray[np.float32]


def to_tensor(image: "RgbImage | npt.NDArray[np.float32]") -> NchwTensor:
    """The network's input: planes of float32, the bottom and right edges repeated up to `model_size`.

    Args:
        image: uint8 `(H, W, 3)`, or float32 where it is finer than whole levels.

    Returns:
        float32 `(1, 3, H', W')`, C-contiguous, 0..255, with `(H', W') = model_size((H, W))`.
    """
    height, width = image.shape[:2]
    padded = model_size(Size(height, width))
    tensor = np.empty((1, 3, *padded), np.float32)
    tensor[0, :, :height, :width] = image.transpose(2, 0, 1)
    tensor[0, :, height:, :width] = tensor[0, :, height - 1 : height, :width]
    tensor[0, :, :, width:] = tensor[0, :, :, width - 1 : width]
    return tensor


def to_image(tensor: NchwTensor, size: Size) -> RgbImage:
    """The network's output as a picture: cropped to `size`, clamped to 0..255, rounded half to even.

    Args:
        tensor: float32 `(1, 3, H', W')`, unclamped, at least as large as `size`.

    Returns:
        uint8 `(H, W, 3)`.

    Raises:
        EngineError: `output-invalid` when the shape is not that of a picture, or values are not finite.
    """
    if tensor.ndim != 4 or tensor.shape[:2] != (1, 3) or tensor.shape[2] < size.height or tensor.shape[3] < size.width:
        raise EngineError(
            tr(
                "The model gave a result of shape {shape} where {expected} or larger was expected; "
                "it is not a painting model.",
                shape=tuple(tensor.shape),
                expected=(1, 3, size.height, size.width),
            ),
            code="output-invalid",
        )
    planes = tensor[0, :, : size.height, : size.width]
    if not np.isfinite(planes).all():
        raise EngineError(
            tr("The engine's result holds values that are not numbers. Choose another engine."), code="output-invalid"
        )
    image = np.empty((*size, 3), np.uint8)
    # One plane at a time: the temporaries stay a third of the size, which counts in a 32-bit heap.
    for channel in range(3):
        plane = np.clip(planes[channel], 0.0, 255.0)
        image[:, :, channel] = np.rint(plane, out=plane)
    return image


def padded(image: RgbImage) -> RgbImage:
    """uint8 `(H', W', 3)`, `(H', W') = model_size((H, W))`: the pixels of `to_tensor`, for engines that take bytes."""
    height, width = image.shape[:2]
    size = model_size(Size(height, width))
    if size == (height, width):
        return np.ascontiguousarray(image)
    return np.pad(image, ((0, size.height - height), (0, size.width - width), (0, 0)), mode="edge")
