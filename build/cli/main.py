"""The command table of `python -m build`. A command's module is imported only when it is asked for."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Protocol, cast

from build.common.errors import BuildError


class Command(Protocol):
    """What a command's module offers: `configure` declares its arguments, `run` returns the exit status."""

    def configure(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, arguments: argparse.Namespace) -> int: ...


# name -> (module, help in one line), in the order in which a new user meets them
COMMANDS: dict[str, tuple[str, str]] = {
    "runtime": ("build.cli.runtime", "fill www/vendor/ with the pinned browser runtime and the app_py wheel"),
    "models": ("build.cli.models", "export, lower, verify and list every checkpoint that is at hand"),
    "paintings": ("build.cli.paintings", "make the gallery: a folder of paintings becomes styles and thumbnails"),
    "ops": ("build.cli.ops", "write the models of the operator test and what they should give"),
    "export": ("build.cli.export", "one checkpoint -> one ONNX file for one target"),
    "check": ("build.cli.check", "say what a target cannot run of an ONNX file, and which rule would help"),
    "lower": ("build.cli.lower", "lower any ONNX file for a target, verified against itself"),
    "verify": ("build.cli.verify", "run every model on every backend in a real Chromium; writes docs/parity.md"),
    "families": (
        "build.cli.families",
        "lower and run networks in the manner of well-known ones; writes the guide's table",
    ),
    "info": ("build.cli.info", "parameters, nodes and bytes of a checkpoint or an ONNX file"),
    "words": ("build.cli.words", "gather every sentence of the pages for translators, and check translations"),
    "site": ("build.cli.site", "write dist/site/: the whole site, ready for any static host"),
    "wheels": ("build.cli.wheels", "write dist/: onnxruntime for Pyodide and the painter's Python, as wheels"),
    "photos": ("build.training.free_photos", "gather photos of free licence to train styles on"),
    "train": ("build.cli.train", "make a new style: a painting and a folder of photos become a checkpoint"),
    "tesserae": ("build.training.tesserae", "lay a picture as a mosaic, to learn a mosaic style from"),
    "judge": ("build.cli.judge", "compare the styles: measures, a table, a contact sheet"),
    "conformance": ("build.cli.conformance", "run ONNX's own operator tests in Chromium on every engine"),
    "ort-tests": ("build.cli.ort_tests", "run onnxruntime's own Python tests, from a folder, in Pyodide"),
    "screenshots": ("build.cli.screenshots", "the studio in every state, at every size of window, light and dark"),
    "bench": ("build.cli.bench", "measure speed in headless Chromium beside native onnxruntime"),
}


# As a shell reports a program that ended by SIGPIPE.
BROKEN_PIPE = 141


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; a `BuildError` becomes one sentence on stderr and exit status 2."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(prog="python -m build", description=__doc__)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    asked = next((word for word in arguments if not word.startswith("-")), None)
    for name, (module, summary) in COMMANDS.items():
        sub = commands.add_parser(name, help=summary, description=summary)
        if name == asked:
            command = cast(Command, importlib.import_module(module))
            command.configure(sub)
            sub.set_defaults(run=command.run)
    parsed = parser.parse_args(arguments)
    try:
        status = cast(int, parsed.run(parsed))
        sys.stdout.flush()
    except BuildError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # Whoever read the output, such as `head`, has enough; what is left would fail again when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    return status
