"""onnxruntime's functions that concern no session: versions, devices, logging, seeds."""

import random
import warnings

from . import engines
from .arguments import check_int
from .devices import OrtArenaCfg, OrtMemoryInfo
from .providers import PROVIDERS_OF_ONNXRUNTIME
from .session_info import get_available_providers


def get_all_providers() -> list[str]:
    """All execution providers that onnxruntime knows, here or elsewhere."""
    return list(PROVIDERS_OF_ONNXRUNTIME)


def get_device() -> str:
    """Always the CPU: what a session runs on unless it is asked for something else."""
    return "CPU"


def get_version_string() -> str:
    """The version of the onnxruntime-web that computes."""
    return engines.complete().version


def get_build_info() -> str:
    """Which build of onnxruntime computes."""
    engine = engines.complete()
    return f"ORT Build Info: {engine.title} {engine.version}, {engine.api}"


def set_seed(seed: int) -> None:
    """Seeds nothing in the engine, whose random operators draw their own: this says so once."""
    random.seed(check_int("The seed", seed, 64))
    warnings.warn(
        "set_seed does not reach a browser's onnxruntime; give its operators seeds in the model.", stacklevel=2
    )


def set_default_logger_severity(severity: int) -> None:
    """0 (verbose) to 4 (fatal), for sessions that say nothing themselves."""
    if not 0 <= check_int("The log severity", severity) <= 4:
        raise RuntimeError(f"Invalid value {severity!r} for the log severity; it is 0 (verbose) to 4 (fatal).")
    _LOG["severity"] = severity


def set_default_logger_verbosity(verbosity: int) -> None:
    """The verbosity of messages of severity 0."""
    _LOG["verbosity"] = check_int("The log verbosity", verbosity)


def default_log_severity() -> int | None:
    """What `set_default_logger_severity` said last."""
    return _LOG.get("severity")


def disable_telemetry_events() -> None:
    """Nothing to do: there is no telemetry."""


def enable_telemetry_events() -> None:
    """Nothing to do: there is no telemetry."""


def create_and_register_allocator(mem_info: OrtMemoryInfo, arena_cfg: OrtArenaCfg | None) -> None:
    """Nothing to do, and a warning: the sessions of a worker share its memory anyway."""
    del mem_info, arena_cfg
    warnings.warn("A browser's onnxruntime has one allocator for all sessions; this one is not used.", stacklevel=2)


def has_collective_ops() -> bool:
    """Never: those need many devices."""
    return False


def print_debug_info() -> None:
    """Say what is installed and what it can do."""
    print(get_build_info())
    print("Available providers:", get_available_providers())


_LOG: dict[str, int] = {}
