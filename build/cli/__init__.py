"""The command line `python -m build`: one file a command, `main.py` has the table."""
