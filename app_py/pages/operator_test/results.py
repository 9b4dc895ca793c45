"""Results of operator tests, and the document that holds them (`results.schema.json`)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from app_py.errors import AppError
from app_py.i18n import tr
from app_py.onnxruntime.engines import library
from app_py.pages.operator_test.cases import Case, Tolerance
from app_py.pages.report.device import Device
from app_py.pages.report.json_schema import check, load_schema

VERSION = 1

Document = Mapping[str, Any]
Verdict = Literal["pass", "fail", "error", "refused", "unavailable"]


@dataclass(frozen=True, slots=True)
class Picture:
    """What people see of wrong values: a PNG, and how far off full red is."""

    png: bytes
    full_red: float


@dataclass(frozen=True, slots=True)
class Result:
    """One test on one engine."""

    case: Case
    engine: str
    verdict: Verdict
    max_abs_error: float | None = None
    wrong_values: int | None = None
    dims: tuple[int, ...] | None = None
    rows: tuple[Mapping[str, object], ...] | None = None
    run_ms: float | None = None
    error: AppError | None = None
    picture: Picture | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "case": self.case.id,
            "title": self.case.title,
            "operators": list(self.case.operators),
            "engine": self.engine,
            "engine_version": library(self.engine)[1],
            "file": self.case.model,
            "verdict": self.verdict,
            "max_abs_error": self.max_abs_error,
            "wrong_values": self.wrong_values,
            "dims": None if self.dims is None else list(self.dims),
            "rows": None if self.rows is None else list(self.rows),
            "run_ms": None if self.run_ms is None else round(self.run_ms, 3),
            "error": None if self.error is None else {"code": self.error.code, "message": str(self.error)[:2000]},
        }


def make_document(
    device: Device, created: str, tolerance: Tolerance, results: Sequence[Result], stopped: bool
) -> Document:
    """The document that the page shows; it has passed its own schema."""
    document = {
        "kind": "ops",
        "version": VERSION,
        "created": created,
        "device": device.to_json(),
        "tolerance": asdict(tolerance),
        "results": [result.to_json() for result in results],
        "stopped": stopped,
    }
    check(document, schema(), tr("the new results"))
    return document


def schema() -> Mapping[str, Any]:
    """The JSON Schema of the document."""
    return load_schema("app_py.pages.operator_test", "results.schema.json")
