"""`SessionOptions` and `RunOptions` by onnxruntime's names; what onnxruntime-web takes of them is passed on.

Source of names and defaults: https://onnxruntime.ai/docs/api/python/api_summary.html#sessionoptions
"""

import enum
import warnings
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from .arguments import check_int, check_text


class GraphOptimizationLevel(enum.IntEnum):
    """How much onnxruntime rewrites a graph before it runs."""

    ORT_DISABLE_ALL = 0
    ORT_ENABLE_BASIC = 1
    ORT_ENABLE_EXTENDED = 2
    ORT_ENABLE_LAYOUT = 3
    ORT_ENABLE_ALL = 99


class ExecutionMode(enum.IntEnum):
    """Whether branches of a graph may run beside each other; in a browser they never do."""

    ORT_SEQUENTIAL = 0
    ORT_PARALLEL = 1


class ExecutionOrder(enum.IntEnum):
    """In which order nodes run."""

    DEFAULT = 0
    PRIORITY_BASED = 1
    MEMORY_EFFICIENT = 2


LONGEST_KEY = 1024
"""ConfigOptions::kMaxKeyLength; onnxruntime/core/framework/config_options.h."""

_LEVELS = {0: "disabled", 1: "basic", 2: "extended", 3: "layout", 99: "all"}


class _Options:
    """Attributes of fixed names and types, as pybind11 makes them: another type or name raises."""

    _types: ClassVar[Mapping[str, tuple[type, Any]]] = {}
    _unheeded: ClassVar[Mapping[str, str]] = {}

    def __init__(self) -> None:
        for name, (_, default) in self._types.items():
            object.__setattr__(self, name, default)
        object.__setattr__(self, "_entries", {})

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self._types:
            raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")
        kind, default = self._types[name]
        if kind in (bool, int) and type(value) in (bool, int):
            value = kind(value)
        if kind is int:
            check_int(f"{type(self).__name__}.{name}", value)
        if not isinstance(value, kind):
            raise TypeError(f"{type(self).__name__}.{name} is of type {kind.__name__}, not {value!r}.")
        if name in self._unheeded and value != default:
            warnings.warn(f"{type(self).__name__}.{name} {self._unheeded[name]}", stacklevel=2)
        object.__setattr__(self, name, value)

    def _config_entries(self) -> dict[str, str]:
        entries: dict[str, str] = self._entries  # type: ignore[attr-defined]
        return entries

    def _add_entry(self, key: str, value: str) -> None:
        if not isinstance(key, str) or not isinstance(value, str):
            raise TypeError(f"A configuration entry is two strings, not {key!r} and {value!r}.")
        if not 0 < len(key) <= LONGEST_KEY:
            raise RuntimeError(f"The key of a configuration entry has 1 to {LONGEST_KEY} characters, not {len(key)}.")
        self._config_entries()[key] = value

    def _get_entry(self, key: str) -> str:
        if key not in self._config_entries():
            raise RuntimeError(f"{type(self).__name__} does not have configuration with key: {key}")
        return self._config_entries()[key]


