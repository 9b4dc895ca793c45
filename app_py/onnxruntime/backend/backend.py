"""The functions of ONNX's backend interface over `InferenceSession`."""

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import InvalidCall
from ..feeds import Array
from ..options import RunOptions, SessionOptions
from ..session import InferenceSession


class BackendRep:
    """A model that is ready to run."""

    def __init__(self, session: InferenceSession) -> None:
        self._session = session

    def run(self, inputs: Any, **kwargs: Any) -> list[Array]:
        """The outputs for an array, a list of arrays in the model's order, or arrays by name.

        `kwargs` are attributes of `RunOptions`.
        """
        options = RunOptions()
        for name, value in kwargs.items():
            setattr(options, name, value)
        names = [value.name for value in self._session.get_inputs()]
        return self._session.run(None, _by_name(names, inputs), options)


def _by_name(names: Sequence[str], inputs: Any) -> Mapping[str, Any]:
    if isinstance(inputs, Mapping):
        return inputs
    values = list(inputs) if isinstance(inputs, list | tuple) else [inputs]
    if len(values) != len(names):
        raise InvalidCall(f"The model takes {len(names)} inputs ({', '.join(names)}), not {len(values)}.")
    return dict(zip(names, values, strict=True))


def is_compatible(model: Any, device: str | None = None, **kwargs: Any) -> bool:
    """Whether the device is the CPU: what a model lacks shows when it is prepared."""
    del model, kwargs
    return device is None or supports_device(device)


def supports_device(device: str) -> bool:
    """Whether the name is the CPU's."""
    return device == "CPU"


def prepare(model: Any, device: str | None = None, **kwargs: Any) -> BackendRep:
    """A model's path, bytes, `ModelProto` or session, ready to run; `kwargs` are attributes of `SessionOptions`."""
    if isinstance(model, BackendRep):
        return model
    if isinstance(model, InferenceSession):
        return BackendRep(model)
    if device is not None and not supports_device(device):
        raise InvalidCall(f"Incompatible device: expected CPU, got '{device}'.")
    options = SessionOptions()
    for name, value in kwargs.items():
        setattr(options, name, value)
    source = model.SerializeToString() if hasattr(model, "SerializeToString") else model
    return BackendRep(InferenceSession(source, options))


def run_model(model: Any, inputs: Any, device: str | None = None, **kwargs: Any) -> list[Array]:
    """Prepare a model and run it once."""
    return prepare(model, device, **kwargs).run(inputs)


run = run_model
