"""Reads operator tables out of published packages: `python -m build.compiler.targets.extract` rewrites `tables/`.

What counts is the file that a page loads, so the tables of ONNX.js come out of its minified bundle: the lists of
`[operator, domain, versions, constructor]` of 0.1.5 and later, the `switch` on the operator's name before (which has no
versions at all). onnxruntime-web's WebGPU table is the list that its package ships. Its wasm binary holds no readable
list: there the kernel registry of the onnxruntime Python package, the same C++ sources, stands in.
"""

import json
import re
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any

import onnx
from onnxruntime.capi import onnxruntime_pybind11_state as state

from build.common.errors import BuildError
from build.common.files import sha256_of, write_atomically
from build.common.paths import ROOT
from build.compiler.targets.operators import TABLES

CACHE = ROOT / ".cache" / "npm"
ONNXJS_BUNDLE = "package/dist/onnx.min.js"
ORT_WEBGPU_LIST = "package/docs/webgpu-operators.md"
ORT_WASM = "package/dist/ort-wasm-simd-threaded.wasm"
# Domains beside the standard one of which onnxruntime's packages have kernels.
OTHER_DOMAINS = ("com.microsoft", "ai.onnx.ml")

Table = dict[str, list[str]]

RULE = re.compile(r'\["([A-Z]\w*)","","([\d+-]+)",')
CASE = re.compile(r'case"([A-Z]\w*)":')
# Each bundle's dispatching functions come in this order.
SWITCH_ORDER = ("cpu", "wasm", "webgl")


def npm_package(name: str, version: str, cache: Path = CACHE) -> Path:
    """The published tarball of `name@version`, fetched by npm into `cache` once."""
    archive = cache / f"{name}-{version}.tgz"
    if not archive.exists():
        cache.mkdir(parents=True, exist_ok=True)
        command = ["npm", "pack", "--silent", f"{name}@{version}", "--pack-destination", str(cache)]
        try:
            subprocess.run(command, check=True, capture_output=True, text=True, timeout=300)
        except FileNotFoundError:
            raise BuildError("npm is not installed; it is needed to fetch published packages (Debian: npm)") from None
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            raise BuildError(
                f"npm could not fetch {name}@{version}; check its registry settings and the network"
            ) from error
    return archive


def read_member(archive: Path, member: str) -> bytes:
    """One file of a tarball."""
    with tarfile.open(archive) as tar:
        file = tar.extractfile(member)
        if file is None:
            raise BuildError(f"{archive.name} holds no {member}")
        return file.read()


def onnxjs_table(version: str) -> dict[str, Any]:
    """The table of one ONNX.js version, per backend, from its minified bundle."""
    bundle = read_member(npm_package("onnxjs", version), ONNXJS_BUNDLE)
    text = bundle.decode()
    backends = _resolve_rules(text) if "_OP_RESOLVE_RULES=" in text else _switches(text)
    return {
        "package": f"onnxjs@{version}",
        "source": f"{ONNXJS_BUNDLE} (sha256 {sha256_of(bundle)})",
        "fallback": {"wasm": "cpu"},
        "backends": backends,
    }


def _resolve_rules(text: str) -> dict[str, Table]:
    """`X_OP_RESOLVE_RULES=[["Abs","","6+",function...],...]`, one list a backend."""
    backends = {}
    for backend in ("webgl", "wasm", "cpu"):
        start = text.index(f"{backend.upper()}_OP_RESOLVE_RULES=[[")
        # The list ends where the enclosing module does.
        end = text.index("},function(", start)
        table: Table = {}
        for name, versions in RULE.findall(text[start:end]):
            table.setdefault(name, []).append(versions)
        backends[backend] = dict(sorted(table.items()))
    return backends


def _switches(text: str) -> dict[str, Table]:
    """`switch(node.opType){case"Abs":...default:throw ... unrecognized operator`, without versions."""
    backends = {}
    ends = [match.start() for match in re.finditer("unrecognized operator", text)]
    for backend, end in zip(SWITCH_ORDER, ends, strict=True):
        start = text.rindex("switch(t.opType)", 0, end)
        backends[backend] = {name: ["1+"] for name in sorted(set(CASE.findall(text[start:end])))}
    return {backend: backends[backend] for backend in ("webgl", "wasm", "cpu")}


def ort_web_table(version: str) -> dict[str, Any]:
    """The table of onnxruntime-web: WebGPU kernels from its package, all others from onnxruntime's CPU registry."""
    package = npm_package("onnxruntime-web", version)
    listing, binary = read_member(package, ORT_WEBGPU_LIST), read_member(package, ORT_WASM)
    return {
        "package": f"onnxruntime-web@{version}",
        "source": f"webgpu: {ORT_WEBGPU_LIST} (sha256 {sha256_of(listing)}); "
        f"wasm: kernel registry of the onnxruntime {installed_version('onnxruntime')} Python package; of domains other"
        f" than the standard one those that {ORT_WASM} (sha256 {sha256_of(binary)}) names",
        "fallback": {"webgpu": "wasm"},
        "backends": {
            "wasm": {**cpu_kernels(), **other_kernels(binary)},
            "webgpu": _markdown_table(listing.decode()),
        },
    }


