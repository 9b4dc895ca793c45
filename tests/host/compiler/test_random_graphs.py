"""Random graphs of supported operators: what is lowered computes what its source does, or is refused in words.

200 a run, the same every time; `RANDOM_GRAPHS=5000` in the environment draws so many new ones.
"""

import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from build.common.errors import BuildError
from build.compiler.explain import Problem
from build.compiler.lowering import attempt
from build.compiler.targets.catalogue import find_target
from build.compiler.verify.against_source import verify_against_source
from tests.support.random_graphs import OPERATORS, OPSETS, SHAPES, Step, seeded_graph, write_graph

DEFAULT = 200
COUNT = int(os.environ.get("RANDOM_GRAPHS", DEFAULT))
TARGETS = (
    "onnxjs-0.1.8:webgl",
    "onnxjs-0.1.8:wasm",
    "onnxjs-0.1.8",
    "onnxjs-0.1.5:webgl",
    "onnxruntime-web-1.30:webgpu",
)
STEPS = st.lists(
    st.tuples(st.sampled_from(sorted(OPERATORS)), st.integers(0, 59), st.integers(0, 59)), min_size=1, max_size=8
)


@settings(max_examples=COUNT, deadline=None, derandomize=COUNT == DEFAULT, suppress_health_check=list(HealthCheck))
@given(STEPS, st.sampled_from(SHAPES), st.sampled_from(OPSETS), st.sampled_from(TARGETS))
def test_what_is_lowered_is_right(steps: list[Step], shape: tuple[int, ...], opset: int, target: str) -> None:
    model = write_graph(steps, shape, opset)
    if model is None:
        return
    lowered = attempt(model, find_target(target))
    if lowered.problems:
        assert not any("breaks ONNX's rules" in problem.reason for problem in lowered.problems), lowered.problems
        return
    try:
        verify_against_source(model, lowered.to_bytes(), {})
    except BuildError as error:
        # Of a source that moves by itself nothing can be said.
        if "moves by more than a twentieth" not in str(error):
            raise


def test_most_random_graphs_are_lowered() -> None:
    """Otherwise the test above would say little."""
    models = [model for seed in range(40) if (model := seeded_graph(seed)) is not None]
    problems: list[tuple[Problem, ...]] = [attempt(model, find_target(TARGETS[0])).problems for model in models]
    assert sum(not found for found in problems) > len(models) / 2, problems
