# ruff: noqa: N818 - the names are onnxruntime's
"""What can go wrong, by onnxruntime's own names.

Every error has a `code` for programs, an English sentence, and the template and the values that it was made of, so
that a program may say it in another language. `detail` is technical text for a report.
"""

from typing import Any


def template(text: str) -> str:
    """The text as it is: a sentence, kept in a table, with the names of values in braces."""
    return text


class OrtError(Exception):
    """A failure of a session. Its subclasses have the names of `onnxruntime.capi.onnxruntime_pybind11_state`.

    >>> error = Fail("{count} of {total} failed", code="some-failed", count=1, total=2)
    >>> str(error), error.code, error.values
    ('1 of 2 failed', 'some-failed', {'count': 1, 'total': 2})
    """

    code = "engine-failed"

    def __init__(self, template: str, /, *, code: str | None = None, detail: str = "", **values: Any) -> None:
        super().__init__(template.format(**values) if values else template)
        self.template = template
        self.values = values
        self.code = code or type(self).code
        self.detail = detail


class Fail(OrtError):
    """Something failed that has no name of its own."""


class InvalidArgument(OrtError, ValueError):
    """A session was given a feed, an output name or an option that it cannot take."""

    code = "invalid-argument"


class InvalidType(InvalidArgument, TypeError):
    """What onnxruntime's native half answers with a `TypeError`: an argument of a type that it does not take."""


class InvalidCall(InvalidArgument, RuntimeError):
    """What onnxruntime's native half answers with a `RuntimeError` without a name."""


# Programs and people see onnxruntime's name; what sets these apart is what catches them.
InvalidType.__name__ = InvalidCall.__name__ = InvalidArgument.__name__


class NoSuchFile(OrtError):
    """A model, or the file of its weights, cannot be read or fetched."""

    code = "model-unavailable"


class NoModel(OrtError):
    """There is nothing in what was given as a model."""

    code = "model-invalid"


class EmptyModel(NoModel, InvalidArgument):
    """A file without a graph, which onnxruntime calls an invalid argument."""

    code = "model-invalid"


class EngineError(OrtError):
    """An engine does not start, hangs, died, lost its memory or its graphics processor."""


class RuntimeException(OrtError):
    """A model failed while it ran."""


class InvalidProtobuf(OrtError):
    """The bytes are not an ONNX file, or end too early."""

    code = "model-invalid"


class ModelLoaded(OrtError):
    """A model was loaded twice."""


class NotImplemented(OrtError):
    """An engine lacks an operator, or a kind of value."""

    code = "unsupported-operator"


class InvalidGraph(OrtError):
    """The graph breaks ONNX's rules."""


class EPFail(OrtError):
    """An execution provider failed."""


class DeviceReset(OrtError):
    """The graphics processor was reset."""


class NotFound(OrtError):
    """Something that was named does not exist."""


class ModelLoadCanceled(OrtError):
    """Opening a model was cancelled."""


class ModelRequiresCompilation(OrtError):
    """A model must be compiled before it can be opened; never raised here."""


BY_ERROR_CODE: dict[int, type[OrtError]] = {
    1: Fail,
    2: InvalidArgument,
    3: NoSuchFile,
    4: NoModel,
    5: EngineError,
    6: RuntimeException,
    7: InvalidProtobuf,
    8: ModelLoaded,
    9: NotImplemented,
    10: InvalidGraph,
    11: EPFail,
    12: ModelLoadCanceled,
    13: ModelRequiresCompilation,
    14: NotFound,
}
"""onnxruntime's numbers; include/onnxruntime/core/session/onnxruntime_c_api.h, OrtErrorCode."""
