"""A lowered graph against its source, both run by onnxruntime on the host."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import onnx
import onnx_ir as ir
import onnxruntime

from build.common.errors import BuildError
from build.compiler.passes.prepare import fix_size
from build.compiler.passes.widen_floats import holds_narrow_floats, widen_floats
from build.compiler.verify.feeds import GUESSES, Inputs, make_feeds
from build.compiler.verify.session import Array, Difference, Feeds, fitted, run_session, start_session
from build.compiler.verify.tolerance import HALF_TOLERANCE, TOLERANCE, Verdict, judge, judge_by_sensitivity

__all__ = ["HALF_TOLERANCE", "TOLERANCE", "make_feeds", "verify_against_source"]

# How often inputs are moved by a unit in the last place, each element up or down at random.
MOVES = 2
NARROW_TYPES = (np.float16,)


def verify_against_source(
    source: ir.Model,
    lowered: bytes,
    sides: Mapping[str, tuple[int | None, ...]],
    tolerance: float = TOLERANCE,
    inputs: Inputs | None = None,
) -> tuple[Difference, float]:
    """The worst difference over all outputs, and the range of that output. `BuildError` where one is too large.

    Inputs are what `inputs` gives, else seeded noise: floats in each of its ranges, integers 0 and 1. An input keeps
    its declared shape or takes `sides`. Where the source makes infinities or NaN of them, so must the lowered model.
    """
    inputs = inputs or Inputs()
    if holds_narrow_floats(source) and not holds_narrow_floats(ir.from_proto(onnx.load_from_string(lowered))):
        # What 16 bits stand for is compared with them as roughly as they are, and the lowered model with that.
        floats = source.clone()
        widen_floats(floats)
        _verify(source, _to_bytes(floats, sides), sides, HALF_TOLERANCE, inputs)
        source = floats
    return _verify(source, lowered, sides, tolerance, inputs)


def _verify(
    source: ir.Model, lowered: bytes, sides: Mapping[str, tuple[int | None, ...]], tolerance: float, inputs: Inputs
) -> tuple[Difference, float]:
    reference, candidate = Source(_to_bytes(source, sides), tolerance), start_session(lowered)
    verdicts: list[Verdict] = []
    for feeds in _all_feeds(reference, source, sides, inputs):
        try:
            expected = reference.run(feeds)
        except BuildError:
            if not verdicts:
                raise
            # It takes some of its numbers for indices, and there are none so large.
            continue
        found = run_session(candidate, fitted(candidate, feeds), "the lowered model")
        verdicts += [
            _compare(reference, feeds, index, mine, expected) for index, mine in enumerate(_matching(found, expected))
        ]
    settled = [verdict for verdict in verdicts if not verdict.chaotic]
    if verdicts and not settled:
        _say_chaotic(verdicts[0])
    worst = max(settled or verdicts, key=lambda verdict: verdict.difference.maximum / verdict.difference.span)
    return worst.difference, worst.difference.span


@dataclass(frozen=True)
class Source:
    """The model that is to be matched, and how much it moves by itself."""

    model: bytes
    tolerance: float
    _sessions: dict[bool, onnxruntime.InferenceSession] = field(default_factory=dict)

    def run(self, feeds: Feeds, *, optimize: bool = True) -> list[Array]:
        """Its outputs; `BuildError` where it does not run."""
        if optimize not in self._sessions:
            self._sessions[optimize] = start_session(self.model, "the source", optimize=optimize)
        return run_session(self._sessions[optimize], feeds, "the source")

    def moved(self, feeds: Feeds) -> list[list[Array]]:
        """Its outputs without optimizations, and for inputs a unit in the last place away.

        Half-precision weights are compared to what a unit of float16 does.
        """
        unit = float(np.finfo(np.float16 if self.tolerance >= HALF_TOLERANCE else np.float32).eps)
        return [self.run(feeds, optimize=False), *(self.run(_move(feeds, unit, seed)) for seed in range(MOVES))]


def _move(feeds: Feeds, unit: float, seed: int) -> Feeds:
    rng = np.random.default_rng(seed)
    return {
        name: (array.astype(np.float64) * (1 + unit * rng.choice((-1.0, 1.0), array.shape))).astype(array.dtype)
        if np.issubdtype(array.dtype, np.floating)
        else array
        for name, array in feeds.items()
    }


def _compare(reference: Source, feeds: Feeds, index: int, found: Array, expected: Sequence[Array]) -> Verdict:
    """The verdict on one output; `BuildError` where it is wrong."""
    if expected[index].dtype in NARROW_TYPES:
        # Beyond 65504 it is infinite, and what it stands for is not.
        found = np.where(np.isfinite(expected[index]), found, expected[index])
    verdict, ratios = judge(index, found, expected[index], reference.tolerance)
    if not verdict.passed:
        moved = [outputs[index] for outputs in reference.moved(feeds)]
        verdict = judge_by_sensitivity(verdict, ratios, expected[index], moved, reference.tolerance)
    if not verdict.passed and not verdict.chaotic:
        difference = verdict.difference
        raise BuildError(
            f"output {index} of the lowered model is off by {difference.maximum:.3g} where values reach"
            f" {difference.span:.3g}; at the worst place {verdict.ratio:.3g} times as much as may be there"
            f" ({verdict.allowed:.3g}), so nothing was written"
        )
    return verdict


def _say_chaotic(verdict: Verdict) -> None:
    raise BuildError(
        f"output {verdict.index} of the source itself moves by more than a twentieth of its numbers when its inputs"
        " move by one unit in the last place, so noise cannot tell right from wrong; give inputs that mean something"
        " with --feeds or --range; nothing was written"
    )


def _matching(found: Sequence[Array], expected: Sequence[Array]) -> Sequence[Array]:
    if len(found) != len(expected):
        raise BuildError(f"the lowered model has {len(found)} outputs where the source has {len(expected)}")
    return found


def _all_feeds(
    reference: Source, source: ir.Model, sides: Mapping[str, tuple[int | None, ...]], inputs: Inputs
) -> Iterator[Feeds]:
    """The feeds to compare with: the given ones, or noise of a shape that the source accepts, in every range."""
    if inputs.feeds is not None:
        yield inputs.feeds
        return
    noise = _accepted(reference, source, sides, inputs)
    for limits in inputs.ranges:
        yield inputs.scaled(noise, limits)


def _accepted(
    reference: Source, source: ir.Model, sides: Mapping[str, tuple[int | None, ...]], inputs: Inputs
) -> Feeds:
    """Noise with which the source runs, of the first guessed sides that do."""
    first: BuildError | None = None
    tried: list[Feeds] = []
    for guess in GUESSES:
        feeds = make_feeds(source, {**sides, **inputs.shapes}, guess)
        if any({k: v.shape for k, v in feeds.items()} == {k: v.shape for k, v in old.items()} for old in tried):
            continue
        tried.append(feeds)
        try:
            reference.run(inputs.scaled(feeds, inputs.ranges[0]))
        except BuildError as error:
            first = first or error
            continue
        return feeds
    raise first or BuildError("the source has no inputs to compare with")


def _to_bytes(model: ir.Model, sides: Mapping[str, tuple[int | None, ...]]) -> bytes:
    """The source with its inputs as they were fixed, which may be in other shapes than it declares."""
    fixed = model.clone()
    fix_size(fixed, sides)
    data: bytes = ir.to_proto(fixed).SerializeToString()
    return data
