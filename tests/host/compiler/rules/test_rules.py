"""Every rule on a graph of its own: it fires as often as it must, and the numbers stay the same."""

import numpy as np
import onnx
import onnx_ir as ir
import pytest

from build.common.errors import BuildError
from build.compiler.explain import find_problems
from build.compiler.lowering import attempt, lower
from build.compiler.passes.half_weights import half_weights
from build.compiler.rules.base import LoweringRule
from build.compiler.targets.catalogue import TARGETS, find_target
from build.compiler.verify.against_source import TOLERANCE, verify_against_source
from build.compiler.verify.cases import CASES, Case


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_rule_fires_and_keeps_the_numbers(case: Case) -> None:
    lowered = lower(case.model(), find_target(case.target))
    assert lowered.counts[case.step] == case.count
    difference, span = verify_against_source(case.model(), lowered.to_bytes(), {})
    assert difference.maximum <= TOLERANCE * span
    assert not find_problems(lowered.model, find_target(case.target))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_lowering_what_is_lowered_changes_nothing(case: Case) -> None:
    once = lower(case.model(), find_target(case.target))
    if find_target(case.target).initializers_as_inputs:
        pytest.skip("its weights are inputs, as the target wants them")
    again = lower(once.model, find_target(case.target))
    assert [node.op_type for node in again.model.graph] == [node.op_type for node in once.model.graph]


def _fired(case: Case) -> set[str]:
    """The rules that replaced something, those included that left nothing behind to carry their name."""
    target = find_target(case.target)
    result = attempt(case.model(), target)
    alone = {type(step.rules[0]).__name__ for step in target.steps if len(step.rules) == 1 and result.counts[step.name]}
    return alone.union(*result.lowered_by.values())


def test_every_rule_has_a_case() -> None:
    """A rule that no case makes fire could break unseen."""
    known = {type(rule).__name__ for target in TARGETS.values() for step in target.steps for rule in step.rules}
    assert known - set().union(*map(_fired, CASES)) == set()


def _log_exp(body: str) -> ir.Model:
    graph = f'<ir_version: 8, opset_import: ["" : 13]> g (float[3,4] x) => (float[3,4] y) {{ {body} }}'
    return ir.from_proto(onnx.parser.parse_model(graph))


def test_verification_tries_the_numbers_of_pictures() -> None:
    exact = _log_exp("y = Softplus (x)")
    rough = _log_exp("k = Constant <value = float {1.0}> () e = Exp (x) s = Add (e, k) y = Log (s)")
    with pytest.raises(BuildError, match="off by inf"):
        verify_against_source(exact, ir.to_proto(rough).SerializeToString(), {})


def test_verification_takes_an_infinity_that_the_source_has_as_well() -> None:
    model = _log_exp("y = Exp (x)")
    difference, _ = verify_against_source(model, ir.to_proto(model).SerializeToString(), {})
    assert difference.maximum == 0


def test_a_weight_that_is_an_output_keeps_its_type() -> None:
    weight = ir.tensor(np.ones(64, dtype=np.float32), name="w")
    model = _log_exp("y = Exp (x)")
    value = ir.Value(name="w", shape=ir.Shape([64]), type=ir.TensorType(ir.DataType.FLOAT), const_value=weight)
    model.graph.initializers.add(value)
    model.graph.outputs.append(value)
    assert half_weights(model) == 0


def test_every_rule_says_what_it_does() -> None:
    rules: list[LoweringRule[object]] = [rule for t in TARGETS.values() for step in t.steps for rule in step.rules]
    assert all("Replaces" in str(type(rule).__doc__) for rule in rules)
    assert all(step.reason for target in TARGETS.values() for step in target.steps)
