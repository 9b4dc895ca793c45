"""Names in ONNX's messages, without reading the messages whole."""

from .protobuf import read_fields

GRAPH = 7
"""Field of ModelProto."""


def text_of(message: "int | memoryview", number: int) -> str:
    """The first string of that field; '' where there is none."""
    if isinstance(message, int):
        return ""
    values = (value for field, value in read_fields(message) if field == number and isinstance(value, memoryview))
    return str(next(values, b""), "utf-8")
