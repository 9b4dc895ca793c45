"""A wide network's state dict -> a narrower one, by keeping the channels that matter most."""

import torch

State = dict[str, torch.Tensor]

# Sets of channels that must be kept or dropped together: (who writes them, who normalizes them, who reads them).
_TRUNK_WRITERS = ("conv3", *(f"res{k}.conv2" for k in range(1, 6)))
_TRUNK_NORMS = ("in3", *(f"res{k}.in2" for k in range(1, 6)))
_TRUNK_READERS = (*(f"res{k}.conv1" for k in range(1, 6)), "deconv1")
_CHANNEL_SETS: tuple[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...] = (
    (("conv1",), ("in1",), ("conv2",)),
    (("conv2",), ("in2",), ("conv3",)),
    (_TRUNK_WRITERS, _TRUNK_NORMS, _TRUNK_READERS),
    *(((f"res{k}.conv1",), (f"res{k}.in1",), (f"res{k}.conv2",)) for k in range(1, 6)),
    (("deconv1",), ("in4",), ("deconv2",)),
    (("deconv2",), ("in5",), ("deconv3",)),
)


def slim(state: State, width: int) -> State:
    """The state dict of `TransformerNet(width)`, made from that of a wider one.

    A channel's worth is the size of its normalization's gain times the sum of the weights that read it, as in network
    slimming (Liu et al. 2017). The result is a start for training, not a finished network.
    """
    wide = state["conv1.conv2d.weight"].shape[0]
    slimmed = {key: tensor.clone() for key, tensor in state.items()}
    for writers, norms, readers in _CHANNEL_SETS:
        channels = state[f"{norms[0]}.weight"].shape[0]
        gain = torch.stack([state[f"{norm}.weight"].abs() for norm in norms]).mean(0)
        use = torch.stack([state[f"{reader}.conv2d.weight"].abs().sum((0, 2, 3)) for reader in readers]).mean(0)
        kept = torch.topk(gain * use, channels * width // wide).indices.sort().values
        for norm in norms:
            _keep(slimmed, f"{norm}.weight", kept, 0)
            _keep(slimmed, f"{norm}.bias", kept, 0)
        for writer in writers:
            _keep(slimmed, f"{writer}.conv2d.weight", kept, 0)
            _keep(slimmed, f"{writer}.conv2d.bias", kept, 0)
        for reader in readers:
            _keep(slimmed, f"{reader}.conv2d.weight", kept, 1)
    return slimmed


def _keep(state: State, key: str, kept: torch.Tensor, axis: int) -> None:
    state[key] = state[key].index_select(axis, kept)
