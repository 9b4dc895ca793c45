"""The benchmark page's heart: a choice becomes a plan, the plan is measured, the results are shown and shared."""

import itertools
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from app_py.errors import AppError
from app_py.i18n import tr, tr_noop, translated
from app_py.onnxruntime import engines as registry
from app_py.onnxruntime.engine_worker import EngineWorker
from app_py.onnxruntime.platform.interface import Platform
from app_py.pages.benchmark.chart import draw_results
from app_py.pages.benchmark.measure import measure
from app_py.pages.benchmark.plan import DEFAULT_RUNS, ECHOED, Plan, is_size, make_plan
from app_py.pages.benchmark.predecessor_text import log_text, predecessor_text
from app_py.pages.benchmark.results import Document, Result, make_document, read_document
from app_py.pages.benchmark.table import make_device_table, make_table, to_markdown
from app_py.pages.report.choices import choices, engine_words, model_words, offered_engines
from app_py.pages.report.controller import File, ReportController, ReportingPage
from app_py.pages.report.device import Device, describe_device, read_device
from app_py.pages.report.share import from_fragment, to_fragment
from app_py.pages.report.table import device_facts, ending, shorten
from app_py.photo.decode import decode, resize
from app_py.photo.edit import middle_square
from app_py.photo.sizing import Size
from app_py.photo.tensors import NchwTensor, RgbImage, to_image, to_tensor
from app_py.styles.manifest import ModelSpec, parse_manifest

SIZES = ("64", "128", "256", "384", "512", "768", "1024")
PREFERRED = {"models": ("great-wave-nc8", "great-wave-nc16"), "sizes": ("128", "256")}
HERE = tr_noop("This device")
SHOW_S = 0.2
"""Runs may follow one another faster than anyone can read."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the form, or the page's address, asks for."""

    models: tuple[str, ...]
    engines: tuple[str, ...]
    sizes: tuple[str, ...]
    runs: str


