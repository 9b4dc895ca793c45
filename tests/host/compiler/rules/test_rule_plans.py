"""What each rule says no to, asked of the rule alone, and the plans that it makes at its limits."""

# ruff: noqa: E501 - a table has a line for each case

import re
from typing import Any

import pytest

from build.compiler.rules.attributes.auto_pad_to_pads import AutoPadToPads
from build.compiler.rules.attributes.axes_to_attribute import AxesToAttribute
from build.compiler.rules.attributes.axis_from_front import AxisFromFront
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
from build.compiler.rules.elementwise.clip_to_relus import ClipToRelus
from build.compiler.rules.elementwise.drop_dropout import DropDropout
from build.compiler.rules.elementwise.equal_to_comparisons import EqualToComparisons
from build.compiler.rules.elementwise.pow_to_products import PowToProducts
from build.compiler.rules.norms.batch_norm_of_batch import BatchNormOfBatch
from build.compiler.rules.norms.batch_norm_to_product import BatchNormToProduct
from build.compiler.rules.norms.layer_norm_to_reductions import LayerNormToReductions
from build.compiler.rules.norms.lrn_to_conv import LrnToConv
from build.compiler.rules.norms.reduce_one_axis_at_a_time import ReduceOneAxisAtATime
from build.compiler.rules.norms.softmax_on_last_axis import SoftmaxOnLastAxis
from build.compiler.rules.norms.softmax_over_rest import SoftmaxOverRest
from build.compiler.rules.pads.crop_to_slice import CropToSlice
from build.compiler.rules.pads.pad_to_slices import PadToSlices
from build.compiler.rules.pads.reflect_pad_without_ones import ReflectPadWithoutOnes
from build.compiler.rules.reading import Refusal
from build.compiler.rules.resizing.linear_resize_to_conv_transpose import LinearResizeToConvTranspose
from build.compiler.rules.resizing.linear_resize_to_products import LinearResizeToProducts
from build.compiler.rules.resizing.resize_to_upsample import ResizeToUpsample
from build.compiler.rules.shapes.expand_to_product import ExpandToProduct
from tests.support.rule_graphs import PICTURE, floats, ints, node_of


def weights(shape: str, count: int) -> str:
    return floats("w", shape, *([0.5] * count))


SCALES = floats("s", "4", 1.0, 1.0, 2.0, 2.0)
PADS = ints("p", 0, 0, 1, 1, 0, 0, 1, 1)
CROP = ints("p", 0, 0, -1, 0, 0, 0, 0, 0)

