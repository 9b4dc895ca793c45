"""onnxruntime's native objects, whose methods some programs call: the same, with the native signatures."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..devices import OrtDevice
from ..io_binding import IOBinding
from ..options import RunOptions
from ..ort_value import OrtValue, OrtValueVector

if TYPE_CHECKING:
    from ..session import InferenceSession


class NativeDevice(OrtDevice):
    """A memory by kind, memory type and number."""

    def __init__(self, kind: int, memory: int, number: int) -> None:
        del memory
        super().__init__("cpu" if kind == 0 else "cuda", number)

    @staticmethod
    def cpu() -> int:
        return 0

    @staticmethod
    def cuda() -> int:
        return 1

    @staticmethod
    def dml() -> int:
        return 1

    @staticmethod
    def default_memory() -> int:
        return 0


class SessionIOBinding(IOBinding):
    """`IOBinding` of `session._sess`, with devices instead of their names."""

    def __init__(self, session: "NativeSession") -> None:
        super().__init__(session.owner)

    def bind_input(self, name: str, device: Any, *where: Any) -> None:
        """As `IOBinding.bind_input`: a device, element type, shape and address; or an array, as `bind_cpu_input`."""
        if where:
            super().bind_input(name, device, 0, *where)
        else:
            self.bind_cpu_input(name, device)

    def bind_output(self, name: str, device: Any = "cpu", *where: Any) -> None:
        """As `IOBinding.bind_output`: a device, and at will element type, shape and address."""
        super().bind_output(name, device, 0, *where)

    def get_outputs(self) -> OrtValueVector:
        return self.get_outputs_as_ortvaluevector()


class NativeSession:
    """What `session._sess` is in onnxruntime."""

    def __init__(self, owner: "InferenceSession") -> None:
        self.owner = owner

    def run(self, output_names: Sequence[str], input_feed: Mapping[str, Any], run_options: RunOptions | None) -> Any:
        return self.owner.run(output_names, input_feed, run_options)

    def run_with_ort_values(
        self, feeds: Mapping[str, OrtValue], output_names: Sequence[str], run_options: RunOptions | None
    ) -> OrtValueVector:
        return OrtValueVector(self.owner.run_with_ort_values(output_names, feeds, run_options))

    def run_with_iobinding(self, iobinding: SessionIOBinding, run_options: RunOptions | None) -> None:
        self.owner.run_with_iobinding(iobinding, run_options)
