"""Would the tests notice? Small changes to the sources, and whether a test fails: `python -m tests.support.mutants`."""
