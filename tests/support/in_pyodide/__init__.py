"""`pytest --run-in-pyodide`: the tests of tests/shared inside Pyodide, in a real browser, with true results."""
