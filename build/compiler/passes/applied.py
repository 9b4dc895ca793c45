"""What a pass over a graph did: the contract of all steps of a lowering."""

from collections.abc import Callable
from dataclasses import dataclass

import onnx_ir as ir


@dataclass(frozen=True)
class Applied:
    """`modified` tells whether the graph is another one, notes on its values included; `count` how many nodes, weights
    or kernels were replaced or removed, for people to read.
    """

    modified: bool
    count: int = 0

    @classmethod
    def times(cls, count: int) -> "Applied":
        """So many replacements, each of which modifies the graph."""
        return cls(count > 0, count)


GraphPass = Callable[[ir.Model], Applied]
