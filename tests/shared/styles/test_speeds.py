"""Fast or fine."""

from dataclasses import replace

from app_py.styles.speeds import FAST, FAST_WIDTH, FINE, SPEEDS, has_speed, speed_of, variant
from tests.shared.support.fake_models import spec

FAST_ONE, FINE_ONE, EDGED = spec(width=8), spec(width=16), spec("zero", width=8)
OTHER = spec(style="candy", width=16)
MODELS = (FINE_ONE, EDGED, FAST_ONE, OTHER)


def test_what_is_fast() -> None:
    assert SPEEDS == (FAST, FINE) == ("fast", "fine")
    widths = (1, FAST_WIDTH, FAST_WIDTH + 1, 16)
    assert [speed_of(replace(FAST_ONE, width=width)) for width in widths] == [FAST, FAST, FINE, FINE]
    assert FAST_WIDTH == 8


def test_who_comes_in_both() -> None:
    assert has_speed(MODELS, FINE_ONE)
    assert has_speed(MODELS, EDGED)
    assert not has_speed(MODELS, OTHER)
    assert not has_speed((), OTHER)


def test_the_same_style_with_the_same_edges_at_the_other_speed() -> None:
    assert variant(MODELS, FINE_ONE, FAST) == FAST_ONE
    assert variant(MODELS, FAST_ONE, FINE) == FINE_ONE
    assert variant(MODELS, FAST_ONE, FAST) == FAST_ONE
    assert variant(MODELS, EDGED, FINE) is None
    assert variant(MODELS, OTHER, FAST) is None
