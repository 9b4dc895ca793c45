"""The steps per kind of target, in their order, with the reason for it."""

from collections.abc import Collection
from typing import Any

from build.rules._reductions import REDUCTIONS
from build.rules.auto_pad_to_pads import SLIDING, AutoPadToPads
from build.rules.axes_to_attribute import AxesToAttribute
from build.rules.base import LoweringRule
from build.rules.cleanup import drop_identities, lift_constants, remove_unused, strip
from build.rules.clip_to_attributes import ClipToAttributes
from build.rules.clip_to_relus import ClipToRelus
from build.rules.constant_of_shape import ConstantOfShapeToConstant
from build.rules.conv_transpose_to_conv import ConvTransposeToConv
from build.rules.crop_to_slice import CropToSlice
from build.rules.default_attributes import drop_unknown_defaults
from build.rules.depth_to_space import DepthToSpace, SpaceToDepth
from build.rules.distinct_inputs import distinct_inputs
from build.rules.drop_dropout import DropDropout
from build.rules.erf_to_polynomial import ErfToPolynomial
from build.rules.expand_to_product import ExpandToProduct
from build.rules.function_bodies import expand_functions
from build.rules.gather_from_front import GatherFromFront
from build.rules.gather_one_as_many import GatherOneAsMany
from build.rules.gemm_with_bias import GemmWithBias
from build.rules.grouped_conv_to_dense import GroupedConvToDense
from build.rules.instance_norm_to_reductions import FlatInstanceNormToReductions, InstanceNormToReductions
from build.rules.large_conv_to_lines import LargeConvToLines
from build.rules.layer_norm_to_reductions import LayerNormToReductions
from build.rules.linear_resize_to_conv_transpose import LinearResizeToConvTranspose
from build.rules.log_softmax_to_reductions import LogSoftmaxToReductions
from build.rules.lrn_to_conv import LrnToConv
from build.rules.min_max_to_clip import MinMaxToClip
from build.rules.norm_to_reductions import NORMS, NormToReductions
from build.rules.own_kernels import own_kernels
from build.rules.pad_to_attributes import PadToAttributes
from build.rules.pad_to_slices import PadToSlices
from build.rules.pow_to_products import PowToProducts
from build.rules.prepare import fold, infer_shapes, initializers_from_inputs, inline_functions
from build.rules.reciprocal_to_div import ReciprocalToDiv
from build.rules.reduce_axes_to_attribute import ReduceAxesToAttribute
from build.rules.reduce_one_axis_at_a_time import CONTINUED_WITH, ReduceOneAxisAtATime
from build.rules.reflect_pad_without_ones import ReflectPadWithoutOnes
from build.rules.reshape_allowzero import ReshapeAllowZero
from build.rules.resize_to_upsample import ResizeToUpsample
from build.rules.slice_to_attributes import SliceToAttributes
from build.rules.softmax_on_last_axis import SoftmaxOnLastAxis
from build.rules.softplus_to_relu_and_log import SoftplusToReluAndLog
from build.rules.split_to_attribute import SplitToAttribute
from build.rules.split_to_slices import SplitToSlices
from build.rules.sum_to_adds import SumToAdds
from build.rules.upsample_to_attribute import UpsampleToAttribute
from build.rules.upsample_to_concat import UpsampleToConcat
from build.rules.views_of_copies import views_of_copies
from build.rules.zero_pad_into_conv import ZeroPadIntoConv
from build.targets.target import Step

# Splits into more parts than this are refused: a pattern has a fixed number of outputs.
MOST_PARTS = 16

PREPARE: tuple[Step, ...] = (
    Step("inline-functions", "first: rules look at nodes, not into calls", whole=inline_functions),
    Step(
        "initializers-from-inputs",
        "before folding: a weight that is an input counts as unknown",
        whole=initializers_from_inputs,
    ),
    Step("infer-shapes", "before folding: shape arithmetic folds where shapes are known", whole=infer_shapes),
    Step("fold", "before the rules: most of them need their parameters as constants", whole=fold),
)

CONSTANTS: tuple[Step, ...] = (
    Step("constant-of-shape", "after folding, which gives it its shape", (ConstantOfShapeToConstant(),)),
    Step("fold-again", "what waited for such a constant", whole=fold),
)

REMOVE_UNUSED = Step("remove-unused", "after the rules, which leave their matched nodes behind", whole=remove_unused)

FINISH: tuple[Step, ...] = (
    Step("lift-constants", "after the rules, which leave Constant nodes behind", whole=lift_constants),
    Step("strip", "late: earlier steps read shapes and metadata", whole=strip),
)

ORT_STEPS: tuple[Step, ...] = (*PREPARE, REMOVE_UNUSED, *FINISH)


def onnxjs_steps(
    supported: Collection[str], opset: int, *, textures: bool, distinct: bool, groups: bool, views: bool
) -> tuple[Step, ...]:
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
        whole=expand_functions({*supported, *owned}),
    )
    late = [
        Step("drop-identities", "after the rules, which leave some where nothing is to do", whole=drop_identities),
        Step("default-attributes", "after the rules that read them", whole=drop_unknown_defaults(opset)),
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
        late.append(Step("distinct-inputs", "after all rules: any may use a value twice", whole=distinct_inputs))
    last = [REMOVE_UNUSED]
    if views:
        last.append(
            Step("views-of-copies", "after all that is unused went, whose uses do not count", whole=views_of_copies)
        )
    last += FINISH
    if textures:
        last.append(Step("own-kernels", "after constants were lifted, where equal ones become one", whole=own_kernels))
    return (*PREPARE, *CONSTANTS, definitions, *rules, *late, *last)


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
            (ResizeToUpsample(), LinearResizeToConvTranspose()),
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
