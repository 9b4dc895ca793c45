"""`IOBinding`: inputs and outputs of a run, by name."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .arguments import check_int, check_text
from .devices import check_cpu
from .errors import InvalidCall
from .feeds import Array
from .ort_value import OrtValue, OrtValueVector, dtype_of

if TYPE_CHECKING:
    from .session import InferenceSession

POINTER_BITS = 8 * np.dtype(np.uintp).itemsize


class IOBinding:
    """What a run is fed, and where its outputs go; those that go nowhere stay in the engine until asked for."""

    def __init__(self, session: "InferenceSession") -> None:
        self._session = session
        self._inputs: dict[str, Any] = {}
        self._outputs: dict[str, OrtValue | None] = {}
        self._results: list[OrtValue] = []

    def bind_cpu_input(self, name: str, arr_on_cpu: Any) -> None:
        """Feed an array; it is read when the session runs."""
        if not isinstance(arr_on_cpu, np.ndarray | OrtValue):
            raise InvalidCall(
                f"The input '{name}' is bound to an array or an OrtValue, not to a {type(arr_on_cpu).__name__}."
            )
        self._inputs[_known(name, self._session.get_inputs())] = arr_on_cpu

    def bind_input(
        self, name: str, device_type: Any, device_id: int, element_type: Any, shape: Sequence[int], buffer_ptr: int
    ) -> None:
        """Feed what lies at an address of Python's memory."""
        check_cpu(device_type, device_id)
        self.bind_cpu_input(name, _array_at(buffer_ptr, shape, dtype_of(element_type)))

    def bind_ortvalue_input(self, name: str, ortvalue: OrtValue) -> None:
        self.bind_cpu_input(name, ortvalue)

    def bind_output(
        self,
        name: str,
        device_type: Any = "cpu",
        device_id: int = 0,
        element_type: Any = None,
        shape: Sequence[int] | None = None,
        buffer_ptr: int | None = None,
    ) -> None:
        """Fetch an output: into new memory, or to an address of Python's memory."""
        check_cpu(device_type, device_id)
        target = None
        if buffer_ptr is not None and shape is not None:
            target = OrtValue(_array_at(buffer_ptr, shape, dtype_of(element_type)))
        self._outputs[_known(name, self._session.get_outputs())] = target

    def bind_ortvalue_output(self, name: str, ortvalue: OrtValue) -> None:
        """Fetch an output into a value's own memory."""
        self._outputs[_known(name, self._session.get_outputs())] = ortvalue

    def synchronize_inputs(self) -> None:
        """Nothing to wait for: all values are the CPU's."""

    def synchronize_outputs(self) -> None:
        """Nothing to wait for: all values are the CPU's."""

    def get_outputs(self) -> Sequence[OrtValue]:
        """The last run's outputs, in the order in which they were bound."""
        return list(self._results)

    def get_outputs_as_ortvaluevector(self) -> OrtValueVector:
        return OrtValueVector(self._results)

    def copy_outputs_to_cpu(self) -> list[Any]:
        return [value.numpy() for value in self._results]

    def clear_binding_inputs(self) -> None:
        self._inputs.clear()

    def clear_binding_outputs(self) -> None:
        self._outputs.clear()
        self._results = []

    def names(self) -> list[str]:
        """The outputs to ask the session for. `InvalidCall` where there are none."""
        if not self._outputs:
            raise InvalidCall("Error in execution: At least one output should be requested.")
        return list(self._outputs)

    def kept(self) -> list[str]:
        """The outputs that can stay in the engine."""
        return [name for name, target in self._outputs.items() if target is None]

    def feeds(self) -> Mapping[str, Any]:
        """What to feed the session."""
        return self._inputs

    def take(self, outputs: Sequence[Any]) -> None:
        """Keep a run's outputs, in the memory that was bound where there is one."""
        self._results = []
        for target, output in zip(self._outputs.values(), outputs, strict=True):
            if target is None:
                self._results.append(OrtValue(output))
            else:
                target.update_inplace(output)
                self._results.append(target)


def _known(name: str, values: Sequence[Any]) -> str:
    check_text("The name of an input or output", name)
    names = [value.name for value in values]
    if name not in names:
        raise InvalidCall(f"Failed to find NodeArg with name: {name}. The model has {', '.join(names)}.")
    return name


def _array_at(address: int, shape: Sequence[int], kind: "np.dtype[Any]") -> Array:
    import ctypes

    size = int(np.prod(tuple(shape))) * kind.itemsize
    memory = (ctypes.c_uint8 * size).from_address(check_int("An address", address, POINTER_BITS, signed=False))
    array: Array = np.frombuffer(memoryview(memory), dtype=kind).reshape(tuple(shape))
    return array
