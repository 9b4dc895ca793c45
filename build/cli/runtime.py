"""`python -m build runtime`."""

import argparse
from pathlib import Path

from build.common.paths import ROOT
from build.runtime.assemble import Sources
from build.runtime.cache import Cache
from build.runtime.lock import LOCK_PATH, read_lock
from build.runtime.vendor import assemble_vendor
from build.site.listing import write_listing


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--lock", type=Path, default=LOCK_PATH, help="the list of pinned files (default: %(default)s)")
    parser.add_argument("--cache", type=Path, help="folder of downloaded files (default: below XDG_CACHE_HOME)")


def run(arguments: argparse.Namespace) -> int:
    """Assemble `www/vendor/`, and say what was done."""
    changed = assemble_vendor(ROOT, read_lock(arguments.lock), Cache(arguments.cache), Sources.default())
    write_listing(ROOT)
    print(f"www/vendor: {f'{len(changed)} files written' if changed else 'up to date'}")
    return 0
