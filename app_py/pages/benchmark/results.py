"""Results of measurements, and the document that holds them (`results.schema.json`)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from app_py.errors import AppError
from app_py.i18n import tr, tr_noop
from app_py.onnxruntime.engines import library
from app_py.pages.benchmark.plan import Combination, Plan
from app_py.pages.benchmark.statistics import Summary, first_contradiction, summarise
from app_py.pages.report.device import Device
from app_py.pages.report.json_schema import ResultsError, check, load_schema, parse_document

VERSION = 1

STOPPED = "stopped"
"""The code of the error of a combination that the visitor stopped while it was measured."""

Document = Mapping[str, Any]
"""A whole results document, checked against the schema."""


@dataclass(frozen=True, slots=True)
class Check:
    """An engine's largest error on a model's stored reference, of 255; None where it gave no numbers."""

    max_abs_error: float | None
    tolerance: float

    @property
    def right(self) -> bool:
        return self.max_abs_error is not None and self.max_abs_error <= self.tolerance


@dataclass(frozen=True, slots=True)
class Result:
    """What is known of one combination so far. Times are milliseconds; the schema says what each means."""

    combination: Combination
    side_px: int
    file: str
    start_ms: float | None = None
    load_ms: float | None = None
    warmup_ms: float | None = None
    times_ms: tuple[float, ...] = ()
    call_ms: tuple[float, ...] = ()
    hidden_runs: tuple[int, ...] = ()
    check: Check | None = None
    memory_bytes: int | None = None
    error: AppError | None = field(default=None, compare=False)

    def with_run(self, time_ms: float, call_ms: float, hidden: bool) -> "Result":
        """One more timed run."""
        return replace(
            self,
            times_ms=(*self.times_ms, time_ms),
            call_ms=(*self.call_ms, call_ms),
            hidden_runs=(*self.hidden_runs, len(self.times_ms)) if hidden else self.hidden_runs,
        )

    @property
    def is_stopped(self) -> bool:
        """Whether the visitor ended it before it was complete."""
        return self.error is not None and self.error.code == STOPPED

    @property
    def summary(self) -> Summary | None:
        if self.error is not None or not self.times_ms:
            return None
        return summarise(self.times_ms, self.side_px**2)

    def to_json(self) -> dict[str, Any]:
        summary, found = self.summary, self.check
        return {
            "model": self.combination.model.id,
            "engine": self.combination.engine,
            "engine_version": library(self.combination.engine)[1],
            "size": self.combination.size_px,
            "width": self.side_px,
            "height": self.side_px,
            "file": self.file,
            "start_ms": _rounded(self.start_ms),
            "load_ms": _rounded(self.load_ms),
            "warmup_ms": _rounded(self.warmup_ms),
            "times_ms": [round(time, 3) for time in self.times_ms],
            "call_ms": [round(time, 3) for time in self.call_ms],
            "hidden_runs": list(self.hidden_runs),
            "summary": None if summary is None else summary.to_json(),
            "check": None if found is None else {**asdict(found), "right": found.right},
            "memory_bytes": self.memory_bytes,
            "error": None if self.error is None else {"code": self.error.code, "message": str(self.error)[:2000]},
        }


def make_document(plan: Plan, device: Device, created: str, results: Sequence[Result], stopped: bool) -> Document:
    """The document that is saved and shared; it has passed its own schema."""
    document = {
        "kind": "benchmark",
        "version": VERSION,
        "created": created,
        "device": device.to_json(),
        "plan": {
            "models": [model.id for model in plan.models],
            "engines": list(plan.engines),
            "sizes": list(plan.sizes),
            "runs": plan.runs,
        },
        "results": [result.to_json() for result in results],
        "stopped": stopped,
    }
    check(document, schema(), tr("the new results"))
    return document


def read_document(data: bytes | str, name: str) -> Document:
    """Results from a file or a link, from anyone.

    Raises:
        ResultsError: it is not what the schema says, its summaries do not follow from its times (beyond rounding), or
            its verdicts not from its errors.
    """
    document: Document = parse_document(data, schema(), name)
    for index, result in enumerate(document["results"]):
        if found := _contradiction(result):
            where, sentence = found
            raise ResultsError(tr(sentence, name=name, where=f"results[{index}].{where}"))
    return document


def _contradiction(result: Mapping[str, Any]) -> tuple[str, str] | None:
    """The place in a result that cannot be, and the sentence about it."""
    summary, times, found = result["summary"], result["times_ms"], result["check"]
    if (summary is None) == (result["error"] is None and bool(times)):
        return "summary", _AMISS
    if any(run >= len(times) for run in result["hidden_runs"]):
        return "hidden_runs", _AMISS
    if summary is not None and (value := first_contradiction(summary, times, result["width"] * result["height"])):
        return f"summary.{value}", _NOT_FROM_TIMES
    if found is not None and found["right"] != Check(found["max_abs_error"], found["tolerance"]).right:
        return "check.right", _NOT_FROM_ERROR
    return None


_AMISS = tr_noop("{name} does not hold results of this page: {where} is amiss.")
_NOT_FROM_TIMES = tr_noop("{name} does not hold results of this page: {where} is not what follows from its times.")
_NOT_FROM_ERROR = tr_noop("{name} does not hold results of this page: {where} is not what follows from its error.")


def schema() -> Mapping[str, Any]:
    """The JSON Schema of the document."""
    return load_schema("app_py.pages.benchmark", "results.schema.json")


def _rounded(time: float | None) -> float | None:
    return None if time is None else round(time, 3)