def ort_table() -> dict[str, Any]:
    """The table of the onnxruntime Python package that is installed."""
    return {
        "package": "onnxruntime (Python)",
        "source": f"kernel registry of the onnxruntime {installed_version('onnxruntime')} Python package",
        "backends": {"cpu": {**cpu_kernels(), **other_kernels()}},
    }


def cpu_kernels() -> Table:
    """Standard operators with a CPU kernel in onnxruntime or a definition by others, with their versions."""
    ranges: dict[str, set[tuple[int, int]]] = {}
    for kernel in state.get_all_opkernel_def():
        if kernel.domain == "":
            ranges.setdefault(kernel.op_name, set()).add(tuple(kernel.version_range))
    schemas: Any = onnx.defs.get_all_schemas_with_history()
    revisions: dict[str, set[int]] = {}
    for schema in schemas:
        if schema.domain == "":
            revisions.setdefault(schema.name, set()).add(schema.since_version)
        # Operators that are defined by others need no kernel of their own: onnxruntime inlines them.
        if schema.domain == "" and (schema.has_function or schema.has_context_dependent_function):
            ranges.setdefault(schema.name, set()).add((schema.since_version, OPEN))
    closed = {name: {_close(span, revisions.get(name, set())) for span in spans} for name, spans in ranges.items()}
    return {name: [_span(*span) for span in sorted(spans)] for name, spans in sorted(closed.items())}


def other_kernels(binary: bytes | None = None) -> Table:
    """Operators of `OTHER_DOMAINS` with a CPU kernel, as `domain:name`: those that `binary` names."""
    spans: dict[str, set[tuple[int, int]]] = {}
    for kernel in state.get_all_opkernel_def():
        if kernel.domain in OTHER_DOMAINS and (binary is None or kernel.op_name.encode() in binary):
            spans.setdefault(f"{kernel.domain}:{kernel.op_name}", set()).add(tuple(kernel.version_range))
    return {name: [_span(*span) for span in sorted(ranges)] for name, ranges in sorted(spans.items())}


OPEN = 2**31 - 1


def _close(span: tuple[int, int], revisions: set[int]) -> tuple[int, int]:
    """A kernel with an open end is for one revision of its operator: onnxruntime refuses it from the next one on."""
    first, last = span
    later = [revision for revision in revisions if revision > first]
    return (first, min(later) - 1) if last >= OPEN and later else span


def _span(first: int, last: int) -> str:
    if last >= OPEN:
        return f"{first}+"
    return str(first) if first == last else f"{first}-{last}"


def _markdown_table(text: str) -> Table:
    """Rows such as `| Clip | ai.onnx(6-10,11,12,13+) |  |`, `| BiasAdd | com.microsoft(1+) |  |`, or both at once."""
    table: Table = {}
    for name, versions in re.findall(r"^\| (\w+) \| (.*?) \|", text, re.MULTILINE):
        standard = re.search(r"ai\.onnx\(([^)]*)\)", versions)
        if standard:
            table[name] = standard.group(1).split(",")
        for domain in OTHER_DOMAINS:
            other = re.search(rf"{re.escape(domain)}\(([^)]*)\)", versions)
            if other:
                table[f"{domain}:{name}"] = other.group(1).split(",")
    return table


def tables() -> Mapping[str, dict[str, Any]]:
    """Every table, by the name of its file."""
    onnxjs = {f"onnxjs-{version}": onnxjs_table(version) for version in ("0.1.3", "0.1.4", "0.1.5", "0.1.8")}
    return {**onnxjs, "onnxruntime-web-1.30": ort_web_table("1.30.0"), "onnxruntime": ort_table()}


def main() -> int:
    """Write every table."""
    for name, table in tables().items():
        write_atomically(TABLES / f"{name}.json", serialise(table))
        print(f"{name}: " + ", ".join(f"{backend} {len(ops)}" for backend, ops in table["backends"].items()))
    return 0


def serialise(table: Mapping[str, Any]) -> bytes:
    """The bytes of a table's file: one operator a line, in alphabetical order."""
    text = json.dumps(table, indent=1)
    return (re.sub(r"\[\s+([^\]]*?)\s+\]", lambda m: "[" + re.sub(r"\s+", " ", m.group(1)) + "]", text) + "\n").encode()


if __name__ == "__main__":
    sys.exit(main())
