"""Families of networks, and random graphs, on ONNX.js in a real Chromium: right, or refused as the guide says.

One file of each family, the fixed and the open one in turns; `FAMILIES=all` in the environment tries both exporters and
all forms. The record that the guide's table is made of must say the same.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnx_ir as ir
import pytest

from build.compiler.lowering import attempt
from build.compiler.targets.catalogue import find_target
from build.compiler.verify.browser import Browser, open_browser
from build.compiler.verify.families import FAMILIES, Family, Form, forms_of
from build.compiler.verify.families.outcome import WASM, WEBGL, outcome, specimen
from build.compiler.verify.families.table import read_families
from build.compiler.verify.feeds import make_feeds
from build.compiler.verify.measure import measure
from build.compiler.verify.plan import CASE_TOLERANCE, Job
from build.compiler.verify.session import start_session
from tests.support.random_graphs import seeded_graph

RANDOM = 16


def _forms(index: int, family: Family) -> tuple[Form, ...]:
    forms = forms_of(family)
    if os.environ.get("FAMILIES") == "all":
        return forms
    older = [form for form in forms if form.exporter == "older"]
    return (older[index % len(older)],)


def _measured(browser: Browser) -> Iterator[tuple[str, str, str]]:
    """What was tried, what was found, and what is on record."""
    record = read_families().tried
    for index, family in enumerate(FAMILIES):
        for form in _forms(index, family):
            found = specimen(family, form)
            for target in (WEBGL, WASM):
                recorded = record[family.name][form.name][target].verdict
                now = outcome(browser, found, target)
                yield f"{family.name}, {form.name}, {target}: {now.reason}", now.verdict, recorded


def _random_jobs() -> Iterator[Job]:
    for seed in range(1000, 1000 + RANDOM):
        model = seeded_graph(seed)
        target = find_target((WEBGL, WASM)[seed % 2])
        if model is None or (lowered := attempt(model, target)).problems:
            continue
        feeds = make_feeds(model, {})
        outputs = start_session(ir.to_proto(model).SerializeToString()).run(None, feeds)
        expected = tuple(np.asarray(output) for output in outputs)
        name, data = f"random {seed}", lowered.to_bytes()
        yield Job(name, name, target, data, len(lowered.model.graph), (feeds,), expected, CASE_TOLERANCE, False)


def test_families_and_random_graphs_compute_what_their_sources_do(vendor: Path) -> None:
    assert vendor.is_dir()

    def work() -> tuple[list[tuple[str, str, str]], list[tuple[str, str, str]]]:
        with open_browser() as browser:
            found = list(_measured(browser))
            return found, [
                (job.label, (result := measure(browser, job)).verdict, result.refusal) for job in _random_jobs()
            ]

    # Playwright runs one loop a thread, and tests have theirs.
    with ThreadPoolExecutor(1) as pool:
        families, random = pool.submit(work).result()
    assert [what for what in families if what[1] == "wrong" or what[1] != what[2]] == []
    assert [what for what in random if what[1] != "right"] == []
    assert sum(verdict == "right" for _, verdict, _ in families) > 1.8 * len(FAMILIES)
    assert len(random) > RANDOM / 2


@pytest.mark.parametrize("opset", range(9, 21))
def test_every_opset_is_among_the_files(opset: int) -> None:
    assert any(form.opset == opset for family in FAMILIES for form in forms_of(family))
