"""Options keep what they are given, in the type that they have, and tell it again."""

import numpy as np
import pytest

from app_py.onnxruntime.options import (
    LONGEST_KEY,
    ExecutionMode,
    ExecutionOrder,
    GraphOptimizationLevel,
    RunOptions,
    SessionOptions,
)
from app_py.onnxruntime.ort_value import OrtValue


def test_defaults_are_onnxruntimes() -> None:
    options, run = SessionOptions(), RunOptions()
    assert (options.enable_mem_pattern, options.enable_profiling, options.use_per_session_threads) == (
        True,
        False,
        True,
    )
    assert (options.intra_op_num_threads, options.inter_op_num_threads) == (0, 0)
    assert (options.log_severity_level, options.log_verbosity_level, options.logid) == (-1, 0, "")
    assert (run.log_severity_level, run.log_verbosity_level, run.logid) == (-1, 0, "")
    assert (run.terminate, run.only_execute_path_to_fetches) == (False, False)


def test_truth_and_numbers_stand_for_each_other() -> None:
    options = SessionOptions()
    options.enable_mem_pattern = 0  # type: ignore[assignment]
    assert options.enable_mem_pattern is False
    options.intra_op_num_threads = True
    assert options.intra_op_num_threads == 1
    assert type(options.intra_op_num_threads) is int


def test_what_is_of_another_type_is_refused_and_changes_nothing() -> None:
    options = SessionOptions()
    for name, value in (("logid", 5), ("enable_mem_pattern", "no"), ("graph_optimization_level", 1)):
        before = getattr(options, name)
        with pytest.raises(TypeError, match=f"SessionOptions.{name} is of type "):
            setattr(options, name, value)
        assert getattr(options, name) is before


def test_only_what_is_not_heeded_warns() -> None:
    options = SessionOptions()
    with pytest.warns(UserWarning, match="enable_mem_reuse is not heeded"):
        options.enable_mem_reuse = False
    # What it was anyway changes nothing.
    options.enable_profiling = False


def test_entries_are_told_again() -> None:
    options = SessionOptions()
    options.add_session_config_entry("k" * LONGEST_KEY, "long")
    options.add_session_config_entry("a", "first")
    options.add_session_config_entry("a", "second")
    assert options.get_session_config_entry("a") == "second"
    assert options.get_session_config_entry("k" * LONGEST_KEY) == "long"
    for key in ("", "k" * (LONGEST_KEY + 1)):
        with pytest.raises(RuntimeError, match=f"has 1 to {LONGEST_KEY} characters, not {len(key)}"):
            options.add_session_config_entry(key, "value")
    with pytest.raises(TypeError, match="two strings"):
        options.add_session_config_entry("a", 5)  # type: ignore[arg-type]


def test_entries_of_one_are_not_anothers() -> None:
    one, other = SessionOptions(), SessionOptions()
    one.add_session_config_entry("a", "1")
    with pytest.raises(RuntimeError, match="with key: a"):
        other.get_session_config_entry("a")


def test_enumerations_have_onnxruntimes_numbers() -> None:
    assert [int(level) for level in GraphOptimizationLevel] == [0, 1, 2, 3, 99]
    assert [int(mode) for mode in ExecutionMode] == [0, 1]
    assert [int(order) for order in ExecutionOrder] == [0, 1, 2]


def test_an_engine_is_told_what_was_set_and_nothing_else() -> None:
    options = SessionOptions()
    usual = {
        "graphOptimizationLevel": "all",
        "executionMode": "sequential",
        "enableCpuMemArena": True,
        "enableMemPattern": True,
        "logVerbosityLevel": 0,
    }
    assert options.to_engine() == usual
    options.execution_mode = ExecutionMode.ORT_PARALLEL
    options.enable_cpu_mem_arena = options.enable_mem_pattern = False
    options.logid, options.log_severity_level, options.log_verbosity_level = "mine", 0, 3
    options.add_session_config_entry("a", "b")
    options.add_free_dimension_override_by_name("N", 4)
    assert options.to_engine() == usual | {
        "executionMode": "parallel",
        "enableCpuMemArena": False,
        "enableMemPattern": False,
        "logVerbosityLevel": 3,
        "logId": "mine",
        "logSeverityLevel": 0,
        "extra": {"a": "b"},
        "freeDimensionOverrides": {"N": 4},
    }


@pytest.mark.parametrize(
    ("level", "told"), zip(GraphOptimizationLevel, ["disabled", "basic", "extended", "layout", "all"], strict=True)
)
def test_levels_by_onnxruntime_webs_names(level: GraphOptimizationLevel, told: str) -> None:
    options = SessionOptions()
    options.graph_optimization_level = level
    assert options.to_engine()["graphOptimizationLevel"] == told


def test_weights_and_their_files_by_name() -> None:
    options = SessionOptions()
    value = OrtValue(np.ones(2, np.float32))
    options.add_initializer("w", value)
    options.add_external_initializers(["v"], [value])
    assert list(options.initializers()) == ["w", "v"]
    options.add_external_initializers_from_files_in_memory(["a", "b"], [b"123", b"456"], [3, 2])
    assert options.files() == {"a": b"123", "b": b"45"}
    for names, buffers, lengths in ((["a"], [b"1", b"2"], [1, 1]), (["a", "b"], [b"1", b"2"], [1])):
        with pytest.raises(RuntimeError, match="equal length: "):
            options.add_external_initializers_from_files_in_memory(names, buffers, lengths)
    with pytest.raises(NotImplementedError, match=r"cannot load the native library ops\.so"):
        options.register_custom_ops_library("ops.so")


def test_a_runs_entries_are_told_again() -> None:
    options = RunOptions()
    options.add_run_config_entry("a", "b")
    assert options.get_run_config_entry("a") == "b"
    with pytest.raises(RuntimeError, match="RunOptions does not have configuration with key: c"):
        options.get_run_config_entry("c")
