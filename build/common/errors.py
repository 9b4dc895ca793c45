"""What goes wrong at build time, in words for the person at the terminal."""


class BuildError(Exception):
    """The build cannot go on. The message says what, what was expected, and what to do."""
