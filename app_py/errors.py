"""What can go wrong, as one small family: every error has a code for programs and a sentence for people."""


class AppError(Exception):
    """A failure the user can act on.

    `code` is a stable kebab-case word (the page shows it as `data-error`), `str(error)` one sentence: what happened,
    what was expected, what to do. `detail` may hold technical text for a report; it is never shown as the message.
    """

    code = "internal"

    def __init__(self, message: str, *, code: str | None = None, detail: str = "") -> None:
        super().__init__(message)
        self.code = code or type(self).code
        self.detail = detail


class PhotoError(AppError):
    """The bytes given as a photo cannot be used."""

    code = "photo-unreadable"


class ManifestError(AppError):
    """`models/manifest.json` is missing or does not say what the page needs."""

    code = "manifest-invalid"


class ModelError(AppError):
    """A model file could not be fetched, is cut short, or is not what the manifest says."""

    code = "model-unavailable"


class EngineError(AppError):
    """An engine could not be started, refused the model or failed while running it."""

    code = "engine-failed"


class InvalidArgument(EngineError, ValueError):  # noqa: N818 - onnxruntime's name
    """A session was given a feed, an output name or a provider that it cannot take."""

    code = "invalid-argument"


class Cancelled(AppError):  # noqa: N818 - a wish of the user's, not an error
    """The job was cancelled, or a newer one took its place."""

    code = "cancelled"
