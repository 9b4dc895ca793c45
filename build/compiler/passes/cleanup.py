"""Steps that are no pattern but a pass over the whole graph: constants, names, metadata, what nobody uses."""

import onnx_ir as ir
from onnx_ir.passes import common


def lift_constants(model: ir.Model) -> int:
    """Constant nodes -> initializers, equal small ones only once. Returns how many nodes went."""
    before = len(model.graph)
    common.LiftConstantsToInitializersPass(lift_all_constants=True, size_limit=0)(model)
    common.DeduplicateInitializersPass(size_limit=1024)(model)
    return before - len(model.graph)


def drop_identities(model: ir.Model) -> int:
    """Identity nodes -> gone, except between an input and an output. Returns how many went."""
    before = len(model.graph)
    common.IdentityEliminationPass()(model)
    return before - len(model.graph)


def remove_unused(model: ir.Model) -> int:
    """Nodes, initializers and operator sets that no output depends on. Returns how many nodes went."""
    before = len(model.graph)
    common.RemoveUnusedNodesPass()(model)
    common.RemoveUnusedOpsetsPass()(model)
    return before - len(model.graph)


def strip(model: ir.Model) -> int:
    """Drop inner shapes, documentation and metadata (torch's exporter records source lines and paths)."""
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
    return 0