class BenchmarkController(ReportController):
    """One visitor's benchmark."""

    def __init__(self, page: ReportingPage, platform: Platform) -> None:
        super().__init__(page)
        self._platform = platform
        self._catalogue: tuple[ModelSpec, ...] = ()
        self._device: Device = describe_device({})
        self._usable: tuple[str, ...] = ()
        """The engines that this device can run."""
        self._choice = Choice((), (), (), str(DEFAULT_RUNS))
        self._own: Document | None = None
        self._opened: list[tuple[str, Document]] = []
        self._opening: list[tuple[str, str | None]] = []
        """A sentence about each of the files that were chosen together, and the code of what is wrong with it."""

    def handle(self, message: Mapping[str, Any], file: File | None) -> None:
        match message:
            case {"type": "open", "query": str(query), "fragment": str(fragment)}:
                self.spawn(self._open(query, fragment))
            case {"type": "start", "models": [*models], "engines": [*engines], "sizes": [*sizes], "runs": str(runs)}:
                self._choice = Choice(tuple(models), tuple(engines), tuple(sizes), runs)
                self._start()
            case {"type": "link", "fragment": str(fragment)}:
                self._open_link(fragment)
            case {"type": "file", "name": str(name)} if file is not None:
                if message.get("first", True):
                    self._opening = []
                self.spawn(self._open_file(name[:60], file))
            case {"type": "close-files"}:
                self._close_files()
            case {"type": "save"} if self._own is not None:
                name = f"benchmark-{self._own['created'][:19].replace(':', '-')}.json"
                self.page.give_file(name, "application/json", json.dumps(self._own, indent=1).encode())
            case _:
                raise ValueError(f"unknown message from the page: {message!r}")

    def snapshot(self) -> dict[str, Any]:
        named, titles = self._named(), self._titles()
        own = None if self.status.phase == "running" else self._own
        share = None if own is None else to_fragment(own)
        too_long = tr("The results are too long for a link. Save them with “Save JSON” and send the file.")
        return {
            **super().snapshot(),
            "options": self._options(titles),
            "runs": shorten(self._choice.runs, ECHOED),
            "device": [list(fact) for fact in device_facts(self._device.to_json())],
            "log": "" if self._own is None else log_text(self._own),
            "tables": [_table(name, document, titles) for name, document in named],
            "devices": [make_device_table(named).to_json()] if self._opened else [],
            "hasFiles": bool(self._opened),
            "chart": draw_results(named, titles),
            "results": None if own is None else json.dumps(own),
            "texts": {} if self.status.phase == "running" else self._texts(),
            "share": share,
            "shareNote": too_long if own is not None and share is None else "",
        }

    def _named(self) -> list[tuple[str, Document]]:
        own = [] if self._own is None else [(tr(HERE), self._own)]
        return own + self._opened

    def _texts(self) -> dict[str, str]:
        """What can be copied: all that is on show as Markdown, this device's in two forms more."""
        named = self._named()
        texts = {"markdown": to_markdown(named)} if named else {}
        if self._own is not None:
            texts |= {"predecessor": predecessor_text(self._own), "json": json.dumps(self._own)}
        return texts

    def _titles(self) -> dict[str, str]:
        return {model.id: model_words(model) for model in self._catalogue}

    def _options(self, titles: Mapping[str, str]) -> dict[str, list[dict[str, Any]]]:
        chosen = self._choice
        sizes = tuple(dict.fromkeys((*SIZES, *filter(is_size, chosen.sizes))))
        return {
            "models": choices(titles, chosen.models, titles.__getitem__),
            "engines": choices(offered_engines(self._usable, chosen.engines), chosen.engines, engine_words),
            "sizes": choices(sizes, chosen.sizes, str),
        }

    async def _open(self, query: str, fragment: str) -> None:
        manifest = await self.fetch("../models/manifest.json")
        self._catalogue = parse_manifest(manifest)
        self._device, self._usable = await read_device(self._platform)
        asked = parse_qs(query.removeprefix("?"))
        self._choice = Choice(
            self._preset("models", asked), self._preset("engines", asked), self._preset("sizes", asked), _runs(asked)
        )
        self._plan()
        self._add_link(fragment)
        if "1" in asked.get("autorun", ()):
            self._start()
        elif self._opened:
            self.show(
                phase="done",
                sentence=tr("These are the results in the link. Start to measure this device beside them."),
            )
        else:
            self.show(phase="ready", sentence=tr("Choose what to measure, then start."))

    def _preset(self, field: str, asked: Mapping[str, list[str]]) -> tuple[str, ...]:
        """What the address asks for, else what most people want to know."""
        if field in asked:
            return tuple(name for text in asked[field] for name in text.split(",") if name)
        if field == "engines":
            return tuple(registry.first_of_each_library(self._usable))
        if field != "models":
            return PREFERRED[field]
        ids = [model.id for model in self._catalogue]
        return tuple(name for name in PREFERRED[field] if name in ids) or (ids[0],)

    def _add_link(self, fragment: str) -> bool:
        """Whether the fragment carried results, which are then on show."""
        shared = from_fragment(fragment)
        if shared is not None:
            self._add(tr("The link's device"), read_document(shared, tr("This link")))
        return shared is not None

    def _open_link(self, fragment: str) -> None:
        """A link that is opened in a page that is there already."""
        self._opening = []
        try:
            if self._add_link(fragment):
                self._tell(tr("The results in the link are shown beside the others."))
        except AppError as error:
            self._tell(str(error), error.code)

    async def _open_file(self, name: str, file: File) -> None:
        try:
            self._add(name, read_document(await file.read(), name))
        except AppError as error:
            self._tell(str(error), error.code)
        else:
            self._tell(tr("{name} is shown beside the other results.", name=name))

    def _add(self, name: str, document: Document) -> None:
        """Put a document on show, under a name that no other has."""
        taken = {other for other, _ in self._opened}
        numbered = (f"{name} ({number})" for number in itertools.count(2))
        self._opened.append((next(each for each in itertools.chain([name], numbered) if each not in taken), document))

    def _tell(self, sentence: str, error: str | None = None) -> None:
        """Say what became of a file, after what is to be said of others that were chosen with it."""
        self._opening.append((sentence, error))
        said = " ".join(sentence for sentence, _ in self._opening)
        failed = next((code for _, code in self._opening if code), None)
        if self.status.phase in ("loading", "running"):
            # Neither a wrong file nor a good one may look like the measurement's end.
            self.show(**({"sentence": said} if error else {}))
        else:
            self.show(phase="error" if failed else "done", sentence=said, error=failed)

    def _close_files(self) -> None:
        self._opened = []
        if self.status.phase in ("loading", "running"):
            self.show()
        else:
            phase = "ready" if self._own is None else "done"
            self.show(phase=phase, sentence=tr("The opened results are closed."), error=None)

    def _plan(self) -> Plan:
        choice = self._choice
        return make_plan(self._catalogue, choice.models, choice.engines, choice.sizes, choice.runs, self._usable)

    def _start(self) -> None:
        if self.status.phase == "running":
            return
        try:
            plan = self._plan()
        except AppError as error:
            self.fail(error)
            return
        self.begin()
        self.spawn(self._run(plan))

    async def _run(self, plan: Plan) -> None:
        created = datetime.now().astimezone().isoformat(timespec="seconds")
        results: list[Result] = []
        await self.until_stopped(self._measure(plan, created, results))
        self.report(plan, created, results)
        self._finish(results, len(plan.combinations()))

    async def _measure(self, plan: Plan, created: str, results: list[Result]) -> None:
        """Measure one combination after the other; `results` grows by each."""
        picture = await self._picture()
        for number, combination in enumerate(plan.combinations()):
            tensor = to_tensor(resize(picture, Size(combination.size_px, combination.size_px)))
            watcher = _Watcher(self, plan, created, results, number)
            worker = EngineWorker(self._platform)
            try:
                result = await measure(combination, tensor, plan.runs, worker, self.fetch, watcher)
            finally:
                worker.kill()
            if result.times_ms or not result.is_stopped:
                results.append(result)
            if self.stopped:
                return
            self.report(plan, created, results)

    def report(self, plan: Plan, created: str, results: list[Result]) -> None:
        """Take the results so far as this device's."""
        self._own = make_document(plan, self._device, created, results, self.stopped)

    def _finish(self, results: list[Result], planned: int) -> None:
        measured = sum(result.error is None for result in results)
        failed = sum(result.error is not None and not result.is_stopped for result in results)
        wrong = sum(result.check is not None and not result.check.right for result in results)
        words = [tr("{done} of {planned} combinations measured.", done=measured, planned=planned)]
        if self.stopped:
            words.insert(0, tr("Stopped."))
        if failed:
            words.append(tr("{count} failed; the table says why.", count=failed))
        if wrong:
            words.append(tr("{count} gave wrong pictures.", count=wrong))
        if any(result.hidden_runs for result in results):
            words.append(tr("The tab was in the background for some runs; they are marked."))
        self.show(phase="done", sentence=" ".join(words))

    async def _picture(self) -> RgbImage:
        """The first sample photo, cropped to the square in its middle."""
        listed = json.loads(await self.fetch("photos/photos.json"))
        return middle_square(decode(await self.fetch(f"photos/{listed[0]['file']}"), 2048).image)


