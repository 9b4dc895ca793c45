"""The steps per kind of target, in their order, with the reason for it."""

from collections.abc import Collection
from typing import Any

from build.compiler.passes.cleanup import lift_constants, remove_unused, strip
from build.compiler.passes.default_attributes import drop_unknown_defaults
from build.compiler.passes.distinct_inputs import distinct_inputs
from build.compiler.passes.function_bodies import expand_functions
from build.compiler.passes.identities import drop_identities
from build.compiler.passes.last_arg_max import last_arg_max
from build.compiler.passes.made_outputs import made_outputs
from build.compiler.passes.prepare import fold, infer_shapes, initializers_from_inputs, inline_functions
from build.compiler.passes.unread_outputs import unread_outputs
from build.compiler.passes.unshare_conv_weights import unshare_conv_weights
from build.compiler.passes.views_of_copies import views_of_copies
from build.compiler.passes.whole_number_inputs import whole_number_inputs
from build.compiler.passes.widen_floats import widen_floats
from build.compiler.rules.base import LoweringRule
from build.compiler.rules.convolutions.grouped_conv_to_dense import GroupedConvToDense
from build.compiler.rules.convolutions.large_conv_to_lines import LargeConvToLines
from build.compiler.rules.elementwise.drop_dropout import DropDropout
from build.compiler.rules.elementwise.sum_to_adds import SumToAdds
from build.compiler.rules.norms.batch_norm_of_batch import BatchNormOfBatch
from build.compiler.rules.norms.batch_norm_to_product import BatchNormToProduct
from build.compiler.rules.norms.group_norm_by_channels import GroupedInstanceNorm, GroupNormByChannels
from build.compiler.rules.norms.instance_norm_to_reductions import (
    FlatInstanceNormToReductions,
)
from build.compiler.rules.pads.reflect_pad_without_ones import ReflectPadWithoutOnes
from build.compiler.rules.shapes.constant_of_shape import ConstantOfShapeToConstant
from build.compiler.rules.shapes.gather_one_as_many import GatherOneAsMany
from build.compiler.targets.onnxjs_rules import onnxjs_rules
from build.compiler.targets.target import Stages, Step

# The name of the step that is taken once more before what is left is looked at.
LIFT = "lift-constants"

ONE_GRAPH: tuple[Step, ...] = (
    Step("inline-functions", "first: rules look at nodes, not into calls", graph_pass=inline_functions),
    Step(
        "initializers-from-inputs",
        "before folding: a weight that is an input counts as unknown",
        graph_pass=initializers_from_inputs,
    ),
)
KNOWN_BEFOREHAND: tuple[Step, ...] = (
    Step("infer-shapes", "before folding: shape arithmetic folds where shapes are known", graph_pass=infer_shapes),
    Step("fold", "before the rules: most of them need their parameters as constants", graph_pass=fold),
    Step("unread-outputs", "after folding, which may leave an output unread", graph_pass=unread_outputs),
)
PREPARE = (*ONE_GRAPH, *KNOWN_BEFOREHAND)
PREPARE_FLOATS = (
    *ONE_GRAPH,
    Step("widen-floats", "before types are inferred, which follow from it", graph_pass=widen_floats),
    *KNOWN_BEFOREHAND,
    Step("whole-number-inputs", "after folding, which tells shapes apart from numbers", graph_pass=whole_number_inputs),
)

CONSTANTS: tuple[Step, ...] = (
    Step("constant-of-shape", "after folding, which gives it its shape", (ConstantOfShapeToConstant(),)),
    Step("fold-again", "what waited for such a constant", graph_pass=fold),
)

REMOVE_UNUSED = Step(
    "remove-unused", "after the rules, which leave their matched nodes behind", graph_pass=remove_unused
)

FINISH: tuple[Step, ...] = (
    Step(LIFT, "after the rules, which leave Constant nodes behind", graph_pass=lift_constants),
    Step("strip", "late: earlier steps read shapes and metadata", graph_pass=strip),
)

