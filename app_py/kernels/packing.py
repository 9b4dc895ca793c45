"""A network's own part of the arena: weights, biases, and the numbers that a style changes."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app_py.kernels.network import Affine, Convolution, Network, Norm, Operation, Padding, Pointwise
from app_py.kernels.program import Kind
from app_py.kernels.small_values import Array
from app_py.kernels.transforms import G1, G4, pack_blocks, pack_direct, pack_tiles

ALIGNMENT = 256
LANES = 4


def aligned(size: int) -> int:
    return -(-size // ALIGNMENT) * ALIGNMENT


def lanes(channels: int) -> int:
    """Channels of a tensor as the kernels lay it out."""
    return -(-channels // LANES) * LANES


def kind_of(layer: Convolution) -> Kind:
    """Which kernel computes a convolution."""
    if layer.stride == 1 and layer.kernel == 3:
        alike = layer.pads == (1, 1, 1, 1) and layer.lost == (0, 0)
        return Kind.UPSAMPLED if layer.doubled and alike else Kind.WINOGRAD
    return Kind.BLOCKS if layer.stride == 1 and layer.kernel > 3 else Kind.DIRECT


@dataclass(frozen=True, eq=False)
class Packed:
    """`fixed` is copied to the arena's start once, `numbers(...)` behind it for each style; steps and tensors then."""

    network: Network
    fixed: NDArray[np.uint8]
    weights: dict[int, int]
    """Address of a convolution's weights, by its output tensor."""
    biases: dict[int, int]
    scales: dict[int, int]
    """Address of `[2, channels]`, by the identity of a change."""
    norms: dict[int, tuple[int, int]]
    """Addresses of gamma and beta, by the identity of a norm."""
    pointwise: int
    numbers_address: int
    numbers_bytes: int

    def numbers(
        self, feeds: Mapping[str, Array], operations: tuple[Operation, ...], picture_factor: float = 1.0
    ) -> NDArray[np.uint8]:
        """The bytes at `numbers_address`: scale and shift of every norm for `feeds` of the small inputs, and what is
        done to the last tensor. The picture's own numbers are multiplied by `picture_factor` first."""
        made = np.zeros(self.numbers_bytes // 4, np.float32)
        # Every call's own, by which values know that they are computed already.
        feeds = dict(feeds)

        def put(address: int, values: Array) -> None:
            at = (address - self.numbers_address) // 4
            made[at : at + len(values)] = values

        made_scale = self.scales.get(0)
        if made_scale is not None:
            put(made_scale, np.repeat(np.array([picture_factor, 0], np.float32), self.network.channels[0]))
        for tensor, change in self.network.changes:
            width = self.network.channels[tensor] if tensor == 0 else lanes(self.network.channels[tensor])
            if isinstance(change, Norm):
                gamma, beta = self.norms[id(change)]
                put(gamma, change.gamma.compute(feeds).reshape(-1))
                put(beta, change.beta.compute(feeds).reshape(-1))
            else:
                factor = picture_factor if tensor == 0 else 1.0
                scale = self.scales[id(change)]
                put(scale, change.factor.compute(feeds).reshape(-1) * np.float32(factor))
                put(scale + 4 * width, change.summand.compute(feeds).reshape(-1))
        raw = made.view(np.int32)
        at = (self.pointwise - self.numbers_address) // 4
        for operation in operations:
            raw[at] = int(operation.kind)
            made[at + 1 : at + 3] = operation.a, operation.b
            at += 3
        return made.view(np.uint8)


def pack(network: Network) -> Packed:
    """Lay a network's own numbers out and transform its weights."""
    parts: list[NDArray[np.float32]] = []
    address = ALIGNMENT
    weights: dict[int, int] = {}
    biases: dict[int, int] = {}

    def keep(values: NDArray[np.float32]) -> int:
        nonlocal address
        start = address
        parts.append(np.pad(values, (0, aligned(values.nbytes) // 4 - len(values))))
        address += aligned(values.nbytes)
        return start

    needs_bias = {view.tensor for view in network.views if not isinstance(view.change, Norm)}
    for layer in network.layers:
        if isinstance(layer, Convolution):
            weights[layer.output] = keep(_pack_weights(layer))
            # A norm takes the mean away, and with it any bias: nothing is added where all readers normalize.
            if layer.bias is not None and layer.output in needs_bias:
                biases[layer.output] = keep(np.pad(layer.bias, (0, lanes(len(layer.bias)) - len(layer.bias))))
    fixed = np.concatenate([np.zeros(ALIGNMENT // 4, np.float32), *parts]).view(np.uint8)
    return _with_numbers(network, fixed, weights, biases)


def _with_numbers(
    network: Network, fixed: NDArray[np.uint8], weights: dict[int, int], biases: dict[int, int]
) -> Packed:
    start = address = len(fixed)
    scales: dict[int, int] = {}
    norms: dict[int, tuple[int, int]] = {}
    if not any(tensor == 0 for tensor, _ in network.changes):
        scales[0] = address
        address += aligned(8 * network.channels[0])
    for tensor, change in network.changes:
        size = aligned(4 * lanes(network.channels[tensor]))
        scales[id(change)] = address
        address += 2 * size
        if isinstance(change, Norm):
            norms[id(change)] = (address, address + size)
            address += 2 * size
    pointwise = address
    # One more for bytes, see `operations_for_bytes`.
    address += aligned(12 * (len(network.ending.operations) + 1))
    return Packed(network, fixed, weights, biases, scales, norms, pointwise, start, address - start)


def _pack_weights(layer: Convolution) -> NDArray[np.float32]:
    out, channels = layer.weights.shape[:2]
    # The picture is read as it is; every other tensor has channels that are zero behind its own.
    missing = 0 if layer.input.tensor == 0 else lanes(channels) - channels
    whole = np.pad(layer.weights.astype(np.float64), ((0, lanes(out) - out), (0, missing), (0, 0), (0, 0)))
    kind = kind_of(layer)
    if kind == Kind.WINOGRAD:
        return pack_tiles(whole, G4)
    if kind == Kind.UPSAMPLED:
        return pack_tiles(whole, G1)
    return pack_blocks(whole) if kind == Kind.BLOCKS else pack_direct(whole)


RANGE_01 = 1 / 255


def operations_for_bytes(network: Network, unit_range: bool) -> tuple[Operation, ...]:
    """The network's last operations, and 0..1 made 0..255 where that is its range."""
    last = (Operation(Pointwise.AFFINE, 255.0, 0.0),) if unit_range else ()
    return (*network.ending.operations, *last)


def picture_scale(packed: Packed) -> int:
    """The address of the picture's factors and summands."""
    for tensor, change in packed.network.changes:
        if tensor == 0 and isinstance(change, Affine):
            return packed.scales[id(change)]
    return packed.scales[0]


def low_padding(layer: Convolution) -> Padding:
    """How the small grid is padded where the enlarged one is: its pixel beside the edge is the edge's own."""
    return Padding.EDGE if layer.padding == Padding.REFLECT else layer.padding
