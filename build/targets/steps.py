"""The steps per kind of target, in their order, with the reason for it."""

from build.rules.cleanup import lift_constants, remove_unused, strip
from build.rules.pad_to_attributes import PadToAttributes
from build.rules.resize_to_upsample import ResizeToUpsample
from build.rules.upsample_to_attribute import UpsampleToAttribute
from build.rules.zero_pad_into_conv import ZeroPadIntoConv
from build.targets.target import Step

ONNXJS_STEPS: tuple[Step, ...] = (
    Step("zero-pad-into-conv", "before Pad changes its form: a Pad that disappears costs nothing", (ZeroPadIntoConv,)),
    Step("pad-to-attributes", "ONNX.js reads pads from attributes only", (PadToAttributes,)),
    Step("resize-to-upsample", "no version of ONNX.js has Resize", (ResizeToUpsample,)),
    Step(
        "upsample-to-attribute", "after Resize became Upsample: the published Upsample is 7-8", (UpsampleToAttribute,)
    ),
    Step("lift-constants", "after the rules, which leave Constant nodes behind", whole=lift_constants),
    Step("remove-unused", "after the rules, which leave their matched nodes behind", whole=remove_unused),
    Step("strip", "last: earlier steps read shapes and metadata", whole=strip),
)
