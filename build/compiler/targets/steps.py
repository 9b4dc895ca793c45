"""The steps per kind of target, in their order, with the reason for it."""

from collections.abc import Collection
from typing import Any

from build.compiler.passes.cleanup import lift_constants, remove_unused, strip
from build.compiler.passes.default_attributes import drop_unknown_defaults
from build.compiler.passes.distinct_inputs import distinct_inputs
from build.compiler.passes.function_bodies import expand_functions
from build.compiler.passes.identities import drop_identities
from build.compiler.passes.made_outputs import made_outputs
from build.compiler.passes.prepare import fold, infer_shapes, initializers_from_inputs, inline_functions
from build.compiler.passes.unread_outputs import unread_outputs
from build.compiler.passes.unshare_conv_weights import unshare_conv_weights
from build.compiler.passes.views_of_copies import views_of_copies
from build.compiler.rules.attributes.auto_pad_to_pads import SLIDING, AutoPadToPads
from build.compiler.rules.attributes.axes_to_attribute import AxesToAttribute
from build.compiler.rules.attributes.axis_from_front import COUNTING, AxisFromFront
from build.compiler.rules.attributes.clip_to_attributes import ClipToAttributes
from build.compiler.rules.attributes.gemm_with_bias import GemmWithBias
from build.compiler.rules.attributes.pad_to_attributes import PadToAttributes
from build.compiler.rules.attributes.reduce_axes_to_attribute import ReduceAxesToAttribute
from build.compiler.rules.attributes.reshape_allowzero import ReshapeAllowZero
from build.compiler.rules.attributes.slice_to_attributes import SliceToAttributes
from build.compiler.rules.attributes.split_to_attribute import SplitToAttribute
from build.compiler.rules.attributes.upsample_to_attribute import UpsampleToAttribute
from build.compiler.rules.base import LoweringRule
from build.compiler.rules.convolutions.conv_transpose_to_conv import ConvTransposeToConv
from build.compiler.rules.convolutions.grouped_conv_to_dense import GroupedConvToDense
from build.compiler.rules.convolutions.large_conv_to_lines import LargeConvToLines
from build.compiler.rules.convolutions.zero_pad_into_conv import ZeroPadIntoConv
from build.compiler.rules.elementwise.clip_to_relus import ClipToRelus
from build.compiler.rules.elementwise.drop_dropout import DropDropout
from build.compiler.rules.elementwise.equal_to_comparisons import EqualToComparisons
from build.compiler.rules.elementwise.erf_to_polynomial import ErfToPolynomial
from build.compiler.rules.elementwise.min_max_to_clip import MinMaxToClip
from build.compiler.rules.elementwise.pow_to_products import PowToProducts
from build.compiler.rules.elementwise.reciprocal_to_div import ReciprocalToDiv
from build.compiler.rules.elementwise.softplus_to_relu_and_log import SoftplusToReluAndLog
from build.compiler.rules.elementwise.sum_to_adds import SumToAdds
from build.compiler.rules.norms.batch_norm_of_batch import BatchNormOfBatch
from build.compiler.rules.norms.batch_norm_to_product import BatchNormToProduct
from build.compiler.rules.norms.instance_norm_to_reductions import (
    FlatInstanceNormToReductions,
    InstanceNormToReductions,
)
from build.compiler.rules.norms.layer_norm_to_reductions import LayerNormToReductions
from build.compiler.rules.norms.log_softmax_to_reductions import LogSoftmaxToReductions
from build.compiler.rules.norms.lrn_to_conv import LrnToConv
from build.compiler.rules.norms.norm_to_reductions import NORMS, NormToReductions
from build.compiler.rules.norms.reduce_one_axis_at_a_time import CONTINUED_WITH, ReduceOneAxisAtATime
from build.compiler.rules.norms.softmax_on_last_axis import SoftmaxOnLastAxis
from build.compiler.rules.pads.crop_to_slice import CropToSlice
from build.compiler.rules.pads.pad_to_slices import PadToSlices
from build.compiler.rules.pads.reflect_pad_without_ones import ReflectPadWithoutOnes
from build.compiler.rules.reductions import REDUCTIONS
from build.compiler.rules.resizing.linear_resize_to_conv_transpose import LinearResizeToConvTranspose
from build.compiler.rules.resizing.linear_resize_to_products import LinearResizeToProducts
from build.compiler.rules.resizing.resize_to_upsample import ResizeToUpsample
from build.compiler.rules.resizing.upsample_to_concat import UpsampleToConcat
from build.compiler.rules.shapes.constant_of_shape import ConstantOfShapeToConstant
from build.compiler.rules.shapes.depth_to_space import DepthToSpace, SpaceToDepth
from build.compiler.rules.shapes.expand_to_product import ExpandToProduct
from build.compiler.rules.shapes.gather_from_front import GatherFromFront
from build.compiler.rules.shapes.gather_one_as_many import GatherOneAsMany
from build.compiler.rules.shapes.split_to_slices import SplitToSlices
from build.compiler.targets.target import Stages, Step

