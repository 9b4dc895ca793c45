"""The targets by name: `<engine>-<version>:<backend>`, or without a backend for all of an engine's backends at once."""

from build.errors import BuildError
from build.targets.operators import Operators, load_operators
from build.targets.steps import ONNXJS_STEPS
from build.targets.target import Target


def _common(*tables: Operators) -> Operators:
    """What every one of several tables has, with the versions of the first that all of them share."""
    first, *others = tables
    return {
        name: kept
        for name, ranges in first.items()
        if (kept := tuple(r for r in ranges if all(r in other.get(name, ()) for other in others)))
    }


def _onnxjs(version: str, backends: tuple[str, ...]) -> Target:
    suffix = f":{backends[0]}" if len(backends) == 1 else ""
    return Target(
        name=f"onnxjs-{version}{suffix}",
        engine="onnxjs",
        version=version,
        backends=backends,
        opset=7,
        ir_version=4,
        operators=_common(*(load_operators(f"onnxjs-{version}", backend) for backend in backends)),
        steps=ONNXJS_STEPS,
    )


_ALL = (
    _onnxjs("0.1.8", ("webgl", "wasm", "cpu")),
    _onnxjs("0.1.8", ("webgl",)),
    _onnxjs("0.1.8", ("wasm",)),
    _onnxjs("0.1.8", ("cpu",)),
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
