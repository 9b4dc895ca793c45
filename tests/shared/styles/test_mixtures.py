"""Mixtures: read from an address, refused with the reason, and made."""

from collections.abc import Sequence

import pytest

from app_py.styles.manifest import ModelSpec
from app_py.styles.mixtures import MOST_STYLES, mixture_of, read_parts, refusal_of_parts
from tests.shared.support.fake_models import spec, vector_style

STYLES = {
    style.id: style
    for style in (
        vector_style("a", "painting", 1, 0),
        vector_style("b", "painting", 0, 1),
        vector_style("c", "varied", 1),
        spec(style="waves"),
    )
}
A, B, OTHER = "painting:a", "painting:b", "varied:c"
ALONE = spec(style="waves").id


def find(style: str) -> ModelSpec | None:
    return STYLES.get(style)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("painting:a*60,painting:b*40", (("painting:a", 60), ("painting:b", 40))),
        ("painting:a , painting:b*40", (("painting:a", 100), ("painting:b", 40))),
        ("painting:a*-1", (("painting:a", -1),)),
        ("painting:a*sixty", None),
        ("painting:a*", None),
    ],
)
def test_an_address_names_styles_and_weights(text: str, parts: object) -> None:
    assert read_parts(text) == parts


@pytest.mark.parametrize(
    ("parts", "code", "words"),
    [
        ([(A, 60), ("painting:gone", 40)], "style-unknown", "“painting:gone”"),
        ([], "mix-invalid", f"one to {MOST_STYLES}"),
        ([(A, 1)] * (MOST_STYLES + 1), "mix-invalid", f"one to {MOST_STYLES}"),
        ([(A, 60), (ALONE, 40)], "mix-invalid", "a network of its own"),
        ([(ALONE, 100)], "mix-invalid", "a network of its own"),
        ([(A, 60), (OTHER, 40)], "mix-invalid", "two networks"),
        ([(A, 60), (B, -1)], "mix-invalid", "0 or more"),
        ([(A, 0), (B, 0)], "mix-invalid", "not all 0"),
    ],
)
def test_what_cannot_be_mixed_is_told_why(parts: Sequence[tuple[str, int]], code: str, words: str) -> None:
    refusal = refusal_of_parts(find, parts)
    assert refusal is not None
    assert refusal.code == code
    assert words in str(refusal)


@pytest.mark.parametrize("parts", [[(A, 1)], [(A, 1)] * MOST_STYLES, [(A, 0), (B, 1)]])
def test_what_can_be_mixed_is_not_refused(parts: Sequence[tuple[str, int]]) -> None:
    assert refusal_of_parts(find, parts) is None


def test_a_mixture_is_a_style_of_the_same_network() -> None:
    mixture = mixture_of(find, [(A, 75), (B, 25)])
    assert mixture is not None
    assert (mixture.id, mixture.title, mixture.vector) == ("mix", "a + b", (0.75, 0.25))
    assert mixture.model == STYLES[A].model
    alone = mixture_of(find, [(A, 0), (B, 1)])
    assert alone is not None
    assert (alone.title, alone.vector) == ("b", (0.0, 1.0))


@pytest.mark.parametrize("parts", [[], [(A, 60), ("painting:gone", 40)], [(A, 60), (ALONE, 40)], [(A, 0), (B, 0)]])
def test_there_is_no_mixture_of_what_is_not_there(parts: Sequence[tuple[str, int]]) -> None:
    assert mixture_of(find, parts) is None
