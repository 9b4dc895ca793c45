"""Programs for any size: what is read is there, memory shrinks from plan to plan, and what cannot be is a sentence."""

from itertools import islice

import numpy as np
import pytest

from app_py.errors import EngineError as PageError
from app_py.kernels.packing import Packed, pack
from app_py.kernels.plan import KernelPlan
from app_py.kernels.program import Layout
from app_py.kernels.reader import read_network
from app_py.kernels.schedule import Form, schedule
from app_py.onnxruntime.errors import EngineError, InvalidArgument
from app_py.onnxruntime.planning import MOST_PLANS, make_plan
from app_py.session import in_words
from tests.shared.support.program_check import check
from tests.shared.support.style_graphs import Family, make_member

BYTES = Form(Layout.BYTES, Layout.BYTES, 0)
FLOATS = Form(Layout.PLANES, Layout.PLANES, 0)
LARGE = 2**32

FAMILIES = [
    Family(width=4, blocks=2),
    Family(width=8, blocks=1, padding="zeros", relu_after_sum=True),
    Family(width=5, blocks=1, inner=5, padding="edge"),
    Family(width=4, blocks=1, inner=2, ends=4, normed=False),
    Family(width=4, blocks=2, scalings=0),
]


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("size", [(16, 16), (61, 75), (700, 260)])
@pytest.mark.parametrize("budget", [LARGE, 1])
def test_a_step_reads_what_was_written_and_is_still_there(family: Family, size: tuple[int, int], budget: int) -> None:
    packed = pack(read_network(make_member(family)))
    for form in (BYTES, FLOATS):
        check(schedule(packed, *size, form, budget=budget))


@pytest.fixture(scope="module")
def packed() -> Packed:
    return pack(read_network(make_member(Family(width=16, blocks=5))))


@pytest.mark.parametrize("budget", [LARGE, 500 * 2**20, 1])
def test_twelve_megapixels(packed: Packed, budget: int) -> None:
    program = schedule(packed, 3000, 4000, BYTES, budget=budget)
    check(program)
    # No step works for longer than a stop may take.
    assert program.costs.max() < 1.5e9


def test_twelve_megapixels_in_strips_need_a_third_of_the_memory(packed: Packed) -> None:
    whole, strips = (schedule(packed, 3000, 4000, BYTES, budget=budget) for budget in (LARGE, 1))
    assert whole.arena_bytes > 1100 * 2**20
    assert strips.arena_bytes < 450 * 2**20
    assert strips.costs.sum() < 1.7 * whole.costs.sum()


def test_a_budget_is_kept_where_it_can_be(packed: Packed) -> None:
    for budget in (90, 60, 40):
        assert schedule(packed, 800, 1000, BYTES, budget=budget * 2**20).arena_bytes <= budget * 2**20


@pytest.mark.parametrize(
    ("size", "error", "words"),
    [
        ((0, 40), InvalidArgument, "too small"),
        ((40, 0), InvalidArgument, "too small"),
        ((4, 40), InvalidArgument, "Conv 'node1' would read beyond it"),
        ((40, 4), InvalidArgument, "Conv 'node1' would read beyond it"),
        ((100_000, 100_000), EngineError, "100000 × 100000 px need more memory than a page can have"),
    ],
)
def test_sizes_that_cannot_be_painted(
    packed: Packed, size: tuple[int, int], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=r"\.$") as caught:
        schedule(packed, *size, BYTES)
    assert words in str(caught.value)


def test_seven_pixels_are_painted_where_the_padding_reaches_no_further(packed: Packed) -> None:
    check(schedule(packed, 7, 7, BYTES))  # after two strides of 2 reflection still finds its pixel
    check(schedule(packed, 3000, 8, BYTES))


def test_who_comes_back_to_a_model_or_a_size_finds_what_was_planned() -> None:
    first, *others = (make_member(Family(width=4, blocks=0, seed=seed)) for seed in range(MOST_PLANS + 1))
    plan = make_plan("kernels:wasm", first)
    assert isinstance(plan, KernelPlan)
    for other in others[1:]:
        make_plan("kernels:wasm", other)
        assert make_plan("kernels:wasm", first) is plan
    programs = []
    for side in (64, 32, 64):
        (params, [_, steps, _]), *_ = islice(plan.pixel_runs(np.zeros((side, side, 3), np.uint8), {}, 2, False), 1)
        programs.append((params["program"]["arena_bytes"], steps.base))
    assert programs[0][1] is programs[2][1]
    assert programs[0] != programs[1]
    for other in others:
        make_plan("kernels:wasm", other)
    assert make_plan("kernels:wasm", first) is not plan


def test_requests_need_less_memory_one_after_the_other() -> None:
    plan = KernelPlan(make_member(Family(width=16, blocks=2)))
    image = np.zeros((600, 800, 3), np.uint8)
    sizes = [params["program"]["arena_bytes"] for params, _ in plan.pixel_runs(image, {}, 2, unit_range=False)]
    assert len(sizes) > 2
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == len(sizes)


@pytest.mark.parametrize("shape", [(2, 3, 32, 32), (1, 4, 32, 32)])
def test_feeds_of_another_shape(shape: tuple[int, ...]) -> None:
    plan = KernelPlan(make_member(Family(width=4, blocks=0)))
    with pytest.raises(InvalidArgument, match="one picture of 3 channels at a time, and were given"):
        list(islice(plan.runs({"input": np.zeros(shape, np.float32)}, 1), 1))


def test_a_picture_too_large_for_a_page_is_a_sentence_of_the_page(packed: Packed) -> None:
    with pytest.raises(PageError, match="too large") as caught, in_words():
        schedule(packed, 100_000, 100_000, BYTES)
    assert caught.value.code == "picture-too-large"
