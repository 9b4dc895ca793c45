"""Weights as the kernels want them: Winograd's transform applied, in panels of the micro-kernel.

Winograd's minimal filtering (Lavin and Gray 2015, https://arxiv.org/abs/1509.09308) computes m outputs of an r-tap
filter as A^T [(G g) . (B^T d)] from n = m + r - 1 inputs. The matrices follow from n - 1 points and infinity (Toom and
Cook): rows of G evaluate the filter's polynomial at the points, A^T the product's, and B^T interpolates. Each row of G
takes the factor that leaves small integers in B^T and A^T.
"""

import numpy as np
from numpy.typing import NDArray

from app_py.kernels.network import Weights

Matrix = NDArray[np.float64]

# F(4,3): points 0, 1, -1, 2, -2, infinity.
G4: Matrix = np.array(
    [
        [1 / 4, 0, 0],
        [-1 / 6, -1 / 6, -1 / 6],
        [-1 / 6, 1 / 6, -1 / 6],
        [1 / 24, 1 / 12, 1 / 6],
        [1 / 24, -1 / 12, 1 / 6],
        [0, 0, 1],
    ]
)
B4: Matrix = np.array(
    [
        [4, 0, -5, 0, 1, 0],
        [0, -4, -4, 1, 1, 0],
        [0, 4, -4, -1, 1, 0],
        [0, -2, -1, 2, 1, 0],
        [0, 2, -1, -2, 1, 0],
        [0, 4, 0, -5, 0, 1],
    ],
    np.float64,
)
A4: Matrix = np.array([[1, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 0], [0, 1, 1, 4, 4, 0], [0, 1, -1, 8, -8, 1]], np.float64)

# F(3,3): points 0, 1, -1, 2, infinity.
G3: Matrix = np.array(
    [[1 / 2, 0, 0], [-1 / 2, -1 / 2, -1 / 2], [-1 / 6, 1 / 6, -1 / 6], [1 / 6, 1 / 3, 2 / 3], [0, 0, 1]]
)
B3: Matrix = np.array(
    [[2, -1, -2, 1, 0], [0, -2, -1, 1, 0], [0, 2, -3, 1, 0], [0, -1, 0, 1, 0], [0, 2, -1, -2, 1]], np.float64
)
A3: Matrix = np.array([[1, 1, 1, 1, 0], [0, 1, -1, 2, 0], [0, 1, 1, 4, 1]], np.float64)

# Three taps on an input enlarged twice, see `build/kernels/src/winograd.h`.
G1: Matrix = np.array([[1, 0, 0], [1, 1, 1], [0, 0, 1]], np.float64)
B1: Matrix = np.array([[1, -1, 0], [0, 1, 0], [0, -1, 1]], np.float64)
A1: Matrix = np.array([[1, 1, 0], [0, 1, 1]], np.float64)


def to_panels(matrices: Matrix) -> Weights:
    """`[..., depth, columns]` -> flat, columns in panels of 16, then 8 and 4, each `[depth, columns of the panel]`."""
    depth, columns = matrices.shape[-2:]
    flat = matrices.reshape(-1, depth, columns)
    starts = list(range(0, columns - columns % 16, 16))
    ends = [start + 16 for start in starts]
    for width in (8, 4):
        at = ends[-1] if ends else 0
        if columns - at >= width:
            starts.append(at)
            ends.append(at + width)
    panels = [flat[:, :, start:end].reshape(len(flat), -1) for start, end in zip(starts, ends, strict=True)]
    return np.ascontiguousarray(np.concatenate(panels, axis=1), np.float32).reshape(-1)


def pack_direct(weights: Matrix) -> Weights:
    """`[out, in, k, k]` for DIRECT: the window's rows, columns and channels in depth."""
    out = weights.shape[0]
    return to_panels(weights.transpose(2, 3, 1, 0).reshape(-1, out))


def pack_tiles(weights: Matrix, g: Matrix) -> Weights:
    """`[out, in, 3, 3]` for WINOGRAD and UPSAMPLED: a matrix `[in, out]` for each position of the transform."""
    return to_panels(np.einsum("ya,xb,oiab->yxio", g, g, weights, optimize=True))


def pack_blocks(weights: Matrix) -> Weights:
    """`[out, in, k, k]` for BLOCKS: a matrix `[blocks down, blocks across, in; out]` for each position of F(3,3)."""
    out, channels, kernel, _ = weights.shape
    blocks = -(-kernel // 3)
    missing = blocks * 3 - kernel
    whole = np.pad(weights, ((0, 0), (0, 0), (0, missing), (0, missing)))
    parted = whole.reshape(out, channels, blocks, 3, blocks, 3)
    made = np.einsum("ya,xb,oirasb->yxrsio", G3, G3, parted, optimize=True)
    return to_panels(made.reshape(25, blocks * blocks * channels, out))
