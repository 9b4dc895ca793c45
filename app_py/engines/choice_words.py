"""Why this engine? In sentences for people."""

from collections.abc import Sequence

from app_py.engines.choice import Considered
from app_py.inference.providers import AUTO
from app_py.models.manifest import ModelSpec

NAMES = {
    "ort:wasm": "WebAssembly",
    "ort:webgpu": "WebGPU",
    "onnxjs:webgl": "WebGL",
    "onnxjs:wasm": "ONNX.js's WebAssembly",
    "onnxjs:cpu": "ONNX.js's JavaScript",
}
"""What people call the engines."""

GRAPHICS = ("onnxjs:webgl", "ort:webgpu")


def explain(asked: ModelSpec, best: Considered, table: Sequence[Considered], requested: str) -> tuple[str, ...]:
    """The reasons for choosing `best` out of `table` for the model `asked`, the weightiest first."""
    using = NAMES[best.provider]
    reasons = []
    if best.spec != asked:
        reasons.append(
            f"This device's {using} computes wrong pixels for reflect padding; "
            "using the style's variant with zero padding."
        )
    reasons += [_failure(entry, using) for entry in table if entry.status in ("wrong", "crashed", "late")]
    if requested == best.provider:
        reasons.append(f"{using} was chosen by hand.")
    elif requested != AUTO:
        reasons += [
            f"{entry.why} Using {using}."
            for entry in table
            if (entry.provider, entry.status) == (requested, "unusable")
        ]
    elif not reasons:
        reasons += _comparison(best, table)
    return tuple(reasons)


def _failure(entry: Considered, using: str) -> str:
    name = NAMES[entry.provider]
    if entry.status == "late":
        return f"{name} was not ready in time; using {using}."
    if entry.status == "crashed":
        return f"{name} does not run on this device; using {using}."
    padding = " for reflect padding" if entry.spec.padding == "reflect" else ""
    return f"This device's {name} computes wrong pixels{padding}; using {using}."


def _comparison(best: Considered, table: Sequence[Considered]) -> list[str]:
    """What speaks for the best engine when the choice is automatic."""
    slower = [entry for entry in table if entry.right and entry.provider != best.provider]
    if slower:
        times = ", ".join(f"{NAMES[entry.provider]} {_duration(entry.predicted_ms)}" for entry in slower)
        return [f"{NAMES[best.provider]} is the fastest here: {_duration(best.predicted_ms)} for this size; {times}."]
    if any(entry.status == "unneeded" for entry in table):
        return [f"{NAMES[best.provider]} needs only {_duration(best.predicted_ms)} for this size."]
    # Why not the graphics processor, which people expect to be used
    against = [entry.why for entry in table if entry.provider in GRAPHICS and entry.status in ("untried", "unusable")]
    return [*against, f"{NAMES[best.provider]} is the fastest engine that this leaves."] if against else []


def _duration(milliseconds: float) -> str:
    return f"about {milliseconds / 1000:.1f} s" if milliseconds >= 950 else f"about {milliseconds:.0f} ms"
