"""The engine libraries by their names and versions, as results and reports state them."""

from app_py.onnxruntime import engines


def library(provider: str) -> tuple[str, str]:
    """Name and version of the library behind '<library>:<backend>'; a provider nobody knows is named as it is."""
    engine = engines.find(provider)
    return (engine.title, engine.version) if engine else (provider.partition(":")[0], "unknown")
