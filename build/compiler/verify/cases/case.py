"""What a rule's test graph is, and how its text is put together."""

from dataclasses import dataclass

import onnx
import onnx_ir as ir

WEBGL, CPU = "onnxjs-0.1.8:webgl", "onnxjs-0.1.8:cpu"
WEBGPU = "onnxruntime-web-1.30:webgpu"
OLD_WEBGL, OLD_CPU, OLDEST = "onnxjs-0.1.5:webgl", "onnxjs-0.1.5:cpu", "onnxjs-0.1.3:webgl"


@dataclass(frozen=True)
class Case:
    """`graph` is ONNX's textual syntax; `step` must change something `count` times when lowering for `target`."""

    name: str
    target: str
    step: str
    count: int
    graph: str

    def model(self) -> ir.Model:
        """The source graph."""
        return ir.from_proto(onnx.parser.parse_model(self.graph))


def graph(opset: int, inputs: str, outputs: str, body: str) -> str:
    return f'<ir_version: 8, opset_import: ["" : {opset}]> g ({inputs}) => ({outputs}) {{ {body} }}'


def unary(opset: int, shape: str, out: str, body: str) -> str:
    return graph(opset, f"float[{shape}] x", f"float[{out}] y", body)


def floats(count: int) -> str:
    """Numbers from -0.9 to 0.9 that do not repeat with the sides of a kernel."""
    return ",".join(f"{k % 19 / 10 - 0.9:.1f}" for k in range(count))


KERNEL = "w = Constant <value = float[2,3,1,1] {0.5, -1.0, 0.25, 1.5, -0.5, 0.75}> ()"