REFUSALS: list[tuple[LoweringRule[Any], str, str, str]] = [
    (AutoPadToPads("Conv"), "Conv", weights("2,2,3,3", 36) + "y = Conv (x, w)", "it has no auto_pad"),
    (AutoPadToPads("Conv"), "Conv", weights("2,2,3,3", 36) + 'y = Conv <auto_pad = "VALID"> (x, w)', "it has no auto_pad"),
    (AxesToAttribute("Squeeze"), "Squeeze", "y = Squeeze <axes = [0]> (x)", "as an attribute already"),
    (AxisFromFront("Flatten"), "Flatten", "y = Flatten <axis = 0> (x)", "from the front already"),
    (AxisFromFront("Flatten"), "Flatten", "y = Flatten (x)", "from the front already"),
    (GemmWithBias(), "Gemm", floats("b", "2", 1.0, 2.0) + "r = Flatten (x) t = Transpose (r) y = Gemm (r, t, b)", "has a bias already"),
    (PadToAttributes(), "Pad", "y = Pad <pads = [0,0,1,1,0,0,1,1]> (x)", "has attributes already"),
    (PadToAttributes(), "Pad", PADS + 'y = Pad <mode = "wrap"> (x, p)', "mode wrap is younger"),
    (ReduceAxesToAttribute("ReduceMean"), "ReduceMean", "y = ReduceMean <axes = [0, 2]> (x)", "as an attribute already"),
    (ReduceAxesToAttribute("ReduceSum"), "ReduceSum", "y = ReduceSum <noop_with_empty_axes = 1> (x)", "reduces nothing"),
    (ReshapeAllowZero(), "Reshape", ints("s", 2, -1) + "y = Reshape (x, s)", "has no allowzero"),
    (ReshapeAllowZero(), "Reshape", ints("s", 0, 6) + "y = Reshape <allowzero = 1> (x, s)", "a side of 0"),
    (SliceToAttributes(), "Slice", "y = Slice <axes = [2], starts = [1], ends = [3]> (x)", "has attributes already"),
    (SliceToAttributes(), "Slice", ints("a", 2) + ints("b", 2) + ints("c", 2) + "y = Slice (x, a, b, c)", "takes nothing along axis 2"),
    (SplitToAttribute(2), "Split", "y, z = Split <axis = 1, split = [1, 1]> (x)", "as an attribute already"),
    (SplitToAttribute(3), "Split", "y, z = Split <axis = 1> (x)", "has 2 outputs, not 3"),
    (UpsampleToAttribute(), "Upsample", "y = Upsample <scales = [1.0, 1.0, 2.0, 2.0]> (x)", "scales attribute already"),
    (ClipToAttributes(), "Clip", "y = Clip <min = 0.0, max = 1.0> (x)", "no bounds as inputs"),
    (ClipToAttributes(), "Clip", floats("b", "2", 0.0, 1.0) + "y = Clip (x, b)", "lower bound is not a single number"),
    (ClipToAttributes(), "Clip", floats("b", "2", 0.0, 1.0) + "y = Clip (x, , b)", "upper bound is not a single number"),
    (ClipToAttributes(), "Clip", "i = Cast <to = 6> (x) b = Constant <value = int32 {1}> () y = Clip (i, b)", "clips integers"),
    (ClipToRelus(), "Clip", floats("b", "", 0.5) + "y = Clip (x, b)", "its bounds are inputs still"),
    (ClipToRelus(), "Clip", floats("b", "", 0.5) + "y = Clip (x, , b)", "its bounds are inputs still"),
    (ClipToRelus(), "Clip", "y = Clip <min = 1.0, max = 0.5> (x)", "lower bound 1 is above its upper bound 0.5"),
    (DropDropout(), "Dropout", "d, m = Dropout (x) c = Cast <to = 1> (m) y = Add (d, c)", "its mask is used"),
    (DropDropout(), "Dropout", floats("r", "", 0.5) + "t = Constant <value = bool {1}> () y = Dropout (x, r, t)", "training mode"),
    (DropDropout(), "Dropout", "y = Dropout <is_test = 0> (x)", "training mode"),
    (EqualToComparisons(), "Equal", "i = Cast <to = 6> (x) y = Equal (i, i)", "other numbers than float32"),
    (PowToProducts(), "Pow", floats("b", "2", 2.0, 2.0) + "y = Pow (x, b)", "not one constant number"),
    (PowToProducts(), "Pow", floats("b", "", 5.0) + "y = Pow (x, b)", "exponent 5 is not a product"),
    (ReduceOneAxisAtATime("ReduceMax"), "ReduceMax", "y = ReduceMax <axes = [2]> (x)", "reduces a single axis"),
    (SoftmaxOnLastAxis(), "Softmax", "y = Softmax <axis = 3> (x)", "works on the last axis already"),
    (SoftmaxOverRest(), "Softmax", "y = Softmax <axis = 1> (x)", "works over one axis"),
    (CropToSlice(), "Pad", PADS + "y = Pad (x, p)", "it crops nothing"),
    (PadToSlices(), "Pad", PADS + 'y = Pad <mode = "wrap"> (x, p)', "mode wrap has no form in slices"),
    (PadToSlices(), "Pad", CROP + "y = Pad (x, p)", "it crops"),
    (ReflectPadWithoutOnes(), "Pad", "y = Pad <pads = [0,0,1,1,0,0,1,1]> (x)", "its mode is constant"),
    (ReflectPadWithoutOnes(), "Pad", PADS + 'y = Pad <mode = "reflect"> (x, p)', "its amounts are inputs"),
    (ReflectPadWithoutOnes(), "Pad", 'y = Pad <mode = "reflect", pads = [0,0,1,1,0,0,1,1]> (x)', "even number of elements"),
    (ExpandToProduct(), "Expand", "i = Cast <to = 6> (x)" + ints("s", 3, 1, 1, 1, 1) + "y = Expand (i, s)", "other numbers than float32"),
    (ExpandToProduct(), "Expand", ints("s", 65537, 1, 1, 1, 1) + "y = Expand (x, s)", "would bloat the file"),
    (GroupedConvToDense(depthwise_works=True), "Conv", weights("2,2,1,1", 4) + "y = Conv (x, w)", "has no groups"),
    (GroupedConvToDense(depthwise_works=True), "Conv", weights("2,1,1,1", 2) + "y = Conv <group = 2> (x, w)", "one channel and one output"),
    (LargeConvToLines(), "Conv", weights("2,1,3,3", 18) + "y = Conv <group = 2> (x, w)", "channels are in groups"),
    (LargeConvToLines(), "Conv", weights("1,2,3,3", 18) + 'y = Conv <auto_pad = "SAME_UPPER"> (x, w)', "auto_pad depends"),
    (LargeConvToLines(), "Conv", weights("1,2,2,2", 8) + "y = Conv (x, w)", "kernel is 2x2, which is not large"),
    (ConvTransposeToConv(), "ConvTranspose", weights("2,1,2,2", 8) + 'y = ConvTranspose <auto_pad = "SAME_UPPER"> (x, w)', "its pads depend"),
    (ConvTransposeToConv(), "ConvTranspose", weights("2,1,2,2", 8) + "y = ConvTranspose <output_shape = [5, 7]> (x, w)", "its pads depend"),
    (LinearResizeToConvTranspose(), "Resize", SCALES + 'y = Resize <mode = "nearest"> (x, , s)', "no tent of half pixels"),
    (LinearResizeToConvTranspose(), "Resize", SCALES + 'y = Resize <mode = "linear", coordinate_transformation_mode = "asymmetric"> (x, , s)', "no tent of half pixels"),
    (LinearResizeToConvTranspose(), "Resize", floats("s", "4", 1, 1, 1.5, 2) + 'y = Resize <mode = "linear"> (x, , s)', "not whole factors"),
    (LinearResizeToConvTranspose(), "Resize", floats("s", "4", 1, 2, 2, 2) + 'y = Resize <mode = "linear"> (x, , s)', "not whole factors"),
    (LinearResizeToProducts(), "Resize", SCALES + 'y = Resize <mode = "cubic"> (x, , s)', "no sum of known weights"),
    (LinearResizeToProducts(), "Resize", floats("s", "4", 1, 2, 2, 2) + 'y = Resize <mode = "linear"> (x, , s)', "change the batch or the channels"),
    (ResizeToUpsample(), "Resize", SCALES + 'y = Resize <mode = "cubic"> (x, , s)', "which Upsample does not have"),
    (ResizeToUpsample(), "Resize", SCALES + 'y = Resize <mode = "nearest", nearest_mode = "ceil"> (x, , s)', "are not Upsample's"),
    (LayerNormToReductions(), "LayerNormalization", floats("w", "6", *[1.0] * 6) + "y, m = LayerNormalization (x, w) z = Relu (m)", "mean or deviation is used"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "op", "body", "reason"), REFUSALS)
