"""One operator test on one engine."""

import io
import zipfile
import zlib
from collections.abc import Awaitable, Callable

import numpy as np

from app_py.errors import AppError, ModelError
from app_py.i18n import tr
from app_py.onnxruntime import engines
from app_py.onnxruntime.engine_worker import EngineWorker
from app_py.pages.operator_test.cases import Case, Tolerance
from app_py.pages.operator_test.comparison import compare, difference_picture, first_rows
from app_py.pages.operator_test.inputs import Floats
from app_py.pages.operator_test.results import Picture, Result, Verdict
from app_py.photo.encode import encode
from app_py.session import Session

LIMIT_S = 120.0
"""An engine that needs longer for so small a model hangs."""

_DAMAGES = (OSError, ValueError, KeyError, TypeError, NotImplementedError, EOFError, zipfile.BadZipFile, zlib.error)
"""What numpy and zipfile raise for a file that is none of ours."""

Fetch = Callable[[str], Awaitable[bytes]]


async def try_case(case: Case, engine: str, tolerance: Tolerance, worker: EngineWorker, fetch: Fetch) -> Result:
    """Run a test; a failure of any kind is its result."""
    try:
        model = await fetch(case.model)
        expected = read_expected(await fetch(case.expected))
        session = await Session.create(model, [engine], worker=worker, timeout_s=LIMIT_S)
        found = await session.paint(case.input(), timeout_s=LIMIT_S)
        run_ms = session.run_ms
        await session.close()
    except AppError as error:
        return Result(case, engine, _verdict_on(error, engine), error=error)
    return judge(case, engine, found, expected, tolerance, run_ms)


def _verdict_on(error: AppError, engine: str) -> Verdict:
    """An engine for a family of networks refuses what is none of it; of any other engine that is a failure."""
    if error.code == "unsupported-operator" and engines.get(engine).planned:
        return "refused"
    return "unavailable" if error.code == "engine-unavailable" else "error"


def read_expected(data: bytes) -> Floats:
    """The float32 array `expected` of an npz; `ModelError` where there is none."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            expected = arrays["expected"]
        if expected.dtype != np.float32:
            raise ValueError(f"{expected.dtype} instead of float32")
    except _DAMAGES as error:
        sentence = tr("The expected values of this test are damaged. Run `python -m build ops` and reload the page.")
        raise ModelError(sentence, detail=repr(error)) from error
    return np.asarray(expected, np.float32)


def judge(case: Case, engine: str, found: Floats, expected: Floats, tolerance: Tolerance, run_ms: float) -> Result:
    """The verdict on what an engine gave."""
    comparison = compare(found, expected, tolerance)
    shown = None if comparison.passed else difference_picture(found, expected)
    return Result(
        case,
        engine,
        "pass" if comparison.passed else "fail",
        max_abs_error=comparison.max_abs_error,
        wrong_values=comparison.wrong_values,
        dims=found.shape,
        rows=tuple(first_rows(found)),
        run_ms=run_ms,
        picture=None if shown is None else Picture(encode(shown.image), shown.full_red),
    )