# The name of the step that is taken once more before what is left is looked at.
LIFT = "lift-constants"
# Splits into more parts than this are refused: a pattern has a fixed number of outputs.
MOST_PARTS = 16

PREPARE: tuple[Step, ...] = (
    Step("inline-functions", "first: rules look at nodes, not into calls", graph_pass=inline_functions),
    Step(
        "initializers-from-inputs",
        "before folding: a weight that is an input counts as unknown",
        graph_pass=initializers_from_inputs,
    ),
    Step("infer-shapes", "before folding: shape arithmetic folds where shapes are known", graph_pass=infer_shapes),
    Step("fold", "before the rules: most of them need their parameters as constants", graph_pass=fold),
    Step("unread-outputs", "after folding, which may leave an output unread", graph_pass=unread_outputs),
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
    rules = _onnxjs_rules(supported)
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
    return Stages(PREPARE, (*CONSTANTS, BY_BATCH, definitions, *rules, *late), tuple(last))


def _onnxjs_rules(supported: Collection[str]) -> tuple[Step, ...]:
    def only_without(op_type: str, *rules: LoweringRule[Any]) -> tuple[LoweringRule[Any], ...]:
        return () if op_type in supported else rules

    has_upsample, has_pad = "Upsample" in supported, "Pad" in supported
    return (
        Step("drop", "early: what does nothing should not be lowered", (DropDropout(),)),
        Step("crop-to-slice", "before Pads go anywhere: what is left of them only adds", (CropToSlice(),)),
        Step(
            "zero-pad-into-conv",
            "before Pad changes its form: a Pad that disappears costs nothing",
            (ZeroPadIntoConv(),),
        ),
        Step(
            "to-reductions",
            "before reductions are rewritten, since it makes some",
            (
                LogSoftmaxToReductions(),
                LayerNormToReductions(),
                BatchNormToProduct(),
                *(NormToReductions(name) for name in NORMS),
                *only_without("InstanceNormalization", InstanceNormToReductions()),
            ),
        ),
        Step(
            "attributes",
            "before rules that expect the attribute form; inputs for parameters came with opsets 10 to 18",
            (
                ClipToAttributes(),
                SliceToAttributes(),
                GatherFromFront(),
                GemmWithBias(),
                *(AutoPadToPads(name) for name in SLIDING),
                ReshapeAllowZero(),
                *(AxisFromFront(name) for name in COUNTING),
                AxesToAttribute("Squeeze"),
                AxesToAttribute("Unsqueeze"),
                *(SplitToAttribute(count) for count in range(1, MOST_PARTS + 1)),
                *(ReduceAxesToAttribute(name) for name in REDUCTIONS),
            ),
        ),
        Step(
            "one-axis",
            "after all reductions are there: over several axes they are slow, one sum a pixel",
            tuple(ReduceOneAxisAtATime(name) for name in CONTINUED_WITH),
        ),
        Step("softmax", "opset 13 changed its meaning, not its form", (SoftmaxOnLastAxis(),)),
        Step(
            "resize-to-upsample",
            "no version of ONNX.js has Resize; before Pad and ConvTranspose, which a linear one becomes",
            (ResizeToUpsample(), LinearResizeToConvTranspose(), LinearResizeToProducts()),
        ),
        Step("upsample-to-attribute", "after Resize became Upsample-9; theirs is 7-8", (UpsampleToAttribute(),))
        if has_upsample
        else Step("upsample-to-concat", "after Resize became Upsample", (UpsampleToConcat(),)),
        Step("pad-to-attributes", "after zero pads went into Conv", (PadToAttributes(),))
        if has_pad
        else Step("pad-to-slices", "after zero pads went into Conv", (PadToSlices(),)),
        Step(
            "missing-operators",
            "operators that this version lacks, in others that it has",
            (
                EqualToComparisons(),
                MinMaxToClip("Min"),
                MinMaxToClip("Max"),
                SumToAdds("Sum"),
                SumToAdds("Mean"),
                ExpandToProduct(),
                DepthToSpace(),
                SpaceToDepth(),
                ErfToPolynomial(),
                ConvTransposeToConv(),
                *only_without("Clip", ClipToRelus()),
                *only_without("LRN", LrnToConv()),
                *only_without("Softplus", SoftplusToReluAndLog()),
                *only_without("Reciprocal", ReciprocalToDiv()),
                *only_without("Split", *(SplitToSlices(count) for count in range(1, MOST_PARTS + 1))),
            ),
        ),
        Step("pow-to-products", "Pow is missing, or undefined for negative numbers", (PowToProducts(),)),
    )
