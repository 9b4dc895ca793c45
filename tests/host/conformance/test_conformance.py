"""The published conformance matrix, and its agreement with the tables that lowering goes by."""

import json
from collections import defaultdict
from typing import Any

import pytest

from app_py.onnxruntime import engines as registry
from build.compiler.targets.operators import Operators, load_operators, load_table, supports
from build.conformance.cases import SEVERAL, collect_cases
from build.conformance.report import RESULTS, TABLE, Row, to_markdown

TABLES = {"onnxjs": "onnxjs-0.1.8", "ort": "onnxruntime-web-1.30"}

INDIRECT = {"Bernoulli": "its definition by other operators needs RandomUniformLike 22, which onnxruntime lacks"}

GRAPH_LEVEL = {
    "onnxjs": {
        "Constant": "becomes a weight when the graph is read",
        "Identity": "is taken out when the graph is read",
        "Dropout": "is taken out when the graph is read",
    },
    "ort": {
        "Constant": "becomes a weight when the graph is read",
        "Dropout": "is taken out when the graph is read",
    },
}
"""Operators that an engine needs no kernel for; `check` and `lower` fold them away before they ask the table."""


TABLED = [provider for provider in registry.ids() if provider.partition(":")[0] in TABLES]
"""Engines that take any graph of the operators in their table; our own takes one family of networks instead."""


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    tests: list[dict[str, Any]] = json.loads(RESULTS.read_text())["tests"]
    return [Row(test["name"], test["operator"], test["opset"], test["results"]) for test in tests]


def test_every_engine_ran_every_test(rows: list[Row]) -> None:
    assert len(rows) > 2000
    assert all(set(row.results) >= set(registry.ids()) - {"ort:webgpu"} for row in rows)
    own = load_table(TABLES["ort"])["backends"]["webgpu"]
    tried = {row.name for row in rows if "ort:webgpu" in row.results}
    assert len(tried) > 500
    assert tried == {row.name for row in rows if row.operator in own and "_at_opset" not in row.name}


def test_the_page_shows_the_results(rows: list[Row]) -> None:
    assert TABLE.read_text() == to_markdown(rows)


def test_an_engine_of_one_family_refuses_what_it_does_not_compute_right(rows: list[Row]) -> None:
    families = set(registry.ids()) - set(TABLED)
    wrong = [row.name for row in rows for name in families if row.results[name][0] not in ("pass", "refused")]
    assert wrong == []


def operators_of(provider: str) -> Operators:
    engine, backend = provider.split(":")
    return load_operators(TABLES[engine], backend)


@pytest.mark.parametrize("provider", TABLED)
def test_what_passes_is_in_the_table(rows: list[Row], provider: str) -> None:
    table = operators_of(provider)
    missing = {
        f"{row.operator} {row.opset} ({row.name})"
        for row in rows
        if row.operator != SEVERAL
        and row.results.get(provider, ("",))[0] == "pass"
        and not supports(table, row.operator, row.opset)
        and row.operator not in GRAPH_LEVEL[provider.split(":")[0]]
    }
    assert not missing, "these run, and `python -m build check` would say that they do not"


@pytest.mark.parametrize("provider", TABLED)
def test_what_the_engine_lacks_is_not_in_the_table(rows: list[Row], provider: str) -> None:
    table = operators_of(provider)
    lacking: dict[tuple[str, int], set[str]] = defaultdict(set)
    for row in rows:
        if row.operator != SEVERAL and provider in row.results:
            lacking[row.operator, row.opset].add(row.results[provider][1])
    wrong = {
        f"{operator} {opset}"
        for (operator, opset), reasons in lacking.items()
        if reasons == {"unsupported-operator"} and supports(table, operator, opset) and operator not in INDIRECT
    }
    assert not wrong, "`python -m build check` says that these run, and the engine has no such operator"


def test_older_opsets_are_taken_only_where_they_mean_the_same() -> None:
    names = {case.name: case for case in collect_cases("test_softmax_axis_1")}
    assert names["test_softmax_axis_1"].opset == 13
    # Before opset 13 Softmax flattened its input to two dimensions
    assert "test_softmax_axis_1_at_opset11" not in names
    relu = {case.name: case.opset for case in collect_cases("test_relu")}
    assert relu["test_relu_at_opset7"] == 7
    assert relu["test_relu_at_opset13"] == 13
