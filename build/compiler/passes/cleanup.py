"""Steps that are no pattern but a pass over the whole graph: constants, names, metadata, what nobody uses."""

import onnx_ir as ir
from onnx_ir.passes import common

from build.compiler.passes.applied import Applied


def lift_constants(model: ir.Model) -> Applied:
    """Constant nodes -> initializers, equal small ones only once."""
    before = len(model.graph)
    common.LiftConstantsToInitializersPass(lift_all_constants=True, size_limit=0)(model)
    merged = common.DeduplicateInitializersPass(size_limit=1024)(model).modified
    went = before - len(model.graph)
    return Applied(merged or went > 0, went)


def remove_unused(model: ir.Model) -> Applied:
    """Nodes, initializers and operator sets that no output depends on."""
    before = len(model.graph)
    modified = common.RemoveUnusedNodesPass()(model).modified
    modified |= common.RemoveUnusedOpsetsPass()(model).modified
    return Applied(bool(modified), before - len(model.graph))


def strip(model: ir.Model) -> Applied:
    """Drop inner shapes, documentation and metadata (torch's exporter records source lines and paths)."""
    before = _annotations(model)
    common.ClearMetadataAndDocStringPass()(model)
    model.producer_name, model.producer_version = "python -m build", None
    model.domain = model.doc_string = None
    for value in (*model.graph.inputs, *model.graph.outputs, *model.graph.initializers.values()):
        value.metadata_props.clear()
        value.doc_string = None
    for node in model.graph:
        for value in node.outputs:
            value.metadata_props.clear()
            if not value.is_graph_output():
                value.shape = value.type = None
    return Applied(_annotations(model) != before)


def _annotations(model: ir.Model) -> tuple[object, ...]:
    """What `strip` takes away, to tell whether there was any."""
    values = [value for node in model.graph for value in node.outputs if not value.is_graph_output()]
    noted = sum(value.shape is not None or value.type is not None for value in values)
    notes = sum(bool(node.metadata_props) or node.doc_string is not None for node in model.graph)
    return model.producer_name, model.producer_version, model.domain, model.doc_string, noted, notes
