"""The commands of `python -m app_py`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from app_py.errors import AppError
from app_py.photo.sizing import MIN_MODEL_SIDE_PX

INTERRUPTED = 130
"""128 + SIGINT, as shells say it."""

STYLE = "great-wave-nc16"
"""One that this project trained itself."""

MODELS = Path(__file__).parents[2] / "models"


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command. Exit status: 0, 1 where a file could not be painted, 2 where nothing could be begun."""
    arguments = _parser().parse_args(argv)
    try:
        from app_py.cli.paint import paint_files

        return paint_files(arguments)
    except ImportError as error:
        print(f"error: {error.name} is missing: pip install -r requirements.txt", file=sys.stderr)
    except AppError as error:
        print(f"error: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("Stopped; what was finished is kept.", file=sys.stderr)
        return INTERRUPTED
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m app_py", description="Paint photos and videos on this computer.")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    paint = commands.add_parser(
        "paint", help="paint photos, videos and whole folders", description="Paint photos, videos and whole folders."
    )
    paint.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a photo, a video, or a folder of them")
    paint.add_argument(
        "--style",
        default=STYLE,
        metavar="ID",
        help="which style: painting:udnie, or a mixture, painting:udnie*60,painting:poppies*40 (default: %(default)s)",
    )
    paint.add_argument(
        "--size", type=_size, default=512, metavar="N", help="longest side in pixels, or original (default: 512)"
    )
    paint.add_argument(
        "--out",
        type=Path,
        default=Path("painted"),
        metavar="FOLDER",
        help="where paintings go; for a single file also a file's name (default: painted)",
    )
    paint.add_argument("--steady", action="store_true", help="videos: take the flicker away")
    paint.add_argument(
        "--strength", type=_percent, default=100, metavar="PERCENT", help="0 is the photo (default: 100)"
    )
    paint.add_argument("--keep-colours", action="store_true", help="keep the colours of the photo")
    paint.add_argument("--format", choices=("png", "jpeg", "webp"), default="png", help="of painted photos")
    paint.add_argument("--quality", type=_quality, default=92, metavar="Q", help="1 to 100, for jpeg and webp")
    paint.add_argument("--resume", action="store_true", help="leave out what is in the folder already")
    paint.add_argument("--models", type=Path, default=MODELS, metavar="FOLDER", help="where manifest.json lies")
    return parser


def _size(text: str) -> int | None:
    if text == "original":
        return None
    if not text.isdecimal() or int(text) < MIN_MODEL_SIDE_PX:
        raise argparse.ArgumentTypeError(f"{text!r} is neither a number of pixels from 8 on nor 'original'")
    return int(text)


def _percent(text: str) -> int:
    return _between(text, 0, 100)


def _quality(text: str) -> int:
    return _between(text, 1, 100)


def _between(text: str, low: int, high: int) -> int:
    if not text.isdecimal() or not low <= int(text) <= high:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from {low} to {high}")
    return int(text)
