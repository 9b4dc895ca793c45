"""Colours by an ICC profile of the matrix kind to sRGB, for where no colour management is built in.

That kind is what cameras, phones and editors embed: Display P3, Adobe RGB, ProPhoto, Rec. 2020 and grey ones. A
profile gives a curve for each channel and the primaries in CIE XYZ at D50 (ICC.1:2022, 9.2, 10.6, 10.18, F.3).
"""

import struct
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

HEADER_BYTES = 128
STEPS = 4096
"""Entries of the table from linear light to sRGB: enough for every 8-bit value, dark ones included."""

BAND_ROWS = 256

SRGB_TO_XYZ_D50 = np.array(
    [[0.4360747, 0.3850649, 0.1430804], [0.2225045, 0.7168786, 0.0606169], [0.0139322, 0.0971045, 0.7141733]]
)
"""IEC 61966-2-1's primaries, adapted to D50 by the Bradford method as profiles are."""

SAME_TO_WITHIN = 0.006
"""A profile that moves no 8-bit value by more than that of the whole range is sRGB under whatever name."""


@dataclass(frozen=True, slots=True)
class MatrixProfile:
    """What a profile says.

    `curves` is float32 `(3, 256)`, 8-bit values to linear light 0..1; `to_srgb` `(3, 3)`, that light to sRGB's, linear.
    """

    curves: Floats
    to_srgb: Floats

    @property
    def is_srgb(self) -> bool:
        ramp = _linear_of_srgb(np.arange(256) / 255)
        same_curves = np.abs(_srgb_of_linear(self.curves) - _srgb_of_linear(ramp)).max() < SAME_TO_WITHIN
        return bool(same_curves and np.abs(self.to_srgb - np.eye(3)).max() < SAME_TO_WITHIN)


def read_profile(data: bytes) -> MatrixProfile | None:
    """The profile of RGB or grey pictures; None where it is broken or of another kind."""
    try:
        return _read(data)
    except (struct.error, ValueError, IndexError, ArithmeticError, np.linalg.LinAlgError):
        return None


def is_of_tables(data: bytes) -> bool:
    """Whether it is a profile whose colours only a whole colour management can tell, such as those of presses."""
    return data[36:40] == b"acsp" and read_profile(data) is None


def to_srgb(image: npt.NDArray[np.uint8], profile: MatrixProfile) -> npt.NDArray[np.uint8]:
    """uint8 `(H, W, 3)` in the profile's colours to uint8 `(H, W, 3)` in sRGB; what sRGB does not reach is clamped."""
    if profile.is_srgb:
        return image
    encode = np.rint(255 * _srgb_of_linear(np.arange(STEPS) / (STEPS - 1))).astype(np.uint8)
    converted = np.empty_like(image)
    for top in range(0, image.shape[0], BAND_ROWS):
        band = image[top : top + BAND_ROWS]
        linear = np.stack([profile.curves[channel][band[:, :, channel]] for channel in range(3)], axis=-1)
        steps = linear @ profile.to_srgb.T
        steps *= STEPS - 1
        np.clip(np.rint(steps, out=steps), 0, STEPS - 1, out=steps)
        converted[top : top + BAND_ROWS] = encode[steps.astype(np.uint16)]
    return converted


def _read(data: bytes) -> MatrixProfile | None:
    colours, connection = data[16:20], data[20:24]
    if data[36:40] != b"acsp" or connection != b"XYZ ":
        return None
    tags = _tags(data)
    if colours == b"GRAY":
        curve = _curve(tags[b"kTRC"])
        return MatrixProfile(np.stack([curve] * 3), np.eye(3, dtype=np.float32))
    if colours != b"RGB " or not {b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC"} <= tags.keys():
        return None
    primaries = np.array([_xyz(tags[name]) for name in (b"rXYZ", b"gXYZ", b"bXYZ")]).T
    matrix = np.linalg.inv(SRGB_TO_XYZ_D50) @ primaries
    curves = np.stack([_curve(tags[name]) for name in (b"rTRC", b"gTRC", b"bTRC")])
    if not np.isfinite(matrix).all() or not np.isfinite(curves).all():
        return None
    return MatrixProfile(curves, matrix.astype(np.float32))


def _tags(data: bytes) -> dict[bytes, bytes]:
    (count,) = struct.unpack_from(">I", data, HEADER_BYTES)
    entries = (struct.unpack_from(">4sII", data, HEADER_BYTES + 4 + 12 * number) for number in range(min(count, 100)))
    return {name: data[offset : offset + size] for name, offset, size in entries}


def _xyz(tag: bytes) -> tuple[float, ...]:
    """An XYZType: three s15Fixed16 numbers."""
    return tuple(number / 65536 for number in struct.unpack_from(">3i", tag, 8))


def _curve(tag: bytes) -> Floats:
    """A curveType or parametricCurveType, at the 256 values of eight bits."""
    ramp = np.arange(256) / 255
    if tag[:4] == b"para":
        return _parametric(tag, ramp)
    if tag[:4] != b"curv":
        raise ValueError(f"no curve but {tag[:4]!r}")
    (count,) = struct.unpack_from(">I", tag, 8)
    if count == 0:
        return ramp.astype(np.float32)
    points = np.array(struct.unpack_from(f">{count}H", tag, 12), np.float64)
    if count == 1:
        power: Floats = (ramp ** (points[0] / 256)).astype(np.float32)
        return power
    return np.interp(ramp, np.linspace(0, 1, count), points / 65535).astype(np.float32)


def _parametric(tag: bytes, ramp: npt.NDArray[np.float64]) -> Floats:
    """The five functions of ICC.1:2022, table 68: (a x + b)^g + e where x >= d, and c x + f below."""
    (kind,) = struct.unpack_from(">H", tag, 8)
    count = (1, 3, 4, 5, 7)[kind]
    given = [number / 65536 for number in struct.unpack_from(f">{count}i", tag, 12)]
    g, a, b, c, d, e, f = given + [1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0][count:]
    if kind in (1, 2):
        # Of these the third number is added to the whole, and the power begins where its base is positive.
        e = f = c if kind == 2 else 0.0
        c, d = 0.0, -b / a
    curve: Floats = np.where(ramp >= d, np.maximum(a * ramp + b, 0.0) ** g + e, c * ramp + f).astype(np.float32)
    return curve


def _srgb_of_linear(linear: npt.NDArray[np.floating]) -> Floats:
    """IEC 61966-2-1."""
    light = np.clip(linear, 0.0, 1.0)
    value: Floats = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055).astype(np.float32)
    return value


def _linear_of_srgb(value: npt.NDArray[np.floating]) -> Floats:
    linear: Floats = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4).astype(np.float32)
    return linear
