"""What to measure: every chosen model at every chosen size on every chosen engine."""

from collections.abc import Sequence
from dataclasses import dataclass

from app_py.errors import AppError
from app_py.i18n import format_number, tr, tr_noop
from app_py.onnxruntime import engines as registry
from app_py.pages.report.choices import ALL, engine_words, model_words
from app_py.pages.report.table import shorten
from app_py.styles.manifest import ModelSpec

DEFAULT_RUNS = 30
MOST_RUNS = 1000
SMALLEST_PX, LARGEST_PX = 32, 2048
MOST_MODELS, MOST_SIZES, MOST_COMBINATIONS = 200, 50, 2000
"""What a results document takes (`results.schema.json`): the end of a long run is no time to find out."""
ECHOED = 20
"""Characters of bad input that a sentence repeats."""

NONE_CHOSEN = {
    "model": tr_noop("No model is chosen. Choose one at least."),
    "engine": tr_noop("No engine is chosen. Choose one at least."),
    "test": tr_noop("No test is chosen. Choose one at least."),
}
NONE_SUCH = {
    "model": tr_noop("There is no model “{name}”. There are: {known}."),
    "engine": tr_noop("There is no engine “{name}”. There are: {known}."),
    "test": tr_noop("There is no test “{name}”. There are: {known}."),
}
"""Whole sentences for each kind of thing: other languages bend more than one word of them."""


class PlanError(AppError):
    """The plan asks for something that cannot be measured."""

    code = "plan-invalid"


@dataclass(frozen=True, slots=True)
class Combination:
    """One fresh session: a model, an engine, and the side of the square picture in pixels."""

    model: ModelSpec
    engine: str
    size_px: int

    @property
    def label(self) -> str:
        return f"{model_words(self.model)}, {self.size_px} px, {engine_words(self.engine)}"


@dataclass(frozen=True, slots=True)
class Plan:
    models: tuple[ModelSpec, ...]
    engines: tuple[str, ...]
    sizes: tuple[int, ...]
    runs: int

    def combinations(self) -> tuple[Combination, ...]:
        """In the order in which they are measured: engines in turn, so that all of them see the same hour."""
        return tuple(
            Combination(model, engine, size) for size in self.sizes for model in self.models for engine in self.engines
        )


def make_plan(
    catalogue: Sequence[ModelSpec],
    models: Sequence[str],
    engines: Sequence[str],
    sizes: Sequence[str],
    runs: str,
    usable: Sequence[str] = (),
) -> Plan:
    """Check what a person or an address asked for; "all" stands for every model, and for every `usable` engine.

    Raises:
        PlanError: naming what was asked, what there is, and what to do.
    """
    by_id = {model.id: model for model in catalogue}
    ids = choose("model", models, tuple(by_id))
    plan = Plan(
        models=tuple(by_id[model_id] for model_id in ids),
        engines=choose("engine", engines, registry.ids(), usable),
        sizes=_sizes(sizes),
        runs=parse_runs(runs),
    )
    _check_extent(plan)
    return plan


def _check_extent(plan: Plan) -> None:
    """`PlanError` where the results would not fit into a document."""
    for sentence, count, most in (
        (tr_noop("{count} models are too many for one run. Choose {most} at most."), len(plan.models), MOST_MODELS),
        (tr_noop("{count} sizes are too many for one run. Choose {most} at most."), len(plan.sizes), MOST_SIZES),
        (
            tr_noop(
                "{count} combinations are too many for one run. Choose fewer models, engines or sizes: {most} at most."
            ),
            len(plan.combinations()),
            MOST_COMBINATIONS,
        ),
    ):
        if count > most:
            raise PlanError(tr(sentence, count=format_number(f"{count:,}"), most=format_number(f"{most:,}")))


def parse_runs(text: str) -> int:
    """The number of timed runs; `PlanError` where it is none, or more than anyone will wait for."""
    try:
        # Python itself refuses numbers of thousands of digits; of a shorter one nobody wants to read all.
        runs = int(text if len(text) <= ECHOED else "")
    except ValueError:
        raise PlanError(
            tr(
                "“{text}” is not a number of runs. Choose a whole number from 1 to {most}.",
                text=shorten(text, ECHOED),
                most=MOST_RUNS,
            )
        ) from None
    if runs < 1:
        raise PlanError(
            tr("With {runs} runs there is nothing to measure. Choose 1 to {most} runs.", runs=runs, most=MOST_RUNS)
        )
    if runs > MOST_RUNS:
        raise PlanError(
            tr(
                "{runs} runs of each combination would take too long. Choose 1 to {most}; {usual} are usual.",
                runs=format_number(f"{runs:,}"),
                most=MOST_RUNS,
                usual=DEFAULT_RUNS,
            )
        )
    return runs


def choose(what: str, asked: Sequence[str], known: Sequence[str], offered: Sequence[str] = ()) -> tuple[str, ...]:
    """The names that are asked for, each once; `PlanError` for none, or one nobody knows.

    "all" stands for those that are `offered`, or else for all that are `known`.
    """
    if ALL in asked:
        return tuple(offered or known)
    if not asked:
        raise PlanError(tr(NONE_CHOSEN[what]))
    for name in asked:
        if name not in known:
            raise PlanError(tr(NONE_SUCH[what], name=shorten(name, 2 * ECHOED), known=", ".join(known)))
    return tuple(dict.fromkeys(asked))


def is_size(text: str) -> bool:
    """Whether a text is a side in pixels that can be measured."""
    return text.isdecimal() and len(text) <= len(str(LARGEST_PX)) and SMALLEST_PX <= int(text) <= LARGEST_PX


def _sizes(texts: Sequence[str]) -> tuple[int, ...]:
    if not texts:
        raise PlanError(tr("No size is chosen. Choose one at least."))
    sizes = []
    for text in texts:
        if not is_size(text):
            raise PlanError(
                tr(
                    "“{text}” is not a size that can be measured. Choose from {least} to {most} pixels.",
                    text=shorten(text, ECHOED),
                    least=SMALLEST_PX,
                    most=LARGEST_PX,
                )
            )
        sizes.append(int(text))
    return tuple(dict.fromkeys(sizes))
