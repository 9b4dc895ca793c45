"""Everything the page thinks with. Runs unchanged in CPython and in Pyodide."""

__version__ = "0.1.0"
