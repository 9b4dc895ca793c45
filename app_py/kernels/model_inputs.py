"""The inputs of a model: the picture, and what is no picture."""

from collections.abc import Sequence

from app_py.kernels.network import MOST_CHANNELS, PictureValue
from app_py.kernels.onnx_graph import Value
from app_py.kernels.refusal import Refusal
from app_py.kernels.small_values import SmallValue, small_input


def find_picture(inputs: Sequence[Value]) -> PictureValue:
    """The one input that is a picture; raises `Refusal` where there is none, or one that is not taken."""
    pictures = [value for value in inputs if _is_picture(value)]
    if len(pictures) != 1:
        raise Refusal("it has {count} inputs that could be the picture; expected one of rank 4", count=len(pictures))
    value = pictures[0]
    shape = value.shape or ()
    last = isinstance(shape[3], int) and shape[3] <= 4 and not (isinstance(shape[1], int) and shape[1] <= 4)
    channels, height, width = (shape[3], shape[1], shape[2]) if last else (shape[1], shape[2], shape[3])
    if not isinstance(channels, int) or (shape[0] not in (1, None) and not isinstance(shape[0], str)):
        raise Refusal("it takes a batch, or pictures of any number of channels; expected one picture")
    if value.kind != "float":
        raise Refusal("its picture is made of {kind}; expected 32-bit floats", kind=value.kind)
    if channels > MOST_CHANNELS:
        raise Refusal(
            "its picture has {channels} channels; expected {most} at most", channels=channels, most=MOST_CHANNELS
        )
    sides = (height if isinstance(height, int) else None, width if isinstance(width, int) else None)
    return PictureValue(value.name, channels, last, sides)


def open_small(value: Value) -> SmallValue:
    """An input that is no picture, such as a style's vector; raises `Refusal` where its size is open."""
    if value.shape is None or not all(isinstance(axis, int) for axis in value.shape):
        raise Refusal("its input '{name}' has axes of any length; expected fixed ones", name=value.name)
    return small_input(value.name, [int(axis or 0) for axis in value.shape])


def _is_picture(value: Value) -> bool:
    """Of rank 4, and larger than a pixel in two directions."""
    shape = value.shape
    return shape is not None and len(shape) == 4 and sum(not isinstance(axis, int) or axis > 4 for axis in shape) >= 2
