"""The wheel `onnxruntime_pyodide`: the bridge as `import onnxruntime`, with its engine inside.

`onnxruntime_pyodide_webgpu` is the build for graphics processors, which is large and of use to few: only files, which
lie beside the others.
"""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from app_py.onnxruntime import engines
from build.common.errors import BuildError
from build.wheels.archive import Project, write_wheel

NAME = "onnxruntime_pyodide"
REVISION = 0
"""Of the same onnxruntime-web: the wheel's version is that of onnxruntime-web, then `.postN` from the second on."""

PLATFORMS = (
    "pyodide_2024_0_wasm32",
    "pyodide_2025_0_wasm32",
    "pyemscripten_2025_0_wasm32",
    "pyemscripten_2026_0_wasm32",
)
"""Pyodide's platforms (PEP 783, and before). Nothing in the wheel is compiled for them: the tags keep pip from laying
it over the real onnxruntime on another platform."""

SOURCE = Path("app_py") / "onnxruntime"
SCRIPTS = Path("www") / "engine"
VENDOR = Path("www") / "vendor"
ENGINE_FILES = (
    "onnxruntime-web/ort.wasm.min.mjs",
    "onnxruntime-web/ort-wasm-simd-threaded.mjs",
    "onnxruntime-web/ort-wasm-simd-threaded.wasm",
)
WEBGPU = "webgpu"
WEBGPU_FILES = (
    "onnxruntime-web/ort.webgpu.min.mjs",
    "onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs",
    "onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm",
)

METADATA = """Metadata-Version: 2.4
Name: {name}
Version: {version}
Summary: {summary}
License-Expression: MIT
License-File: LICENSE
License-File: ThirdPartyNotices.md
Requires-Python: >=3.11
Requires-Dist: {requires}
Description-Content-Type: text/markdown

"""


def build(root: Path) -> tuple[str, bytes]:
    """The wheel's file name and its bytes; `BuildError` where the engine's files are not there yet."""
    summary = "onnxruntime's Python API in Pyodide, over onnxruntime-web, which it carries."
    project = _project(root, NAME, summary, "numpy")
    return project.file_name, write_wheel(project, _files(root))


def build_webgpu(root: Path) -> tuple[str, bytes]:
    """The same for the wheel with the build for graphics processors."""
    summary = "onnxruntime-web's build for WebGPU, for onnxruntime-pyodide."
    project = _project(root, f"{NAME}_{WEBGPU}", summary, f"onnxruntime-pyodide=={_version()}")
    return project.file_name, write_wheel(project, _vendored(root, WEBGPU_FILES))


def _version() -> str:
    return engines.complete().version + (f".post{REVISION}" if REVISION else "")


def _project(root: Path, name: str, summary: str, requires: str) -> Project:
    version = _version()
    described = METADATA.format(name=name.replace("_", "-"), version=version, summary=summary, requires=requires)
    return Project(
        name=name,
        version=version,
        tags=("py3", "none", PLATFORMS),
        metadata=described + (root / "docs" / "onnxruntime-in-pyodide.md").read_text(encoding="utf-8"),
        licences={
            "LICENSE": (root / "LICENSE").read_text(encoding="utf-8"),
            "ThirdPartyNotices.md": f"onnxruntime-web {engines.complete().version}, MIT, https://onnxruntime.ai\n",
        },
    )


def _files(root: Path) -> dict[str, bytes]:
    source = root / SOURCE
    files = {
        f"onnxruntime/{path.relative_to(source).as_posix()}": path.read_bytes()
        for path in sorted(source.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
    files["onnxruntime/py.typed"] = b""
    for name in ("worker.js", "ort_glue.js"):
        files[f"onnxruntime/web/{name}"] = (root / SCRIPTS / name).read_bytes()
    files["onnxruntime/web/engine.js"] = bundle(root)
    return {**files, **_vendored(root, ENGINE_FILES)}


def _vendored(root: Path, names: Sequence[str]) -> dict[str, bytes]:
    files = {}
    for name in names:
        path = root / VENDOR / name
        if not path.is_file():
            raise BuildError(f"{path.relative_to(root)} is not there yet; run `python -m build runtime`")
        files[f"onnxruntime/web/{name}"] = path.read_bytes()
    return files


def bundle(root: Path) -> bytes:
    """The engine's modules as one, by esbuild."""
    program = root / "node_modules" / "esbuild" / "bin" / "esbuild"
    if not program.exists():
        raise BuildError("esbuild is not there yet; run `npm ci`")
    options = ["--bundle", "--format=esm", "--target=es2022", "--charset=utf8", "--log-level=error"]
    done = subprocess.run(
        [str(program), str(SCRIPTS / "standalone.js"), *options], cwd=root, capture_output=True, check=False
    )
    if done.returncode != 0:
        raise BuildError(f"esbuild could not bundle the engine: {done.stderr.decode().strip().splitlines()[0]}")
    return done.stdout