BY_BATCH = Step("by-batch", "first: what normalizes by the batch has another meaning", (BatchNormOfBatch(),))


def ort_stages(*rules: LoweringRule[Any]) -> Stages:
    """The steps for onnxruntime, with `rules` for what a backend of it does not run."""
    forms = (Step("forms", "after folding: parameters are constants", rules),) if rules else ()
    return Stages(PREPARE, (BY_BATCH, *forms, REMOVE_UNUSED), FINISH)


def kernels_stages() -> Stages:
    """The steps for the painter's own engine: what means the same as something of the style family becomes that."""
    forms = (
        *CONSTANTS,
        BY_BATCH,
        Step("drop", "early: what does nothing should not be lowered", (DropDropout(),)),
        Step("batch-norm", "after folding: with its numbers known it scales and shifts", (BatchNormToProduct(),)),
        Step("sums", "the planner adds two tensors at a time", (SumToAdds("Sum"),)),
        Step("dense", "the kernels know no groups", (GroupedConvToDense(depthwise_works=False),)),
    )
    return Stages(PREPARE, (*forms, REMOVE_UNUSED), FINISH)


def onnxjs_stages(
    supported: Collection[str], opset: int, *, textures: bool, distinct: bool, groups: bool, views: bool
) -> Stages:
    """The steps for one version and backend of ONNX.js, which has the operators `supported`.

    `textures` is for backends that keep tensors in textures and compute with shaders, `distinct` for versions that
    must not see one value twice among the inputs of a node, `groups` for those that compute no Conv in groups right,
    not even a depthwise one, `views` for those in which a Reshape changes the shape of what it reads, too.
    """
    rules = onnxjs_rules(supported)
    groups_of_channels = Step(
        "group-norm",
        "before definitions are written out, which reshape to sides that are not known",
        (GroupNormByChannels(), GroupedInstanceNorm()),
    )
    arg_max = Step(
        "last-arg-max", "before reductions are rewritten, since it makes some", graph_pass=last_arg_max(supported)
    )
    owned = {rule.op_type for step in rules for rule in step.rules}
    definitions = Step(
        "function-bodies",
        "before the rules, which then work on what definitions are made of; operators with a rule keep it",
        graph_pass=expand_functions({*supported, *owned}),
    )
    late = [
        Step("drop-identities", "after the rules, which leave some where nothing is to do", graph_pass=drop_identities),
        Step("default-attributes", "after the rules that read them", graph_pass=drop_unknown_defaults(opset)),
    ]
    dense = GroupedConvToDense(depthwise_works=not groups)
    if textures:
        late = [
            Step("flat-instance-norm", "after the rules that make some", (FlatInstanceNormToReductions(),)),
            Step("gather-one", "after shapes, whose sides are gathered, were folded", (GatherOneAsMany(),)),
            Step("large-conv-to-lines", "after groups are gone, which it refuses", (LargeConvToLines(),)),
            Step("reflect-pad-without-ones", "after Pad has its attributes", (ReflectPadWithoutOnes(),)),
            *late,
        ]
    if textures or groups:
        late = [Step("grouped-conv-to-dense", "after the rules that make convolutions", (dense,)), *late]
    if distinct:
        late.append(Step("distinct-inputs", "after all rules: any may use a value twice", graph_pass=distinct_inputs))
    late.append(REMOVE_UNUSED)
    late.append(Step("made-outputs", "after all that is idle went, and before uses count", graph_pass=made_outputs))
    last: list[Step] = []
    if views:
        last.append(
            Step(
                "views-of-copies", "after all that is unused went, whose uses do not count", graph_pass=views_of_copies
            )
        )
    last += FINISH
    if textures:
        last.append(
            Step(
                "own-kernels",
                "after constants were lifted, where equal ones become one",
                graph_pass=unshare_conv_weights,
            )
        )
    return Stages(
        PREPARE_FLOATS, (*CONSTANTS, BY_BATCH, groups_of_channels, arg_max, definitions, *rules, *late), tuple(last)
    )