class SessionOptions(_Options):
    """How a session is opened."""

    enable_cpu_mem_arena: bool
    enable_mem_pattern: bool
    enable_mem_reuse: bool
    enable_profiling: bool
    execution_mode: ExecutionMode
    execution_order: ExecutionOrder
    graph_optimization_level: GraphOptimizationLevel
    inter_op_num_threads: int
    intra_op_num_threads: int
    log_severity_level: int
    log_verbosity_level: int
    logid: str
    optimized_model_filepath: str
    profile_file_prefix: str
    use_deterministic_compute: bool
    use_per_session_threads: bool

    _types: ClassVar[Mapping[str, tuple[type, Any]]] = {
        "enable_cpu_mem_arena": (bool, True),
        "enable_mem_pattern": (bool, True),
        "enable_mem_reuse": (bool, True),
        "enable_profiling": (bool, False),
        "execution_mode": (ExecutionMode, ExecutionMode.ORT_SEQUENTIAL),
        "execution_order": (ExecutionOrder, ExecutionOrder.DEFAULT),
        "graph_optimization_level": (GraphOptimizationLevel, GraphOptimizationLevel.ORT_ENABLE_ALL),
        "inter_op_num_threads": (int, 0),
        "intra_op_num_threads": (int, 0),
        "log_severity_level": (int, -1),
        "log_verbosity_level": (int, 0),
        "logid": (str, ""),
        "optimized_model_filepath": (str, ""),
        "profile_file_prefix": (str, "onnxruntime_profile_"),
        "use_deterministic_compute": (bool, False),
        "use_per_session_threads": (bool, True),
    }
    _unheeded: ClassVar[Mapping[str, str]] = {
        "enable_profiling": "is not heeded: a browser's onnxruntime writes no profile; see session.run_ms.",
        "optimized_model_filepath": "is not heeded: a browser's onnxruntime writes no model.",
        "enable_mem_reuse": "is not heeded in a browser.",
        "execution_order": "is not heeded in a browser.",
        "use_deterministic_compute": "is not heeded: the kernels of a browser's onnxruntime are deterministic anyway.",
        "use_per_session_threads": "is not heeded: the sessions of a browser share their threads.",
        "inter_op_num_threads": "is not heeded: nodes run one after the other in a browser.",
    }

    def __init__(self) -> None:
        super().__init__()
        self.__dict__.update(_dimensions={}, _denoted={}, _initializers={}, _files={})

    def add_free_dimension_override_by_name(self, dim_name: str, dim_value: int) -> None:
        """Fix the size of a symbolic axis."""
        self.dimensions()[dim_name] = _size(dim_name, dim_value)

    def add_free_dimension_override_by_denotation(self, dim_denotation: str, dim_value: int) -> None:
        """Fix the size of the symbolic axes of which the model says that they stand for this, such as 'DATA_BATCH'."""
        self.denoted_dimensions()[dim_denotation] = _size(dim_denotation, dim_value)

    def add_session_config_entry(self, key: str, value: str) -> None:
        """An entry of onnxruntime_session_options_config_keys.h."""
        self._add_entry(key, value)

    def get_session_config_entry(self, key: str) -> str:
        """The entry; `RuntimeError` where there is none."""
        return self._get_entry(key)

    def add_initializer(self, name: str, ort_value: Any) -> None:
        """Other numbers, an `OrtValue`, for an initializer of the model. They are copied when a session is opened."""
        self.initializers()[name] = _array_of(name, ort_value)

    def add_external_initializers(
        self, external_initializer_names: Sequence[str], external_initializer_values: Sequence[Any]
    ) -> None:
        """`OrtValue`s for initializers that the model keeps in a file of its own."""
        for name, value in _pairs(external_initializer_names, external_initializer_values):
            self.initializers()[name] = _array_of(name, value)

    def add_external_initializers_from_files_in_memory(
        self, external_initializer_file_names: Sequence[str], external_initializer_file_buffer_array: Any, lengths: Any
    ) -> None:
        """The contents of files of weights by their names in the model, instead of those beside the model."""
        buffers = [bytes(data)[:length] for data, length in _pairs(external_initializer_file_buffer_array, lengths)]
        self.files().update(_pairs(external_initializer_file_names, buffers))

    def dimensions(self) -> dict[str, int]:
        """The overrides by name."""
        return self.__dict__["_dimensions"]  # type: ignore[no-any-return]

    def denoted_dimensions(self) -> dict[str, int]:
        """The overrides by denotation."""
        return self.__dict__["_denoted"]  # type: ignore[no-any-return]

    def initializers(self) -> dict[str, Any]:
        """The arrays that stand for initializers, by name."""
        return self.__dict__["_initializers"]  # type: ignore[no-any-return]

    def files(self) -> dict[str, bytes]:
        """The contents of files of weights, by name."""
        return self.__dict__["_files"]  # type: ignore[no-any-return]

    def register_custom_ops_library(self, library_path: str) -> None:
        """Not possible: native code."""
        raise NotImplementedError(f"A browser cannot load the native library {library_path}.")

    def to_engine(self) -> dict[str, Any]:
        """As onnxruntime-web takes them; https://onnxruntime.ai/docs/api/js/interfaces/InferenceSession.SessionOptions.html"""
        options: dict[str, Any] = {
            "graphOptimizationLevel": _LEVELS[int(self.graph_optimization_level)],
            "executionMode": "parallel" if self.execution_mode == ExecutionMode.ORT_PARALLEL else "sequential",
            "enableCpuMemArena": self.enable_cpu_mem_arena,
            "enableMemPattern": self.enable_mem_pattern,
            "logVerbosityLevel": self.log_verbosity_level,
        }
        if self.logid:
            options["logId"] = self.logid
        if self.log_severity_level >= 0:
            options["logSeverityLevel"] = self.log_severity_level
        if self.dimensions():
            options["freeDimensionOverrides"] = dict(self.dimensions())
        if self._config_entries():
            options["extra"] = dict(self._config_entries())
        return options


def _size(name: str, size: Any) -> int:
    return check_int(f"The size of {check_text('The name of an axis', name)}", size, 64)


def _array_of(name: str, value: Any) -> Any:
    if not hasattr(value, "numpy"):
        raise RuntimeError(f"The initializer '{name}' must be an OrtValue, not {type(value).__name__}.")
    return value.numpy()


def _pairs(names: Sequence[Any], values: Sequence[Any]) -> list[tuple[Any, Any]]:
    if len(names) != len(values):
        raise RuntimeError(f"Expecting names and values to have equal length: {len(names)} and {len(values)}.")
    return list(zip(names, values, strict=True))


class RunOptions(_Options):
    """How one run goes. Only `terminate` is heeded: a run that is given it as true fails."""

    log_severity_level: int
    log_verbosity_level: int
    logid: str
    only_execute_path_to_fetches: bool
    terminate: bool

    _types: ClassVar[Mapping[str, tuple[type, Any]]] = {
        "log_severity_level": (int, -1),
        "log_verbosity_level": (int, 0),
        "logid": (str, ""),
        "only_execute_path_to_fetches": (bool, False),
        "terminate": (bool, False),
    }

    def add_run_config_entry(self, key: str, value: str) -> None:
        """An entry of onnxruntime_run_options_config_keys.h; kept, not heeded."""
        self._add_entry(key, value)

    def get_run_config_entry(self, key: str) -> str:
        """The entry; `RuntimeError` where there is none."""
        return self._get_entry(key)
