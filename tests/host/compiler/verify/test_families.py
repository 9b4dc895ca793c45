"""The guide's table of families: what is on record, of every family there is."""

from pathlib import Path

import pytest

from build.cli.main import main
from build.common.errors import BuildError
from build.compiler.verify.families import FAMILIES, forms_of
from build.compiler.verify.families.outcome import TARGETS, Outcome
from build.compiler.verify.families.table import (
    END,
    GUIDE,
    START,
    Families,
    read_families,
    render,
    section_of,
    write_families,
    write_guide,
)

RIGHT, REFUSED = Outcome("right", "", 1e-7, "abc"), Outcome("refused", "Conv (1): it cannot")


def test_there_are_many_families_and_every_one_is_on_record_in_every_form() -> None:
    assert len(FAMILIES) >= 40
    tried = read_families().tried
    assert {family.name: [form.name for form in forms_of(family)] for family in FAMILIES} == {
        name: list(forms) for name, forms in tried.items()
    }
    assert all(set(targets) == set(TARGETS) for forms in tried.values() for targets in forms.values())


def test_the_guide_has_the_table_of_the_record() -> None:
    assert section_of(GUIDE.read_text(encoding="utf-8")) == render(read_families()), "python -m build families --report"


def test_nothing_is_wrong() -> None:
    tried = read_families().tried
    assert not [
        (name, form) for name, forms in tried.items() for form, targets in forms.items()
        if any(found.verdict == "wrong" for found in targets.values())
    ]  # fmt: skip


def test_the_table_counts_and_says_why(tmp_path: Path) -> None:
    forms = {"older exporter, opset 9, open": {TARGETS[0]: RIGHT, TARGETS[1]: REFUSED}}
    families = Families("Chromium 1", {"LeNet": forms})
    write_families(families, tmp_path / "families.json")
    assert read_families(tmp_path / "families.json") == families
    table = render(families)
    assert f"1 families as 1 files, run in Chromium 1: `{TARGETS[0]}` 1 right; `{TARGETS[1]}` 1 refused" in table
    assert "| LeNet | 1 | 1 | 0 | open: Conv (1): it cannot |" in table
    guide = tmp_path / "guide.md"
    guide.write_text(f"before\n{START}\nold\n{END}\nafter\n", encoding="utf-8")
    write_guide(families, guide)
    assert guide.read_text(encoding="utf-8").startswith("before\n")
    assert "old" not in guide.read_text(encoding="utf-8")
    assert section_of(guide.read_text(encoding="utf-8")) == table


def test_what_is_amiss_is_said() -> None:
    with pytest.raises(BuildError, match="no place for the families' table"):
        section_of("nothing")
    assert main(["families", "--only", "Netscape"]) == 2
