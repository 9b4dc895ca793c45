"""`src/steady.cpp` compiled to WebAssembly."""

from build.kernels.clang import compile_cpp

# Fused multiply-adds would give other bits than numpy; calls to a memcpy that is not there would not link.
OPTIONS = ("-ffp-contract=off", "-mbulk-memory")


def compile_steady() -> bytes:
    """The bytes of `steady.wasm`."""
    return compile_cpp("steady.cpp", OPTIONS)