def test_a_rule_refuses_with_its_reason(rule: LoweringRule[Any], op: str, body: str, reason: str) -> None:
    opset = 17 if op == "LayerNormalization" else 14 if "allowzero" in body else 13
    young = (
        "axes = ",
        "scales = ",
        "starts = ",
        "split = ",
        "is_test",
        "min = ",
        "Pad <pads",
        'reflect", pads',
        "Slice <axes",
    )
    opset = 7 if any(word in body for word in young) else opset
    with pytest.raises(Refusal, match=re.escape(reason)):
        rule.plan(node_of(op, body, opset=opset))


STATISTICS = " ".join(floats(name, "2", 1.0, 2.0) for name in "abcd")


@pytest.mark.parametrize(
    ("rule", "body", "inputs", "reason"),
    [
        (BatchNormToProduct(), "y = BatchNormalization (x, a, b, c, d)", PICTURE, "it normalizes pictures"),
        (BatchNormToProduct(), "y, m, v = BatchNormalization <training_mode = 1> (x, a, b, c, d)", "float[3,2] x", "by the batch"),
        (BatchNormToProduct(), "k = Relu (x) y = BatchNormalization (x, k, b, c, d)", "float[3,2] x", "computed while the model runs"),
        (BatchNormOfBatch(), "y = BatchNormalization (x, a, b, c, d)", PICTURE, "by its own means and variances"),
        (BatchNormOfBatch(), "y, m, v = BatchNormalization <training_mode = 1> (x, a, b, c, d)", PICTURE, "means of the batch are read"),
    ],
)  # fmt: skip
def test_normalizations_by_a_batch(rule: LoweringRule[Any], body: str, inputs: str, reason: str) -> None:
    with pytest.raises(Refusal, match=re.escape(reason)):
        rule.plan(node_of("BatchNormalization", STATISTICS + body, inputs, 15))


