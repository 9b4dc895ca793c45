"""Errors as the state holds them: a code and a sentence."""

from app_py.errors import AppError
from app_py.i18n import tr
from app_py.pages.studio.state import Failure


def failure_of(error: Exception) -> Failure:
    """A sentence for a person whatever went wrong; the facts go to the console."""
    if isinstance(error, AppError):
        if error.detail:
            print(f"{error.code}: {error} [{error.detail}]")
        return Failure(error.code, str(error))
    if isinstance(error, MemoryError):
        return Failure("out-of-memory", tr("There is not enough memory for this size. Choose a smaller one."))
    print(f"internal error: {error!r}")
    return Failure(
        "internal", tr("Something went wrong inside the page. Try again, or reload the page if that does not help.")
    )
