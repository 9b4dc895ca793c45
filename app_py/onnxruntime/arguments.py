"""Arguments that onnxruntime's native half refuses with a `TypeError`."""

from typing import Any


def check_int(what: str, value: Any, bits: int = 32, *, signed: bool = True) -> int:
    """The number, which `bits` bits hold."""
    least, most = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    if not isinstance(value, int) or not least <= value <= most:
        raise TypeError(f"{what} must be an int from {least} to {most}, not {_shown(value)}.")
    return value


def check_text(what: str, value: Any) -> str:
    """The text."""
    if not isinstance(value, str):
        raise TypeError(f"{what} must be a str, not {_shown(value)}.")
    return value


def _shown(value: Any) -> str:
    # A number may have more digits than Python writes.
    return f"one of {value.bit_length()} bits" if isinstance(value, int) and value.bit_length() > 64 else repr(value)
