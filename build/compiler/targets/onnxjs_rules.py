"""The rules for ONNX.js in their order, with the reason for it."""

from collections.abc import Collection
from typing import Any

from build.compiler.rules.attributes.auto_pad_to_pads import SLIDING, AutoPadToPads
from build.compiler.rules.attributes.axes_to_attribute import AxesToAttribute
from build.compiler.rules.attributes.axis_from_front import COUNTING, AxisFromFront
from build.compiler.rules.attributes.ceil_mode_to_pads import POOLS, CeilModeToPads
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
from build.compiler.rules.convolutions.line_to_picture import SLIDERS, LineToPicture
from build.compiler.rules.convolutions.zero_pad_into_conv import ZeroPadIntoConv
from build.compiler.rules.elementwise.clip_to_relus import ClipToRelus
from build.compiler.rules.elementwise.drop_dropout import DropDropout
from build.compiler.rules.elementwise.equal_to_comparisons import EqualToComparisons
from build.compiler.rules.elementwise.erf_to_polynomial import ErfToPolynomial
from build.compiler.rules.elementwise.min_max_to_relus import MinMaxToRelus
from build.compiler.rules.elementwise.pow_to_products import PowToProducts
from build.compiler.rules.elementwise.reciprocal_to_div import ReciprocalToDiv
from build.compiler.rules.elementwise.selu_to_elu import SeluToElu
from build.compiler.rules.elementwise.softplus_to_relu_and_log import SoftplusToReluAndLog
from build.compiler.rules.elementwise.sum_to_adds import SumToAdds
from build.compiler.rules.elementwise.where_with_mask import WhereWithMask
from build.compiler.rules.norms.batch_norm_to_product import BatchNormToProduct
from build.compiler.rules.norms.instance_norm_to_reductions import (
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
from build.compiler.rules.recurrent.unrolled import unrolled_rules
from build.compiler.rules.reductions import REDUCTIONS
from build.compiler.rules.resizing.linear_resize_to_conv_transpose import LinearResizeToConvTranspose
from build.compiler.rules.resizing.linear_resize_to_products import LinearResizeToProducts
from build.compiler.rules.resizing.resize_to_upsample import ResizeToUpsample
from build.compiler.rules.resizing.upsample_to_concat import UpsampleToConcat
from build.compiler.rules.shapes.depth_to_space import DepthToSpace, SpaceToDepth
from build.compiler.rules.shapes.depth_to_space_open import OpenDepthToSpace, OpenSpaceToDepth
from build.compiler.rules.shapes.expand_to_product import ExpandToProduct
from build.compiler.rules.shapes.gather_from_front import GatherFromFront
from build.compiler.rules.shapes.slice_with_steps import SliceWithSteps
from build.compiler.rules.shapes.split_to_slices import SplitToSlices
from build.compiler.targets.target import Step

# Splits into more parts than this are refused: a pattern has a fixed number of outputs.
MOST_PARTS = 16


def onnxjs_rules(supported: Collection[str]) -> tuple[Step, ...]:
    """What replaces operators and forms that ONNX.js lacks, in order; `supported` are those that it has."""

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
        Step("unrolled", "before what it is made of: products, gates and slices", unrolled_rules()),
        Step(
            "lines",
            "after zero pads went into Conv, and before all that knows pictures",
            tuple(LineToPicture(name) for name in SLIDERS),
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
                SliceWithSteps(),
                SliceToAttributes(),
                GatherFromFront(),
                GemmWithBias(),
                *(AutoPadToPads(name) for name in SLIDING),
                *(CeilModeToPads(name) for name in POOLS),
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
                MinMaxToRelus("Min"),
                MinMaxToRelus("Max"),
                SeluToElu("Selu"),
                SeluToElu("Celu"),
                SumToAdds("Sum"),
                SumToAdds("Mean"),
                WhereWithMask(),
                ExpandToProduct(),
                DepthToSpace(),
                OpenDepthToSpace(),
                SpaceToDepth(),
                OpenSpaceToDepth(),
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
