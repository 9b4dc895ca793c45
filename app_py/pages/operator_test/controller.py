"""The operator test page's heart: every chosen test on every chosen engine, and a verdict on each."""

import base64
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from app_py.errors import AppError
from app_py.i18n import format_number, tr, tr_noop, translated
from app_py.onnxruntime import engines as registry
from app_py.onnxruntime.engine_worker import EngineWorker
from app_py.onnxruntime.platform.interface import Platform
from app_py.pages.benchmark.plan import choose
from app_py.pages.operator_test.case_run import try_case
from app_py.pages.operator_test.cases import URL, Case, Tolerance, parse_cases
from app_py.pages.operator_test.report import make_tables, predecessor_text, to_markdown
from app_py.pages.operator_test.results import Document, Picture, Result, make_document
from app_py.pages.report.choices import ALL, choices, engine_words, offered_engines
from app_py.pages.report.controller import File, ReportController, ReportingPage
from app_py.pages.report.device import Device, describe_device, read_device
from app_py.pages.report.table import device_facts


class OperatorTestController(ReportController):
    """One visitor's operator test."""

    def __init__(self, page: ReportingPage, platform: Platform) -> None:
        super().__init__(page)
        self._platform = platform
        self._cases: tuple[Case, ...] = ()
        self._tolerance = Tolerance(0.0, 0.0)
        self._device: Device = describe_device({})
        self._usable: tuple[str, ...] = ()
        """The engines that this device can run."""
        self._engines: tuple[str, ...] = (ALL,)
        self._tests: tuple[str, ...] = (ALL,)
        self._results: list[Result] = []
        self._document: Document | None = None

    def handle(self, message: Mapping[str, Any], file: File | None) -> None:
        match message:
            case {"type": "open", "query": str(query)}:
                self.spawn(self._open(parse_qs(query.removeprefix("?"))))
            case {"type": "start", "engines": [*engines], "tests": [*tests]}:
                self._engines, self._tests = tuple(engines), tuple(tests)
                self._start()
            case _:
                raise ValueError(f"unknown message from the page: {message!r} {file!r}")

    def snapshot(self) -> dict[str, Any]:
        done = self.status.phase == "done" and self._document is not None
        return {
            **super().snapshot(),
            "options": {
                "engines": choices(offered_engines(self._usable, self._engines), self._engines, engine_words),
                "tests": choices([case.id for case in self._cases], self._tests, self._title),
            },
            "device": [list(fact) for fact in device_facts(self._device.to_json())],
            "tables": [] if self._document is None else [table.to_json() for table in make_tables(self._document)],
            "pictures": [_figure(result, result.picture) for result in self._results if result.picture],
            "results": json.dumps(self._document) if done else None,
            "texts": self._texts() if done else {},
        }

    def _title(self, case_id: str) -> str:
        return next(translated(case.title) for case in self._cases if case.id == case_id)

    def _texts(self) -> dict[str, str]:
        assert self._document is not None
        return {
            "markdown": to_markdown(self._document),
            "predecessor": predecessor_text(self._document),
            "json": json.dumps(self._document),
        }

    async def _open(self, asked: Mapping[str, list[str]]) -> None:
        self._cases, self._tolerance = parse_cases(await self.fetch(f"{URL}ops.json"))
        self._device, self._usable = await read_device(self._platform)
        self._engines = _asked("engines", asked)
        self._tests = _asked("tests", asked)
        if "1" in asked.get("autorun", ()):
            self._start()
        else:
            self._chosen()
            self.show(phase="ready", sentence=tr("Choose engines and tests, then start."))

    def _chosen(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Engines and tests that are asked for; `PlanError` where there are none such."""
        return (
            choose("engine", self._engines, registry.ids(), self._usable),
            choose("test", self._tests, [case.id for case in self._cases]),
        )

    def _start(self) -> None:
        if self.status.phase == "running":
            return
        try:
            engines, tests = self._chosen()
        except AppError as error:
            self.fail(error)
            return
        self._results = []
        self.begin()
        self.spawn(self._run(engines, [case for case in self._cases if case.id in tests]))

    async def _run(self, engines: Sequence[str], cases: Sequence[Case]) -> None:
        created = datetime.now().astimezone().isoformat(timespec="seconds")
        await self.until_stopped(self._try_all(engines, cases, created))
        self._document = self._make(created)
        self.show(phase="done", sentence=_sum_up(self._results, self.stopped))

    async def _try_all(self, engines: Sequence[str], cases: Sequence[Case], created: str) -> None:
        """One test after the other, on a worker for each engine; one that died is replaced."""
        total = len(engines) * len(cases)
        for engine in engines:
            worker = EngineWorker(self._platform)
            try:
                for case in cases:
                    if not worker.alive:
                        worker = EngineWorker(self._platform)
                    self._announce(case, engine, total)
                    self._results.append(await try_case(case, engine, self._tolerance, worker, self.fetch))
                    self._document = self._make(created)
            finally:
                worker.kill()

    def _announce(self, case: Case, engine: str, total: int) -> None:
        done = len(self._results)
        sentence = tr(
            "{number} of {total}: {test}, {engine}",
            number=done + 1,
            total=total,
            test=translated(case.title),
            engine=engine_words(engine),
        )
        self.show(sentence=sentence, done=done, total=total)

    def _make(self, created: str) -> Document:
        return make_document(self._device, created, self._tolerance, self._results, self.stopped)


def _sum_up(results: Sequence[Result], stopped: bool) -> str:
    verdicts = [result.verdict for result in results]
    failed = verdicts.count("fail") + verdicts.count("error")
    words = [tr("Stopped.")] if stopped else []
    words.append(tr("{passed} passed, {failed} failed.", passed=verdicts.count("pass"), failed=failed))
    if missing := len({result.engine for result in results if result.verdict == "unavailable"}):
        one, more = (
            tr_noop("{count} engine does not start on this device."),
            tr_noop("{count} engines do not start on this device."),
        )
        words.append(tr(one if missing == 1 else more, count=missing))
    return " ".join(words)


def _asked(field: str, asked: Mapping[str, list[str]]) -> tuple[str, ...]:
    if field not in asked:
        return (ALL,)
    return tuple(name for text in asked[field] for name in text.split(",") if name)


def _figure(result: Result, picture: Picture) -> dict[str, str]:
    """As `www/operator_test/main.js` shows it."""
    data = base64.b64encode(picture.png).decode()
    return {
        "label": f"{translated(result.case.title)}, {engine_words(result.engine)}",
        "fullRed": format_number(f"{picture.full_red:.2g}"),
        "url": f"data:image/png;base64,{data}",
    }
