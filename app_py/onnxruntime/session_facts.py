"""What a session tells of itself and its model, by onnxruntime's names."""

import warnings

from .devices import OrtAllocatorType, OrtMemoryInfo, OrtMemType
from .model import Model
from .options import SessionOptions
from .session_info import ModelMetadata, NodeArg, describe_model, describe_value


class SessionFacts:
    """The part of `InferenceSession` that answers questions."""

    _model: Model
    _options: SessionOptions
    _name: str

    def get_inputs(self) -> list[NodeArg]:
        """The inputs to feed, initializers left out."""
        return [describe_value(value) for value in self._model.header.inputs]

    def get_outputs(self) -> list[NodeArg]:
        return [describe_value(value) for value in self._model.header.outputs]

    def get_overridable_initializers(self) -> list[NodeArg]:
        """None: a browser's onnxruntime is fed no initializers; see `SessionOptions.add_initializer`."""
        return []

    def get_input_memory_infos(self) -> list[OrtMemoryInfo]:
        """The CPU's memory, for each input."""
        return [_CPU for _ in self._model.header.inputs]

    def get_output_memory_infos(self) -> list[OrtMemoryInfo]:
        """The CPU's memory, for each output."""
        return [_CPU for _ in self._model.header.outputs]

    def get_input_epdevices(self) -> list[None]:
        """None for each input: providers are no devices here."""
        return [None for _ in self._model.header.inputs]

    def get_providers(self) -> list[str]:
        """The engine that opened the model, by the name it was asked for, as a list of one."""
        return [self._name]

    def get_provider_options(self) -> dict[str, dict[str, str]]:
        """The engine, which takes no options."""
        return {self._name: {}}

    def get_session_options(self) -> SessionOptions:
        return self._options

    def enable_fallback(self) -> None:
        """The list of providers is the order of fallback, always."""

    def disable_fallback(self) -> None:
        """The list of providers is the order of fallback; a list of one leaves nothing to fall back to."""

    def end_profiling(self) -> str:
        """A browser's onnxruntime writes no profile: an empty name, and a warning."""
        warnings.warn("A browser's onnxruntime writes no profile; session.run_ms is the last run's time.", stacklevel=2)
        return ""

    def get_modelmeta(self) -> ModelMetadata:
        return describe_model(self._model.header)


_CPU = OrtMemoryInfo("Cpu", OrtAllocatorType.ORT_DEVICE_ALLOCATOR, 0, OrtMemType.DEFAULT)