@pytest.mark.parametrize(
    ("mode", "strides", "dilations", "expected"),
    [
        ("SAME_UPPER", "1, 1", "1, 1", [1, 1, 1, 1]),
        ("SAME_UPPER", "2, 2", "1, 1", [0, 0, 1, 1]),
        ("SAME_LOWER", "2, 2", "1, 1", [1, 1, 0, 0]),
        ("SAME_UPPER", "1, 1", "2, 2", [2, 2, 2, 2]),
        ("SAME_UPPER", "4, 3", "1, 1", [0, 0, 0, 0]),
        ("SAME_LOWER", "3, 4", "1, 1", [1, 1, 1, 0]),
    ],
)
def test_the_amounts_of_auto_pad(mode: str, strides: str, dilations: str, expected: list[int]) -> None:
    body = f'y = Conv <auto_pad = "{mode}", strides = [{strides}], dilations = [{dilations}]> (x, w)'
    assert AutoPadToPads("Conv").plan(node_of("Conv", weights("2,2,3,3", 36) + body)) == expected


@pytest.mark.parametrize(
    ("op", "body", "expected"),
    [
        ("Squeeze", ints("a", 0) + "y = Squeeze (x, a)", [0]),
        ("Squeeze", ints("a", -4) + "y = Squeeze (x, a)", [0]),
        ("Squeeze", "y = Squeeze (x)", [0]),
        ("Unsqueeze", ints("a", -1, 0) + "y = Unsqueeze (x, a)", [0, 5]),
        ("Unsqueeze", ints("a", 5, 0) + "y = Unsqueeze (x, a)", [0, 5]),
    ],
)
def test_axes_are_counted_from_the_front(op: str, body: str, expected: list[int]) -> None:
    assert AxesToAttribute(op).plan(node_of(op, body)) == expected


def test_the_width_of_a_bias() -> None:
    inputs = "float[3,2] x, float[2,5] k, float[5,2] t"
    assert GemmWithBias().plan(node_of("Gemm", "y = Gemm (x, k)", inputs)).tolist() == [0.0] * 5
    assert GemmWithBias().plan(node_of("Gemm", "y = Gemm <transB = 1> (x, t)", inputs)).tolist() == [0.0] * 5
    single = floats("b", "", 2.5) + "y = Gemm (x, k, b)"
    assert GemmWithBias().plan(node_of("Gemm", single, inputs)).tolist() == [2.5] * 5


def test_local_response_needs_pictures() -> None:
    with pytest.raises(Refusal, match="works on a tensor of 3 axes"):
        LrnToConv().plan(node_of("LRN", "y = LRN <size = 3> (x)", "float[1,2,4] x"))
    assert LrnToConv().plan(node_of("LRN", "y = LRN <size = 3> (x)")) == 2
