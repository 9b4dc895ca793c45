"""One operator test on one engine."""

import io
from collections.abc import Awaitable, Callable

import numpy as np

from app_py.errors import AppError, Cancelled
from app_py.inference.engine_worker import EngineWorker
from app_py.inference.session import InferenceSession
from app_py.ops.cases import Case, Tolerance
from app_py.ops.comparison import compare, difference_picture, first_rows
from app_py.ops.inputs import Floats
from app_py.ops.results import Result
from app_py.picture import photo

LIMIT_S = 120.0
"""An engine that needs longer for so small a model hangs."""

Fetch = Callable[[str], Awaitable[bytes]]


async def try_case(case: Case, engine: str, tolerance: Tolerance, worker: EngineWorker, fetch: Fetch) -> Result:
    """Run a test; a failure of any kind is its result. Raises `Cancelled` when the visitor stopped."""
    try:
        model = await fetch(case.model)
        expected = np.load(io.BytesIO(await fetch(case.expected)))["expected"]
        session = await InferenceSession.create(model, [engine], worker=worker, timeout_s=LIMIT_S)
        (found,) = await session.run_async(None, {session.get_inputs()[0].name: case.input()}, timeout_s=LIMIT_S)
        run_ms = session.run_ms
        await session.close()
    except Cancelled:
        raise
    except AppError as error:
        return Result(case, engine, "unavailable" if error.code == "engine-unavailable" else "error", error=error)
    return judge(case, engine, found, expected, tolerance, run_ms)


def judge(case: Case, engine: str, found: Floats, expected: Floats, tolerance: Tolerance, run_ms: float) -> Result:
    """The verdict on what an engine gave."""
    comparison = compare(found, expected, tolerance)
    picture = None if comparison.passed else difference_picture(found, expected)
    return Result(
        case,
        engine,
        "pass" if comparison.passed else "fail",
        max_abs_error=comparison.max_abs_error,
        wrong_values=comparison.wrong_values,
        dims=found.shape,
        rows=tuple(first_rows(found)),
        run_ms=run_ms,
        picture=None if picture is None else photo.encode(picture),
    )
