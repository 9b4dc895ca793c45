"""Outcomes of families, kept in `benchmarks/families.json`, and the table of them in the guide."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from build.common.errors import BuildError
from build.common.files import write_atomically
from build.common.paths import BENCHMARKS, ROOT
from build.compiler.verify.families.outcome import TARGETS, Outcome

RECORD = BENCHMARKS / "families.json"
GUIDE = ROOT / "docs" / "pytorch-to-browser.md"
START, END = "<!-- families: written by `python -m build families` -->", "<!-- families end -->"

# Form -> target -> outcome.
Tried = dict[str, dict[str, Outcome]]


@dataclass(frozen=True)
class Families:
    """What was found, by family, and the browser in which it was."""

    browser: str
    tried: dict[str, Tried]


def read_families(path: Path = RECORD) -> Families:
    """The record; an empty one where there is none."""
    if not path.is_file():
        return Families("", {})
    content = json.loads(path.read_text(encoding="utf-8"))
    return Families(content["browser"], {name: _parse(forms) for name, forms in content["tried"].items()})


def _parse(forms: Mapping[str, Mapping[str, dict[str, str]]]) -> Tried:
    return {
        form: {target: Outcome(**found) for target, found in targets.items()}  # type: ignore[arg-type]
        for form, targets in forms.items()
    }


def write_families(families: Families, path: Path = RECORD) -> None:
    """Write the record, one fact a line so that changes can be read."""
    write_atomically(path, (json.dumps(asdict(families), indent=1) + "\n").encode())


def render(families: Families) -> str:
    """The table in Markdown, with the counts."""
    counts = {target: Counter[str]() for target in TARGETS}
    lines = [
        "| family | files | " + " | ".join(TARGETS) + " | refused, and why |",
        "| --- | ---: |" + " ---: |" * len(TARGETS) + " --- |",
    ]
    for name, tried in families.tried.items():
        for targets in tried.values():
            for target, found in targets.items():
                counts[target][found.verdict] += 1
        cells = [_cell([targets[target] for targets in tried.values() if target in targets]) for target in TARGETS]
        lines.append(f"| {name} | {len(tried)} | " + " | ".join(cells) + f" | {_reasons(tried)} |")
    files = sum(map(len, families.tried.values()))
    said = "; ".join(f"`{target}` {_counted(count)}" for target, count in counts.items())
    return f"{len(families.tried)} families as {files} files, run in {families.browser}: {said}.\n\n" + "\n".join(lines)


def _counted(count: Counter[str]) -> str:
    return ", ".join(f"{count[verdict]} {verdict}" for verdict in ("right", "wrong", "refused") if count[verdict])


def _cell(found: list[Outcome]) -> str:
    count = Counter(outcome.verdict for outcome in found)
    return "**wrong**" if count["wrong"] else str(count["right"])


def _reasons(tried: Tried) -> str:
    reasons = {
        outcome.reason: form.rpartition(", ")[2]
        for form, targets in tried.items()
        for outcome in targets.values()
        if outcome.verdict == "refused"
    }
    return "; ".join(f"{form}: {reason}" for reason, form in reasons.items()).replace("|", "\\|")


def section_of(guide: str) -> str:
    """What stands between the marks in the guide. Raises `BuildError` where there are none."""
    _, start, rest = guide.partition(START)
    section, end, _ = rest.partition(END)
    if not start or not end:
        raise BuildError(f"{GUIDE.name} has no place for the families' table: the lines {START} and {END}")
    return section.strip()


def write_guide(families: Families, path: Path = GUIDE) -> None:
    """Put the table between the marks."""
    guide = path.read_text(encoding="utf-8")
    section_of(guide)
    before, after = guide.partition(START)[0], guide.partition(END)[2]
    write_atomically(path, f"{before}{START}\n\n{render(families)}\n\n{END}{after}".encode())
