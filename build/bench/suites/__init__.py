"""What is measured: one suite a file. Each has `run(options) -> Rows`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, cast

Rows = dict[str, Any]
"""JSON values: `rows`, a list of objects, and what else belongs to the suite; or `skipped`, why there are none."""

SUITES: Mapping[str, str] = {
    "engines": "every engine on two widths and three sizes, beside native onnxruntime",
    "predecessor": "the predecessor's files on its ONNX.js 0.1.5, beside ours",
    "bridge": "what a call from Python costs around the engine, beside plain JavaScript",
    "calls": "how many calls a second of the smallest model, from Python and from plain JavaScript",
    "choice": "whether the fastest engine is chosen, and what choosing adds to a start",
    "startup": "from the address to what a visitor waits for, and from the button to the first painting",
    "interaction": "how long the page's own thread is blocked, and how fast a painting follows the slider",
    "paintings": "how soon a painting is a style, how fast a mixture follows its sliders, what a vector costs",
    "studio": "from a tap on a style to its picture, and a strip of a hundred styles that slides",
    "live": "the camera painted as it moves, without flicker",
    "live_memory": "whether the memory of page and workers grows while a camera is painted for ten minutes",
    "scaling": "256 pixels to the largest size that works, and a photo of 12 megapixels",
    "placement": "the same kernels placed differently in their file",
    "tiles": "parts of layers of other shapes than the planner's",
    "compiler": "how long a file of 10 MB is checked and lowered, from the command to its end",
}


NOT_MEASURED = {"ort:webgpu": "needs a graphics processor"}

ON_DEMAND = frozenset({"live_memory"})
"""Those that last too long to be among `all`."""

OF_MODELS = frozenset({"engines", "bridge", "choice", "scaling", "placement", "tiles"})
"""Those that measure the models that are asked for; the others have models of their own."""


@dataclass(frozen=True)
class Options:
    """`budget_s` bounds the time of one contestant, within which it makes at most `runs` runs.

    `engines` are those that are asked for, none means all. `against` is another copy of the project, with all that its
    page needs, which suite `startup` opens in turns with this one.
    """

    runs: int
    budget_s: float
    models: tuple[str, ...]
    sizes: tuple[int, ...]
    engines: tuple[str, ...] = ()
    against: Path | None = None


def run_suite(name: str, options: Options) -> Rows:
    """Run a suite by its name."""
    run = cast(Callable[[Options], Rows], import_module(f"build.bench.suites.{name}").run)
    return run(options)
