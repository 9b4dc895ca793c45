"""C++ to WebAssembly by the clang in PyPI's `ziglang`: the same sources give the same bytes."""

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from build.common.errors import BuildError
from build.common.files import sha256_of

SOURCES = Path(__file__).parent / "src"

CPU = "generic+simd128+bulk_memory+nontrapping_fptoint+sign_ext"
OPTIONS = (
    *("-target", "wasm32-freestanding", "-std=c++20", "-O3", "-g0", "-Wall", "-Wextra", "-Werror"),
    *("-fno-exceptions", "-fno-rtti", "-nostdlib", "-Wl,--no-entry", "-Wl,-z,stack-size=65536", "-Wl,-s"),
)


def fingerprint() -> str:
    """The sha256 of everything that compiled files are made from: equal fingerprints, equal files."""
    inputs = [*sorted(SOURCES.iterdir()), *sorted(Path(__file__).parent.glob("*.py"))]
    lines = [f"{path.name} {sha256_of(path.read_bytes())}" for path in inputs]
    return sha256_of("\n".join([*lines, f"ziglang {_compiler()}"]).encode())


def compile_cpp(source: str, options: Sequence[str], cpu: str = "") -> bytes:
    """The WebAssembly of a file of `src/`; `BuildError` with the compiler's words where it fails.

    `cpu` adds features to plain SIMD, such as "+atomics".
    """
    _compiler()
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "compiled.wasm"
        clang = [sys.executable, "-m", "ziglang", "c++", *OPTIONS, f"-mcpu={CPU}{cpu}"]
        done = subprocess.run(
            [*clang, *options, source, "-o", str(target)],
            cwd=SOURCES,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0 or not target.is_file():
            errors = [line for line in done.stderr.splitlines() if "error" in line] or done.stderr.splitlines()
            raise BuildError(f"{source} did not compile: {(errors or ['no message'])[0]}")
        return target.read_bytes()


def _compiler() -> str:
    try:
        return version("ziglang")
    except PackageNotFoundError as error:
        raise BuildError("ziglang is not installed; run: pip install -r requirements.txt") from error
