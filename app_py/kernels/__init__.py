"""The painter's own engine, seen from Python: an ONNX file of the style family becomes a plan that the kernels run.

The kernels themselves are C++ (`build/kernels/`); the way in is `docs/design/own-engine.md`.
"""

from app_py.onnxruntime.planning import Planner, register


def _load() -> Planner:
    from app_py.kernels.plan import KernelPlan

    return KernelPlan


register("kernels", _load)
