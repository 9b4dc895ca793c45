"""The scaled output of a network in training, and its folding into the last convolution."""

import torch

from build.training.recipe import HEAD_GAIN, HEAD_OFFSET

State = dict[str, torch.Tensor]
WEIGHT, BIAS = "deconv3.conv2d.weight", "deconv3.conv2d.bias"


def scaled(output: torch.Tensor) -> torch.Tensor:
    """What the network in training gives, on the scale of pixels."""
    return HEAD_GAIN * output.float() + HEAD_OFFSET


def fold(state: State) -> State:
    """The state dict of a network in training -> that of one whose output is 0..255 by itself."""
    plain = {key: tensor.detach().to("cpu", torch.float32, copy=True) for key, tensor in state.items()}
    plain[WEIGHT] *= HEAD_GAIN
    plain[BIAS] = plain[BIAS] * HEAD_GAIN + HEAD_OFFSET
    return plain


def unfold(state: State) -> State:
    """The reverse of `fold`."""
    training = {key: tensor.detach().to("cpu", torch.float32, copy=True) for key, tensor in state.items()}
    training[WEIGHT] /= HEAD_GAIN
    training[BIAS] = (training[BIAS] - HEAD_OFFSET) / HEAD_GAIN
    return training
