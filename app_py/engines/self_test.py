"""Trying an engine on a small input whose right answer is known, before a photo is trusted to it."""

import asyncio
import io
import zipfile
from dataclasses import dataclass, field

import numpy as np

from app_py.engines.verdicts import Status, Verdict
from app_py.errors import Cancelled, EngineError, InvalidArgument, ModelError
from app_py.i18n import tr
from app_py.onnxruntime.engine_worker import EngineWorker
from app_py.photo.tensors import NchwTensor
from app_py.session import Feeds, Session

MAX_ERROR = 3.0
MEAN_ERROR = 0.5
"""Of 255: what half-precision graphics processors stay below, and nobody sees."""

LONGEST_MEASURE_MS = 500.0
"""A run that is predicted to take longer is not made for measuring alone."""


@dataclass(frozen=True)
class Reference:
    """Float32 `[1,3,H,W]`, 0..255, what torch makes of it, and the model's further feeds by name."""

    input: NchwTensor
    output: NchwTensor
    others: Feeds = field(default_factory=dict)


@dataclass(frozen=True)
class TestRun:
    """What came out of a test; `session` is open and warm if the verdict is right."""

    verdict: Verdict
    session: Session | None = None


def read_reference(data: bytes) -> Reference:
    """From an npz with `input`, `output` and further feeds by name; `ModelError` where it is not one."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            others = {name: arrays[name] for name in arrays.files if name not in ("input", "output")}
            return Reference(arrays["input"], arrays["output"], others)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ModelError(
            tr(
                "The reference with which engines are tested is damaged; "
                "run `python -m build models` and reload the page."
            ),
            detail=str(error),
        ) from error


async def try_engine(
    worker: EngineWorker, provider: str, model: bytes, reference: Reference, measure_pixels: int, limit_s: float
) -> TestRun:
    """Run the reference on a worker, which is killed unless the answer is right.

    `measure_pixels` > 0 asks for a measurement on a picture of about that many pixels, too. A worker that is silent for
    `limit_s` is late.
    """
    try:
        test_run = await _try(worker, provider, model, reference, measure_pixels, limit_s)
    except (InvalidArgument, ModelError, Cancelled):
        worker.kill()
        raise
    except EngineError as error:
        status: Status = "late" if error.code == "engine-hung" else "crashed"
        test_run = TestRun(Verdict(status, detail=f"{error} {error.detail}".strip()))
    except asyncio.CancelledError:
        worker.kill()
        raise
    if test_run.session is None:
        worker.kill()
    return test_run


async def _try(
    worker: EngineWorker, provider: str, model: bytes, reference: Reference, measure_pixels: int, limit_s: float
) -> TestRun:
    session = await Session.create(model, [provider], worker=worker, timeout_s=limit_s)
    output, first_ms = await _run(session, reference.input, reference.others, limit_s)
    wrong = compare(output, reference.output)
    if wrong is not None:
        return TestRun(wrong)
    error = float(np.abs(output - reference.output).max())
    _, second_ms = await _run(session, reference.input, reference.others, limit_s)
    rate = min(first_ms, second_ms) / _megapixels(reference.input)
    enlarged = _tile(reference.input, measure_pixels)
    if measure_pixels and rate * _megapixels(enlarged) <= LONGEST_MEASURE_MS:
        times = [(await _run(session, enlarged, reference.others, limit_s))[1] for _ in range(2)]
        rate = min(times) / _megapixels(enlarged)
    return TestRun(Verdict("right", error, rate), session)


def compare(output: NchwTensor, expected: NchwTensor) -> Verdict | None:
    """A verdict 'wrong' if a person could see the difference, else None."""
    if output.shape != expected.shape:
        return Verdict("wrong", 255.0, detail=f"its output has the shape {output.shape}, not {expected.shape}")
    if not np.isfinite(output).all():
        return Verdict("wrong", 255.0, detail="its output holds NaN or infinity")
    difference = np.abs(output - expected)
    largest, mean = float(difference.max()), float(difference.mean())
    if largest > MAX_ERROR or mean > MEAN_ERROR:
        return Verdict("wrong", largest, detail=f"its output is off by up to {largest:.0f} of 255")
    return None


async def _run(session: Session, tensor: NchwTensor, others: Feeds, limit_s: float) -> tuple[NchwTensor, float]:
    output = await session.paint(tensor, others, timeout_s=limit_s)
    return output, session.run_ms


def _megapixels(tensor: NchwTensor) -> float:
    return int(tensor.shape[2]) * int(tensor.shape[3]) / 1e6


def _tile(tensor: NchwTensor, pixels: int) -> NchwTensor:
    """The input repeated side by side and below until it has about `pixels` pixels."""
    times = max(1, round((pixels / (tensor.shape[2] * tensor.shape[3])) ** 0.5))
    return np.tile(tensor, (1, 1, times, times))
