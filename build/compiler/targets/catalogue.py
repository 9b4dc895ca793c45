"""The targets by name: `<engine>-<version>:<backend>`, or without a backend for all of an engine's backends at once.

The painter's own engine is of the version that stands beside the command: `kernels:wasm`.
"""

from app_py.onnxruntime import engines
from build.common.errors import BuildError
from build.compiler.rules.norms.softmax_over_rest import SoftmaxOverRest
from build.compiler.targets.kernels import HIGHEST_OPSET, ask_planner, kernels_operators
from build.compiler.targets.operators import Operators, load_operators
from build.compiler.targets.steps import kernels_stages, onnxjs_stages, ort_stages
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


def _common(*tables: Operators) -> Operators:
    """What every one of several tables has, in the version ranges that all of them share."""
    first, *others = tables
    shared = {
        name: set(ranges).intersection(*(other.get(name, ()) for other in others)) for name, ranges in first.items()
    }
    return {name: tuple(sorted(ranges, key=str)) for name, ranges in shared.items() if ranges}


def _onnxjs(version: str, backends: tuple[str, ...], bugs: tuple[KnownBug, ...]) -> Target:
    suffix = f":{backends[0]}" if len(backends) == 1 else ""
    operators = _common(*(load_operators(f"onnxjs-{version}", backend) for backend in backends))
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


def _ort(name: str, engine: str, version: str, table: str, backends: tuple[str, ...]) -> Target:
    operators = _common(*(load_operators(table, backend) for backend in backends))
    return Target(
        name=name,
        engine=engine,
        version=version,
        backends=backends,
        opset=None,
        highest_opset=max(versions.first for ranges in operators.values() for versions in ranges),
        ir_version=10,
        operators=operators,
        stages=ort_stages(SoftmaxOverRest()) if "webgpu" in backends else ort_stages(),
        half_weights=True,
    )


def _kernels() -> Target:
    return Target(
        name="kernels:wasm",
        engine="kernels",
        version=engines.get("kernels:wasm").version,
        backends=("wasm",),
        opset=None,
        highest_opset=HIGHEST_OPSET,
        ir_version=10,
        operators=kernels_operators(),
        stages=kernels_stages(),
        half_weights=True,
        ask=ask_planner,
    )


_ALL = (
    _onnxjs("0.1.8", ("webgl", "wasm", "cpu"), (POW, RESHAPED, ODD_PICTURE, SEVERAL_PICTURES, FALLBACK)),
    _onnxjs("0.1.8", ("webgl",), (POW, RESHAPED, ODD_PICTURE)),
    _onnxjs("0.1.8", ("wasm",), (FALLBACK, SEVERAL_NORMALIZED)),
    _onnxjs("0.1.8", ("cpu",), (SEVERAL_PICTURES,)),
    _onnxjs("0.1.5", ("webgl",), (POW, USER_AGENT, FIXED_SIZE)),
    _onnxjs("0.1.5", ("cpu",), (FIXED_SIZE,)),
    _onnxjs("0.1.3", ("webgl",), (POW, TWICE, USER_AGENT, FIXED_SIZE)),
    _ort("onnxruntime-web-1.30:wasm", "onnxruntime-web", "1.30", "onnxruntime-web-1.30", ("wasm",)),
    _ort("onnxruntime-web-1.30:webgpu", "onnxruntime-web", "1.30", "onnxruntime-web-1.30", ("webgpu",)),
    _ort("onnxruntime", "onnxruntime", "1", "onnxruntime", ("cpu",)),
    _kernels(),
)
TARGETS: dict[str, Target] = {target.name: target for target in _ALL}

# The file that ships: one that every backend of the pinned ONNX.js runs, and onnxruntime-web as well.
SHIPPED = "onnxjs-0.1.8"


def find_target(name: str) -> Target:
    """The target of that name, else a `BuildError` that lists them."""
    target = TARGETS.get(name)
    if target is None:
        raise BuildError(f"there is no target {name!r}; known are {', '.join(TARGETS)}")
    return target
