"""Which tensors are kept whole and which are computed in strips, as often as they are needed."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from app_py.kernels.network import Convolution, Ending, Layer, Norm, Sum
from app_py.kernels.packing import Packed, lanes
from app_py.kernels.sizes import Sizes

Item = Convolution | Ending
"""What a pass computes one strip after the other."""


@dataclass(frozen=True, eq=False)
class Residence:
    """A network at one size, with the tensors in `given_up` computed in strips and all others kept."""

    packed: Packed
    sizes: Sizes
    given_up: frozenset[int]

    @cached_property
    def producers(self) -> dict[int, Layer]:
        """The layer that makes a tensor."""
        return {layer.output: layer for layer in self.packed.network.layers}

    @cached_property
    def last_reader(self) -> dict[int, int]:
        """The place of the last layer in whose turn a tensor is read; the number of layers for the ending.

        A layer whose output is given up reads once more when that is read, in its reader's turn.
        """
        layers = self.packed.network.layers
        found = {self.packed.network.ending.input.tensor: len(layers)}
        for place, layer in reversed([*enumerate(layers)]):
            turn = found.get(layer.output, place) if layer.output in self.given_up else place
            for view in (layer.input,) if isinstance(layer, Convolution) else (layer.first, layer.second):
                found[view.tensor] = max(turn, found.get(view.tensor, turn))
        return found

    @cached_property
    def norms(self) -> dict[int, list[Norm]]:
        """By tensor, the norms that are taken of it."""
        found: dict[int, list[Norm]] = {}
        for tensor, change in self.packed.network.changes:
            if isinstance(change, Norm):
                found.setdefault(tensor, []).append(change)
        return found

    def chain(self, layer: Convolution) -> list[Item]:
        """The layers from the last tensor that is kept up to this one."""
        chain: list[Item] = [layer]
        first = layer
        while first.input.tensor in self.given_up:
            before = self.producers[first.input.tensor]
            assert isinstance(before, Convolution)
            chain.insert(0, before)
            first = before
        return chain

    def channels_in(self, layer: Convolution) -> int:
        """Channels of what a layer reads, as they lie in memory."""
        tensor = layer.input.tensor
        return self.packed.network.channels[0] if tensor == 0 else self.lanes(tensor)

    def lanes(self, tensor: int) -> int:
        """Channels of a tensor that a layer made, as they lie in memory."""
        return lanes(self.packed.network.channels[tensor])

    def size_of(self, item: Item) -> tuple[int, int]:
        """Height and width of what an item makes."""
        return self.sizes[item.input.tensor if isinstance(item, Ending) else item.output]

    @cached_property
    def least_bytes(self) -> int:
        """What any program needs at least: the picture, and the largest tensor that is kept beside it."""
        height, width = self.sizes[0]
        kept = (layer.output for layer in self.packed.network.layers if layer.output not in self.given_up)
        tensors = [self.sizes[tensor][0] * self.sizes[tensor][1] * self.lanes(tensor) for tensor in kept]
        return 4 * (height * width + max(tensors, default=0))

    def overlays(self, layer: Convolution) -> bool:
        """Whether a convolution's output may follow its input through the same memory."""
        source = layer.input.tensor
        producer = self.producers.get(source)
        same = self.sizes[source] == self.sizes[layer.output]
        alike = self.lanes(source) == self.lanes(layer.output)
        fresh = self.only_reader(source) is layer and isinstance(producer, Convolution) and not self.overlays(producer)
        whole = source not in self.given_up and layer.output not in self.given_up
        return fresh and same and alike and not layer.doubled and whole

    def only_reader(self, tensor: int) -> Convolution | None:
        """The convolution that reads a tensor last."""
        layers = self.packed.network.layers
        last = self.last_reader.get(tensor, len(layers))
        layer = layers[last] if last < len(layers) else None
        return layer if isinstance(layer, Convolution) else None


def residences(packed: Packed, sizes: Sizes) -> Iterator[Residence]:
    """From all tensors kept to as few as can be: given up from the largest picture down."""
    network = packed.network
    readers: dict[int, int] = {}
    for view in network.views:
        readers[view.tensor] = readers.get(view.tensor, 0) + 1
    summed = {view.tensor for layer in network.layers if isinstance(layer, Sum) for view in (layer.first, layer.second)}
    normed = {tensor for tensor, change in network.changes if isinstance(change, Norm)}
    made = [layer.output for layer in network.layers if isinstance(layer, Convolution)]
    possible = [tensor for tensor in made if readers.get(tensor) == 1 and tensor not in summed]
    # Without a norm nothing has to be known of the whole, and a strip costs nothing.
    given_up = frozenset(tensor for tensor in possible if tensor not in normed)
    yield Residence(packed, sizes, given_up)
    areas = sorted({sizes[tensor][0] * sizes[tensor][1] for tensor in made}, reverse=True)
    for area in areas[:-1]:
        given_up |= {tensor for tensor in possible if sizes[tensor][0] * sizes[tensor][1] >= area}
        yield Residence(packed, sizes, given_up)
