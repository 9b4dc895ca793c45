"""`src/steady.cpp` compiled to WebAssembly by the clang in PyPI's `ziglang`: the same source gives the same bytes."""

import subprocess
import sys
import tempfile
from pathlib import Path

from build.common.errors import BuildError
from build.common.files import sha256_of

SOURCE = Path(__file__).parent / "src" / "steady.cpp"

OPTIONS = (
    *("-target", "wasm32-freestanding", "-mcpu=generic+simd128+bulk_memory+nontrapping_fptoint+sign_ext"),
    *("-std=c++20", "-O3", "-g0", "-Wall", "-Wextra", "-Werror", "-fno-exceptions", "-fno-rtti", "-nostdlib"),
    # Fused multiply-adds would give other bits than numpy; calls to a memcpy that is not there would not link.
    *("-ffp-contract=off", "-mbulk-memory"),
    *("-Wl,--no-entry", "-Wl,-z,stack-size=65536", "-Wl,-s"),
)


def fingerprint() -> str:
    """The sha256 of everything that the file is made from: equal fingerprints, equal files."""
    return sha256_of(b"".join(path.read_bytes() for path in (SOURCE, Path(__file__))))


def compile_steady() -> bytes:
    """The bytes of `steady.wasm`; `BuildError` with the compiler's words where it fails."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "steady.wasm"
        command = [sys.executable, "-m", "ziglang", "c++", *OPTIONS, SOURCE.name, "-o", str(target)]
        done = subprocess.run(
            command, cwd=SOURCE.parent, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if done.returncode != 0 or not target.is_file():
            errors = [line for line in done.stderr.splitlines() if "error" in line] or done.stderr.splitlines()
            raise BuildError(
                f"{SOURCE.name} did not compile: {(errors or ['no message'])[0]} "
                "(is ziglang installed? pip install -r requirements.txt)"
            )
        return target.read_bytes()
