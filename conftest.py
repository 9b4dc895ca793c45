"""Plugins of the test run."""

pytest_plugins = ["tests.support.in_pyodide.plugin", "tests.support.parameter_ids", "tests.support.require_data"]
