"""Seeded damage to files and JSON documents: the same seed does the same harm everywhere."""

import copy
import os
import random
from typing import Any

TIMES = int(os.environ.get("FUZZ", "1"))
"""How many times the cases of an ordinary run the fuzz tests go through: `FUZZ=20` is some thousands."""

FIRST_SEED = int(os.environ.get("FUZZ_SEED", "0"))

LONGEST_REPEATED = 5_000

MARKUP = "<img src=x onerror=\"document.title='ran'\"><script>document.title='ran'</script>"
ODD_VALUES: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    1e308,
    1 << 70,
    "",
    "x" * 50_000,
    "__proto__",
    "../../x",
    "javascript:document.title='ran'",
    MARKUP,
    "\ud800",
    [],
    {},
    [[[[[[]]]]]],
    {"": {"": {}}},
)


def seeds(count: int) -> range:
    """The seeds of a test that has `count` cases in an ordinary run."""
    return range(FIRST_SEED, FIRST_SEED + count * TIMES)


def harm_bytes(data: bytes, seed: int) -> bytes:
    """Some changes of a file: bytes set, runs cut out, repeated or blanked, or its end gone."""
    dice = random.Random(seed)
    harmed = bytearray(data)
    for _ in range(dice.choice((1, 1, 1, 2, 5))):
        if not harmed:
            break
        # Headers decide more than what follows.
        at = dice.randrange(min(len(harmed), 64) if dice.random() < 0.3 else len(harmed))
        length = dice.choice((1, 2, 4, 16, 256))
        match dice.randrange(7):
            case 0:
                harmed[at] ^= 1 << dice.randrange(8)
            case 1:
                harmed[at] = dice.choice((0, 1, 0x7F, 0x80, 0xFF))
            case 2:
                del harmed[at : at + length]
            case 3:
                harmed[at:at] = harmed[at : at + length]
            case 4:
                harmed[at : at + length] = bytes(len(harmed[at : at + length]))
            case 5:
                harmed[at : at + 4] = dice.choice((b"\xff" * 4, b"\x7f\xff\xff\xff", bytes(4), dice.randbytes(4)))
            case 6:
                del harmed[at:]
    return bytes(harmed)


def harm_json(document: Any, seed: int) -> Any:
    """One to four values of a JSON document replaced, removed, repeated or exchanged, wherever they are."""
    dice = random.Random(seed)
    harmed = {"": copy.deepcopy(document)}
    for _ in range(dice.randint(1, 4)):
        holder, key = dice.choice(list(_places(harmed)))
        match dice.randrange(4):
            case 0 | 1:
                holder[key] = copy.deepcopy(dice.choice(ODD_VALUES))
            case 2:
                other, name = dice.choice(list(_places(harmed)))
                holder[key] = copy.deepcopy(other[name])
            case 3:
                # No more than once: what is repeated fifty times over and over fills the memory.
                times = dice.choice((2, 50)) if len(str(holder[key])) < LONGEST_REPEATED else 2
                holder[key] = [copy.deepcopy(holder[key])] * times
    return harmed[""]


def _places(value: Any) -> Any:
    """(holder, key) of every value within a document."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield value, key
        yield from _places(inner)
