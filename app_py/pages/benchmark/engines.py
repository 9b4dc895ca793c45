"""The engine libraries by their names and versions, as results and reports state them."""

LIBRARIES = {"onnxjs": ("ONNX.js", "0.1.8"), "ort": ("onnxruntime-web", "1.30.0")}
"""The part of a provider before the colon -> name and version. The versions are those that the runtime pins."""


def library(provider: str) -> tuple[str, str]:
    """Name and version of the library behind '<engine>:<backend>'; a provider nobody knows is named as it is."""
    engine = provider.partition(":")[0]
    return LIBRARIES.get(engine, (engine, "unknown"))
