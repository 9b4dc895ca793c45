"""Options keep what they are given, in the type that they have, and tell it again."""

import pytest

from app_py.onnxruntime.options import LONGEST_KEY, RunOptions, SessionOptions


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
