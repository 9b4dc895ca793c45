"""ONNX.js as a target, in the versions that pages use: what each backend runs and gets wrong; the file that ships."""

from build.compiler.targets.operators import common_operators, load_operators
from build.compiler.targets.steps import onnxjs_stages
from build.compiler.targets.target import KnownBug, Target

POW = KnownBug(
    "webgl: Pow is GLSL's pow, undefined for negative numbers (NaN on common GPUs)",
    "small exponents become products",
    ("Pow",),
)
RESHAPED = KnownBug(
    "webgl: graphs that normalize by Reshape, Concat and ReduceMean gave wrong pictures (the predecessor's files)",
    "InstanceNormalization, Pad and Upsample stay single nodes; compare the output in the browser",
    ("Reshape", "Concat", "ReduceMean"),
)
ODD_PICTURE = KnownBug(
    "webgl: a reflecting Pad of one picture is wrong where height, width and channels are all odd (its shader divides"
    " by zero)",
    "where --size fixes the sides, the batch's axis is squeezed away; with open sides, give pictures of even sides",
    ("Pad",),
)
SEVERAL_PICTURES = KnownBug(
    "cpu: a Conv of several pictures at once is wrong for all but the first", "give one picture at a time", ("Conv",)
)
SEVERAL_NORMALIZED = KnownBug(
    "wasm: an LRN of several pictures at once is wrong for all but the first", "give one picture at a time", ("LRN",)
)
FALLBACK = KnownBug(
    "wasm: Pad runs as slow JavaScript on the cpu backend", "zero padding goes into Conv's own pads", ("Pad",)
)
TWICE = KnownBug(
    "a node that names one value twice fails (microsoft/onnxjs#53)", "the second use gets a product with one"
)
FIXED_SIZE = KnownBug(
    "sides that are not numbers are read as 0, so a file works at one size", "lowering asks for --size"
)
USER_AGENT = KnownBug(
    "webgl: how floats are read back is decided by the user agent; Safari and HeadlessChrome get a black picture",
    "none in the file; use 0.1.6 or later",
)

ONNXJS_OPSET = 7


def _onnxjs(version: str, backends: tuple[str, ...], bugs: tuple[KnownBug, ...]) -> Target:
    suffix = f":{backends[0]}" if len(backends) == 1 else ""
    operators = common_operators(*(load_operators(f"onnxjs-{version}", backend) for backend in backends))
    old = version != "0.1.8"
    return Target(
        name=f"onnxjs-{version}{suffix}",
        engine="onnxjs",
        version=version,
        backends=backends,
        opset=ONNXJS_OPSET,
        # Opset 13 gave Squeeze, Unsqueeze, Softmax and ReduceSum other inputs or meanings, which ONNX.js never learned.
        highest_opset=9 if old else 12,
        # Older versions look for every initializer among the inputs, and 0.1.3 takes IR version 3 alone.
        ir_version=3 if old else 4,
        operators=operators,
        stages=onnxjs_stages(
            operators,
            ONNXJS_OPSET,
            textures="webgl" in backends,
            distinct=version == "0.1.3",
            groups=old,
            views="webgl" in backends and not old,
        ),
        symbolic=not old,
        removed_by_engine=("Constant", "Identity"),
        initializers_as_inputs=old,
        known_bugs=bugs,
    )


ONNXJS = (
    _onnxjs("0.1.8", ("webgl", "wasm", "cpu"), (POW, RESHAPED, ODD_PICTURE, SEVERAL_PICTURES, FALLBACK)),
    _onnxjs("0.1.8", ("webgl",), (POW, RESHAPED, ODD_PICTURE)),
    _onnxjs("0.1.8", ("wasm",), (FALLBACK, SEVERAL_NORMALIZED)),
    _onnxjs("0.1.8", ("cpu",), (SEVERAL_PICTURES,)),
    _onnxjs("0.1.5", ("webgl",), (POW, USER_AGENT, FIXED_SIZE)),
    _onnxjs("0.1.5", ("cpu",), (FIXED_SIZE,)),
    _onnxjs("0.1.3", ("webgl",), (POW, TWICE, USER_AGENT, FIXED_SIZE)),
)

SHIPPED = ONNXJS[0]
"""The file that ships: one that every backend of the pinned ONNX.js runs, and onnxruntime-web as well."""
