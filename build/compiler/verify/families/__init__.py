"""Families of networks, written anew in small: what lowering makes of networks that people have.

`python -m build families` writes each as files in several ways, lowers them, runs them in Chromium, and puts the table
into the guide.
"""

from build.compiler.verify.families import classifiers, finding, pictures, sequences
from build.compiler.verify.families.family import CURRENT_OPSETS, Family, Form, export

__all__ = ["FAMILIES", "Family", "Form", "export", "forms_of"]

FAMILIES: tuple[Family, ...] = (
    *classifiers.FAMILIES,
    *pictures.FAMILIES,
    *finding.FAMILIES,
    *sequences.FAMILIES,
)
NEWEST_OLDER = 20
CURRENT_EVERY = 3


def forms_of(family: Family) -> tuple[Form, ...]:
    """The ways in which a family is tried: fixed and open, opsets 9 to 20 over all families.

    Every third is written by torch's current exporter as well, which takes seconds where the older one takes none.
    """
    index = FAMILIES.index(family)
    opsets = range(family.least_opset, NEWEST_OLDER + 1)
    first, second = opsets[index % len(opsets)], opsets[(index + len(opsets) // 2) % len(opsets)]
    forms = [Form("older", first, open=False)]
    if family.open_axes:
        forms.append(Form("older", second, open=True))
    if index % CURRENT_EVERY == 0:
        forms.append(Form("current", CURRENT_OPSETS[index % 2], open=bool(family.open_axes)))
    return tuple(forms)
