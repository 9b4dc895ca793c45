"""What a session tells about its model, in onnxruntime's classes."""

from dataclasses import dataclass, field

from . import engines
from . import platform as platforms
from .onnx_header import OnnxHeader, ValueInfo


@dataclass(frozen=True)
class NodeArg:
    """A model's input or output: `shape` holds sizes, symbols and None, as onnxruntime's does."""

    name: str
    type: str
    shape: list[int | str | None]


@dataclass(frozen=True)
class ModelMetadata:
    """What a model says about itself, by onnxruntime's names."""

    producer_name: str
    graph_name: str
    domain: str
    description: str
    graph_description: str
    version: int
    custom_metadata_map: dict[str, str] = field(default_factory=dict)


def get_available_providers() -> list[str]:
    """onnxruntime's names of what this package can start, then the names of all its engines.

    Whether an engine works on this device shows when it is used.
    """
    here = platforms.current().engines()
    found = [engine for engine in engines.ENGINES if here is None or engine.id in here]
    return [*(alias for engine in found for alias in engine.aliases), *(engine.id for engine in found)]


def describe_value(value: ValueInfo) -> NodeArg:
    return NodeArg(value.name, value.type, list(value.shape or ()))


def describe_model(header: OnnxHeader) -> ModelMetadata:
    return ModelMetadata(
        producer_name=header.producer_name,
        graph_name=header.graph_name,
        domain=header.domain,
        description=header.description,
        graph_description=header.graph_description,
        version=header.model_version,
        custom_metadata_map=dict(header.metadata),
    )
