"""Silence of the libraries: what they cannot do is said by us, in a sentence, or is no concern of the user's."""

import contextlib
import logging
import warnings
from collections.abc import Iterator

import numpy as np

LOGGERS = ("onnx_ir", "onnxscript", "onnx")


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Neither logs nor warnings of onnx's tools and of numpy, which compute with whatever a file holds."""
    loggers = [logging.getLogger(name) for name in LOGGERS]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
