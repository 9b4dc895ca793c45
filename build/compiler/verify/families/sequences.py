"""Families that read sequences: words, sound, points."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from build.compiler.verify.families.family import Family, Net

WORDS = 20


def _attention(width: int, mask: bool = False, length: int = 6) -> nn.Module:
    """A block of a transformer; `mask` hides what comes later."""

    def forward(m: nn.Module, x: Tensor) -> Tensor:
        q, k, v = m.get_submodule("project")(m.get_submodule("norm")(x)).chunk(3, -1)
        scores = q @ k.transpose(1, 2) / math.sqrt(width)
        if mask:
            scores = torch.where(torch.ones(length, length).tril().bool(), scores, torch.tensor(-math.inf))
        x = x + m.get_submodule("out")(torch.softmax(scores, -1) @ v)
        result: Tensor = x + m.get_submodule("feed")(x)
        return result

    feed = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, 12), nn.GELU(), nn.Linear(12, width))
    return Net(
        forward, norm=nn.LayerNorm(width), project=nn.Linear(width, 3 * width), out=nn.Linear(width, width), feed=feed
    )


def _vision() -> nn.Module:
    def forward(m: nn.Module, x: Tensor) -> Tensor:
        y = m.get_submodule("patch")(x).flatten(2).transpose(1, 2)
        result: Tensor = m.get_submodule("head")(m.get_submodule("block")(y).mean(1))
        return result

    return Net(forward, patch=nn.Conv2d(3, 8, 8, 8), block=_attention(8), head=nn.Linear(8, 5))


def _windows() -> nn.Module:
    """Swin: attention within windows, then every 2x2 becomes one."""

    def forward(m: nn.Module, x: Tensor) -> Tensor:
        y = m.get_submodule("patch")(x).permute(0, 2, 3, 1)
        y = y.reshape(1, 2, 2, 2, 2, 6).transpose(2, 3).reshape(4, 4, 6)
        y = m.get_submodule("block")(y).reshape(1, 2, 2, 2, 2, 6).transpose(2, 3).reshape(1, 4, 4, 6)
        merged = torch.cat([y[:, i::2, j::2] for j in (0, 1) for i in (0, 1)], -1)
        result: Tensor = m.get_submodule("merge")(merged)
        return result

    return Net(forward, patch=nn.Conv2d(3, 6, 4, 4), block=_attention(6), merge=nn.Linear(24, 8))


def _mixer() -> nn.Module:
    def forward(m: nn.Module, x: Tensor) -> Tensor:
        y = m.get_submodule("patch")(x).flatten(2)
        y = y + m.get_submodule("tokens")(y)
        result: Tensor = m.get_submodule("channels")(y.transpose(1, 2)).mean(1)
        return result

    tokens, channels = (
        nn.Sequential(nn.Linear(6, 8), nn.GELU(), nn.Linear(8, 6)),
        nn.Sequential(nn.LayerNorm(5), nn.Linear(5, 4)),
    )
    return Net(forward, patch=nn.Conv2d(3, 5, 8, 8), tokens=tokens, channels=channels)


def _wave() -> nn.Module:
    """WaveNet: gated dilated convolutions and a skip."""

    def forward(m: nn.Module, x: Tensor) -> Tensor:
        y = m.get_submodule("first")(x)
        for index in range(2):
            z = m.get_submodule(f"dilated{index}")(functional.pad(y, (2**index, 0)))
            y = y + torch.tanh(z[:, :4]) * torch.sigmoid(z[:, 4:])
        result: Tensor = m.get_submodule("last")(y)
        return result

    layers = {f"dilated{index}": nn.Conv1d(4, 8, 2, dilation=2**index) for index in range(2)}
    return Net(forward, first=nn.Conv1d(1, 4, 1), last=nn.Conv1d(4, 3, 1), **layers)


def _recurrent(layer: nn.Module, width: int) -> nn.Module:
    return Net(lambda m, x: m.head(m.layer(x)[0]), layer=layer, head=nn.Linear(width, 3))


def _crnn() -> nn.Module:
    def forward(m: nn.Module, x: Tensor) -> Tensor:
        y = m.get_submodule("look")(x).mean(2).permute(2, 0, 1)
        return functional.log_softmax(m.get_submodule("head")(m.get_submodule("read")(y)[0]), 2)

    look = nn.Sequential(nn.Conv2d(1, 4, 3, 2, 1), nn.ReLU())
    return Net(forward, look=look, read=nn.LSTM(4, 3, bidirectional=True), head=nn.Linear(6, 5))


FAMILIES = (
    Family(
        "perceptron",
        lambda: nn.Sequential(nn.Linear(6, 8), nn.SELU(), nn.Linear(8, 8), nn.Softplus(), nn.Linear(8, 3)),
        (2, 6),
        (0,),
    ),
    Family("transformer encoder", lambda: _attention(8), (1, 6, 8), (1,)),
    Family("GPT (causal mask)", lambda: _attention(8, mask=True), (1, 6, 8)),
    Family(
        "BERT (words)",
        lambda: Net(lambda m, x: m.block(m.words(x)), words=nn.Embedding(WORDS, 8), block=_attention(8)),
        (1, 6),
        (),
        9,
        WORDS,
    ),
    Family("ViT", _vision, (1, 3, 16, 24)),
    Family("Swin", _windows, (1, 3, 16, 16), (), 10),
    Family("MLP-Mixer", _mixer, (1, 3, 16, 24)),
    Family("WaveNet", _wave, (1, 1, 12), (2,)),
    Family(
        "M5 (sound)",
        lambda: nn.Sequential(
            nn.Conv1d(1, 6, 8, 4),
            nn.BatchNorm1d(6),
            nn.ReLU(),
            nn.MaxPool1d(2),
            nn.Conv1d(6, 6, 3),
            nn.ReLU(),
            nn.AdaptiveAvgPool1d(1),
            nn.Flatten(),
            nn.Linear(6, 4),
        ),
        (1, 1, 64),
        (2,),
    ),
    Family(
        "vocoder",
        lambda: nn.Sequential(
            nn.Conv1d(4, 6, 3, padding=1), nn.LeakyReLU(0.1), nn.ConvTranspose1d(6, 3, 4, 2, 1), nn.Tanh()
        ),
        (1, 4, 10),
        (2,),
    ),
    Family(
        "PointNet",
        lambda: Net(
            lambda m, x: m.head(m.body(x).amax(2)),
            body=nn.Sequential(nn.Conv1d(3, 8, 1), nn.BatchNorm1d(8), nn.ReLU()),
            head=nn.Linear(8, 4),
        ),
        (1, 3, 16),
        (2,),
    ),
    Family("LSTM", lambda: _recurrent(nn.LSTM(4, 3), 3), (3, 1, 4)),
    Family("LSTM, both ways", lambda: _recurrent(nn.LSTM(4, 3, batch_first=True, bidirectional=True), 6), (1, 3, 4)),
    Family("GRU", lambda: _recurrent(nn.GRU(4, 3), 3), (3, 1, 4)),
    Family("CRNN", _crnn, (1, 1, 8, 8)),
)
