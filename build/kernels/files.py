"""All WebAssembly of our own, by its path in `www/vendor/`."""

from concurrent.futures import ThreadPoolExecutor

from build.kernels.compile import VARIANTS, compile_variant
from build.kernels.steady import compile_steady

PATHS = (*(f"kernels/{name}.wasm" for name in VARIANTS), "steady/steady.wasm")


def compile_all() -> dict[str, bytes]:
    """Path -> bytes."""
    with ThreadPoolExecutor(2) as pool:
        kernels = list(pool.map(compile_variant, VARIANTS))
    return dict(zip(PATHS, (*kernels, compile_steady()), strict=True))
