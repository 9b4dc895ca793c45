"""What every lowering starts with: one flat graph in which all that can be known beforehand is known."""

from collections.abc import Mapping

import onnx
import onnx_ir as ir
from onnx_ir.passes import common
from onnxscript.optimizer import fold_constants

from build.compiler.passes.applied import Applied
from build.compiler.passes.identities import drop_identities
from build.compiler.passes.quiet import quiet

# Folded tensors may be as large as weights: some files keep theirs as ConstantOfShape.
FOLD_LIMIT = 1 << 30


def inline_functions(model: ir.Model) -> Applied:
    """Calls of the model's own functions -> their bodies."""
    count = len(model.functions)
    if count:
        common.InlinePass()(model)
    return Applied.times(count)


def initializers_from_inputs(model: ir.Model) -> Applied:
    """Initializers are no inputs any more (before IR 4 they had to be)."""
    before = len(model.graph.inputs)
    common.RemoveInitializersFromInputsPass()(model)
    return Applied.times(before - len(model.graph.inputs))


def fix_size(model: ir.Model, sides: Mapping[str, tuple[int | None, ...]]) -> None:
    """Give the graph's inputs these sides, by name; None leaves one open. What follows from them is inferred again."""
    if not sides:
        return
    turned = False
    for value in model.graph.inputs:
        if str(value.name) in sides:
            given = sides[str(value.name)]
            same = value.shape is not None and len(value.shape) == len(given)
            turned |= value.shape is not None and not same
            own = list(value.shape) if same and value.shape is not None else [None] * len(given)
            value.shape = ir.Shape([old if new is None else new for old, new in zip(own, given, strict=True)])
    for node in model.graph.all_nodes():
        for value in node.outputs:
            if value.is_graph_output() and node.graph is model.graph and value.shape is not None and not turned:
                # A graph's outputs must declare how many axes they have.
                value.shape = ir.Shape([None] * len(value.shape))
            else:
                value.shape = None


def infer_shapes(model: ir.Model) -> Applied:
    """Annotate values with types and shapes, as far as onnx can tell."""
    with quiet():
        return Applied(common.ShapeInferencePass(data_prop=True)(model).modified)


def fold(model: ir.Model) -> Applied:
    """Everything that depends on constants and known shapes alone is computed now.

    A size that was computed gives the next shapes, so the two take turns until nothing more goes.
    """
    start, before = len(model.graph), _computing(model)
    while True:
        with quiet():
            _fold_once(model)
        if _computing(model) == before:
            return Applied.times(start - len(model.graph))
        before = _computing(model)
        infer_shapes(model)


def _computing(model: ir.Model) -> int:
    """How many nodes are no constants: a Shape that becomes one leaves as many nodes as there were."""
    return sum(node.op_type != "Constant" for node in model.graph)


def _fold_once(model: ir.Model) -> None:
    notes = {value.name: node.metadata_props for node in model.graph for value in node.outputs}
    fold_constants(model, onnx_shape_inference=False, input_size_limit=FOLD_LIMIT, output_size_limit=FOLD_LIMIT)
    drop_identities(model)
    common.RemoveUnusedNodesPass()(model)
    for node in model.graph:
        # What takes a node's place comes under the same name, and without the notes of where that came from.
        if not node.metadata_props:
            node.metadata_props.update(notes.get(node.outputs[0].name, {}))
        _to_tensor(node)


def _to_tensor(node: ir.Node) -> None:
    """A Constant of `value_ints` -> one of `value`, which is all that shape inference reads below opset 12."""
    if node.op_type == "Constant" and "value_ints" in node.attributes:
        numbers = node.attributes.pop("value_ints").as_ints()
        node.attributes.add(ir.AttrTensor("value", ir.tensor(list(numbers), dtype=ir.DataType.INT64)))


def declared_opset(model: ir.Model) -> int:
    """The version of the standard operator set that the model imports."""
    return model.graph.opset_imports.get("", onnx.defs.onnx_opset_version())
