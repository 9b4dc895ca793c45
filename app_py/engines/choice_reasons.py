"""Why this engine? In sentences for people."""

from collections.abc import Sequence

from app_py.engines.choice import Assessment
from app_py.i18n import format_number, sentence_case, tr, tr_noop
from app_py.onnxruntime import engines
from app_py.onnxruntime.providers import AUTO
from app_py.styles.manifest import ModelSpec


def name_of(provider: str) -> str:
    """What people call an engine, in their language."""
    return tr(engines.get(provider).name)


def explain(asked: ModelSpec, best: Assessment, table: Sequence[Assessment], requested: str) -> tuple[str, ...]:
    """The reasons for choosing `best` out of `table` for the model `asked`, the weightiest first."""
    using = name_of(best.provider)
    reasons = []
    if best.spec != asked:
        reasons.append(
            tr(
                "This device's {engine} computes wrong pixels for reflect padding; "
                "using the style's variant with zero padding.",
                engine=using,
            )
        )
    reasons += [_failure(entry, using) for entry in table if entry.status in ("wrong", "crashed", "late")]
    if requested == best.provider:
        reasons.append(tr("{engine} was chosen by hand.", engine=using))
    elif requested != AUTO:
        reasons += [
            tr("{reason} Using {engine}.", reason=entry.why, engine=using)
            for entry in table
            if (entry.provider, entry.status) == (requested, "unusable")
        ]
    elif not reasons:
        reasons += _comparison(best, table)
    return tuple(map(sentence_case, reasons))


def _failure(entry: Assessment, using: str) -> str:
    name = name_of(entry.provider)
    if entry.status == "late":
        return tr("{engine} was not ready in time; using {other}.", engine=name, other=using)
    if entry.status == "crashed":
        return tr("{engine} does not run on this device; using {other}.", engine=name, other=using)
    if entry.spec.padding == "reflect":
        sentence = tr_noop("This device's {engine} computes wrong pixels for reflect padding; using {other}.")
    else:
        sentence = tr_noop("This device's {engine} computes wrong pixels; using {other}.")
    return tr(sentence, engine=name, other=using)


def _comparison(best: Assessment, table: Sequence[Assessment]) -> list[str]:
    """What speaks for the best engine when the choice is automatic."""
    name = name_of(best.provider)
    slower = [entry for entry in table if entry.right and entry.provider != best.provider]
    if slower:
        times = ", ".join(f"{name_of(entry.provider)} {_duration(entry.predicted_ms)}" for entry in slower)
        duration = _duration(best.predicted_ms)
        sentence = tr_noop("{engine} is the fastest here: {duration} for this size; {others}.")
        return [tr(sentence, engine=name, duration=duration, others=times)]
    if any(entry.status == "unneeded" for entry in table):
        duration = _duration(best.predicted_ms)
        return [tr("{engine} needs only {duration} for this size.", engine=name, duration=duration)]
    # Why not the graphics processor, which people expect to be used
    against = [
        entry.why for entry in table if engines.get(entry.provider).graphics and entry.status in ("untried", "unusable")
    ]
    return [*against, tr("{engine} is the fastest engine that this leaves.", engine=name)] if against else []


def _duration(milliseconds: float) -> str:
    if milliseconds >= 950:
        return tr("about {seconds} s", seconds=format_number(f"{milliseconds / 1000:.1f}"))
    return tr("about {milliseconds} ms", milliseconds=f"{milliseconds:.0f}")
