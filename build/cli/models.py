"""`python -m build models`: every checkpoint at hand becomes a verified model, listed in `models/manifest.json`."""

import argparse
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from build.cli.ops import write_ops
from build.common.errors import BuildError
from build.common.files import write_atomically
from build.common.paths import ROOT
from build.compiler.verify.record import with_recorded_results
from build.models.manifest import (
    Entry,
    files_intact,
    is_current,
    network_intact,
    read_entries,
    read_shared,
    write_manifest,
)
from build.models.sources import find_sources
from build.models.variants import Variant, variants_of
from build.paintings.gallery import read_gallery
from build.runtime.pinned import UnreachableError
from build.site.listing import write_listing

if TYPE_CHECKING:
    from build.models.builder import Built

FOLDER = ROOT / "models"
NETWORKS = ("painting", "varied")
PHOTO = ROOT / "www" / "photos" / "pagoda.jpg"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--download", action="store_true", help="fetch published checkpoints that are not at hand")
    parser.add_argument("--only", nargs="+", metavar="ID", help="build these models only, leaving others as they are")
    parser.add_argument("--force", action="store_true", help="build anew what is up to date as well")


def run(args: argparse.Namespace) -> int:
    """Build what is not up to date. Nothing is written unless every check of every model passed."""
    if not PHOTO.is_file():
        raise BuildError(
            f"{os.path.relpath(PHOTO)} is missing, which every preview shows; restore it from the repository"
        )
    sources = find_sources()
    if args.download:
        from build.models.download import download_missing

        download_missing({source.model_id for source in sources}, args.only)
        sources = find_sources()
    variants = [variant for source in sources for variant in variants_of(source, PHOTO)]
    _check_ids(args.only, variants)
    old = read_entries(FOLDER)
    wanted = [variant for variant in variants if args.only is None or variant.model_id in args.only]
    built = _build_all([v for v in wanted if args.force or not is_current(old.get(v.model_id), v.key, FOLDER)])
    for model in built.values():
        for name, data in model.files.items():
            write_atomically(FOLDER / name, data)
    entries = _merge(variants, old, {model_id: model.entry for model_id, model in built.items()})
    if not entries:
        raise BuildError(
            "there is no checkpoint to build from; put one into models/checkpoints/, name a folder in FNS_CHECKPOINTS,"
            " or run `python -m build models --download`"
        )
    networks = _networks(args)
    known = {entry["id"] for entry in networks}
    styles = [style for style in read_gallery() if style["network"] in known]
    write_manifest(FOLDER, entries, networks, styles)
    write_ops()
    write_listing(ROOT)
    print(
        f"{len(entries)} models, {len(networks)} shared networks and {len(styles)} styles for them in"
        f" {os.path.relpath(FOLDER)}/manifest.json, {len(built)} models built now"
    )
    return 0


def _networks(args: argparse.Namespace) -> list[Entry]:
    """The entries of the networks to which a style is a vector; built where they are not up to date.

    Without the package index the page is served without them, which is said.
    """
    from build.models.style_networks.builder import NetworkBuilder

    builder = NetworkBuilder(PHOTO)
    listed = read_shared(FOLDER, "networks")
    current = [
        entry for entry in listed if entry["source"]["build_key"] == builder.key and network_intact(entry, FOLDER)
    ]
    if len(current) == len(NETWORKS) and not args.force:
        return [with_recorded_results(entry) for entry in current]
    try:
        built = builder.build()
    except UnreachableError as error:
        print(f"without the styles of paintings: {error}", flush=True)
        return []
    for network in built.values():
        for name, data in network.files.items():
            write_atomically(FOLDER / name, data)
    return [with_recorded_results(network.entry) for network in built.values()]


def _check_ids(only: Sequence[str] | None, variants: Sequence[Variant]) -> None:
    known = [variant.model_id for variant in variants]
    unknown = next((name for name in only or () if name not in known), None)
    if unknown is not None:
        raise BuildError(f"no checkpoint at hand makes a model {unknown}; at hand are {', '.join(known) or 'none'}")


def _build_all(variants: Sequence[Variant]) -> "dict[str, Built]":
    """Build in memory. torch is imported only when there is something to do."""
    if not variants:
        return {}
    from build.models.builder import Builder, one_thread

    one_thread()
    builders: dict[Path, Builder] = {}
    built = {}
    for variant in variants:
        start = time.perf_counter()
        builder = builders.setdefault(variant.source.path, Builder(variant.source, variant.photo))
        model = built[variant.model_id] = builder.build(variant)
        print(
            f"{variant.model_id:<28} {model.entry['nodes']:>3} nodes {model.entry['bytes']:>9,} bytes"
            f"  off from torch by {model.difference.maximum:.2g} of 255  {time.perf_counter() - start:.1f} s",
            flush=True,
        )
    return built


def _merge(variants: Sequence[Variant], old: dict[str, Entry], new: dict[str, Entry]) -> list[Entry]:
    """The manifest's entries in the catalogue's order.

    Models of published checkpoints that were built before and whose checkpoint is not at hand this time stay listed as
    long as their files are whole: `FNS_CHECKPOINTS` need not be set in every shell. Our own go with their checkpoint.
    """
    entries = []
    for variant in variants:
        entry = new.get(variant.model_id) or old.get(variant.model_id)
        if entry is not None and files_intact(entry, FOLDER):
            entries.append(with_recorded_results(entry))
    listed = {variant.model_id for variant in variants}
    for model_id, entry in old.items():
        if model_id not in listed and not entry.get("source", {}).get("own", True) and files_intact(entry, FOLDER):
            entries.append(entry)
    return entries
