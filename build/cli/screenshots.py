"""`python -m build screenshots`: the studio in every state and window, to be looked at."""

import argparse
from pathlib import Path

from build.common.paths import ROOT
from build.screenshots.states import STATES
from build.screenshots.take import WINDOWS, Window, take

DOCUMENTED = ("done", Window(1280, 800, "light"))
SCREENSHOT = ROOT / "docs" / "screenshot.png"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--state", nargs="+", choices=[*STATES], default=[*STATES], help="(default: all)")
    parser.add_argument("--window", nargs="+", choices=[window.name for window in WINDOWS], help="(default: all)")
    parser.add_argument("--lang", default="", help="the page's language (default: the browser's)")
    parser.add_argument("--out", type=Path, default=ROOT / ".cache" / "screenshots", metavar="FOLDER")
    parser.add_argument("--document", action="store_true", help=f"only the picture in the documents: {SCREENSHOT.name}")


def run(arguments: argparse.Namespace) -> int:
    """Write the pictures and say where they are."""
    if arguments.document:
        state, window = DOCUMENTED
        (path,) = take([state], [window], SCREENSHOT.parent, own_only=True)
        path.replace(SCREENSHOT)
        print(f"{SCREENSHOT.relative_to(ROOT)} written")
        return 0
    arguments.out.mkdir(parents=True, exist_ok=True)
    windows = [window for window in WINDOWS if not arguments.window or window.name in arguments.window]
    for path in take(arguments.state, windows, arguments.out, arguments.lang):
        print(path, flush=True)
    return 0
