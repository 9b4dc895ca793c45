"""`src/engine.cpp` compiled to WebAssembly: the kernels of the style networks.

Four files, of which the page loads the one that fits: with and without relaxed SIMD (fused multiply-add), with and
without threads over shared memory.
"""

from build.kernels.clang import compile_cpp

VARIANTS = {
    "simd": (),
    "relaxed": ("relaxed",),
    "simd-threads": ("threads",),
    "relaxed-threads": ("relaxed", "threads"),
}
"""File name without its ending -> what it needs besides plain SIMD."""

MOST_MEMORY = 2**32 - 2**16

OPTIONS = (
    *("-fno-builtin", "-ffp-contract=off", "-Wl,--import-memory"),
    *("-Wl,--export=__stack_pointer", "-Wl,--export=__heap_base"),
)
_FEATURES = {
    "relaxed": ("+relaxed_simd", ("-DRELAXED",)),
    "threads": ("+atomics", ("-DTHREADS", "-Wl,--shared-memory", f"-Wl,--max-memory={MOST_MEMORY}")),
}


def compile_variant(name: str, placement: int = 0) -> bytes:
    """The bytes of one variant; `placement` stores of no meaning lie before all other code (`build bench`)."""
    features = [_FEATURES[feature] for feature in VARIANTS[name]]
    cpu = "".join(flag for flag, _ in features)
    more = [option for _, options in features for option in options]
    more += [f"-DPLACEMENT={placement}"] if placement else []
    return compile_cpp("engine.cpp", [*OPTIONS, *more], cpu)