class _Watcher:
    """Shows how one combination goes."""

    def __init__(self, desk: BenchmarkController, plan: Plan, created: str, before: list[Result], number: int) -> None:
        self._desk = desk
        self._plan = plan
        self._created = created
        self._before = tuple(before)
        self._number = number
        self._shown = 0.0

    def stage(self, result: Result, what: str) -> None:
        now = time.monotonic()
        if result.times_ms and now - self._shown < SHOW_S:
            return
        self._shown = now
        runs, planned = self._plan.runs + 1, len(self._plan.combinations())
        done = self._number * runs + len(result.times_ms) + (result.warmup_ms is not None)
        self._desk.report(self._plan, self._created, [*self._before, result])
        self._desk.show(
            sentence=tr(
                "{number} of {planned}: {combination}: {step}",
                number=self._number + 1,
                planned=planned,
                combination=result.combination.label,
                step=what,
            ),
            done=done,
            total=planned * runs,
        )

    def painted(self, output: NchwTensor) -> None:
        self._desk.page.draw("output", to_image(output, Size(*output.shape[2:])))

    def was_hidden(self) -> bool:
        return self._desk.was_hidden()


def _runs(asked: Mapping[str, list[str]]) -> str:
    return asked.get("runs", [str(DEFAULT_RUNS)])[0]


def _table(name: str, document: Document, titles: Mapping[str, str]) -> dict[str, Any]:
    device = (translated(document["device"][fact]) for fact in ("os", "browser", "gpu"))
    return make_table(document, f"{name}: {' · '.join([*device, *ending(document)])}", titles).to_json()
