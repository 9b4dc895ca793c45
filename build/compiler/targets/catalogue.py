"""The targets by name: `<engine>-<version>:<backend>`, or without a backend for all of an engine's backends at once.

The painter's own engine is of the version that stands beside the command: `kernels:wasm`.
"""

from app_py.onnxruntime import engines
from build.common.errors import BuildError
from build.compiler.rules.norms.softmax_over_rest import SoftmaxOverRest
from build.compiler.targets.kernels import HIGHEST_OPSET, ask_planner, kernels_operators
from build.compiler.targets.onnxjs import ONNXJS
from build.compiler.targets.operators import common_operators, load_operators
from build.compiler.targets.steps import kernels_stages, ort_stages
from build.compiler.targets.target import Target


def _ort(name: str, engine: str, version: str, table: str, backends: tuple[str, ...]) -> Target:
    operators = common_operators(*(load_operators(table, backend) for backend in backends))
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
    *ONNXJS,
    _ort("onnxruntime-web-1.30:wasm", "onnxruntime-web", "1.30", "onnxruntime-web-1.30", ("wasm",)),
    _ort("onnxruntime-web-1.30:webgpu", "onnxruntime-web", "1.30", "onnxruntime-web-1.30", ("webgpu",)),
    _ort("onnxruntime", "onnxruntime", "1", "onnxruntime", ("cpu",)),
    _kernels(),
)
TARGETS: dict[str, Target] = {target.name: target for target in _ALL}


def find_target(name: str) -> Target:
    """The target of that name, else a `BuildError` that lists them."""
    target = TARGETS.get(name)
    if target is None:
        raise BuildError(f"there is no target {name!r}; known are {', '.join(TARGETS)}")
    return target
