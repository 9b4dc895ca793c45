"""Colour profiles without LittleCMS, and with it as the judge."""

import io
import struct

import numpy as np
import pytest
from PIL import Image, ImageCms, features

from app_py.photo.icc import read_profile, to_srgb
from tests.shared.support.icc_bytes import profile

GAMMA = struct.pack(">4s4xIH", b"curv", 1, round(2.2 * 256))
LINEAR = struct.pack(">4s4xI", b"curv", 0)
TABLE = struct.pack(">4s4xI33H", b"curv", 33, *(round(65535 * (step / 32) ** 1.8) for step in range(33)))
POWERS = [
    struct.pack(f">4s4xHxx{len(numbers)}i", b"para", kind, *(round(65536 * number) for number in numbers))
    for kind, numbers in enumerate(
        [
            (1.8,),
            (2.2, 0.9, 0.1),
            (2.2, 0.9, 0.1, 0.05),
            (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045),
            (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045, 0.01, 0.02),
        ]
    )
]


def ramp() -> np.ndarray:
    """Every grey, and noise: uint8 `(48, 32, 3)`."""
    noise = np.random.default_rng(5).integers(0, 256, (40, 32, 3), np.uint8)
    greys = np.repeat(np.arange(256, dtype=np.uint8).reshape(8, 32, 1), 3, axis=2)
    return np.concatenate([greys, noise])


@pytest.mark.skipif(not features.check("littlecms2"), reason="no LittleCMS to judge by")
@pytest.mark.parametrize("curve", [GAMMA, LINEAR, TABLE, *POWERS])
def test_colours_are_those_of_little_cms(curve: bytes) -> None:
    data = profile(b"bXYZ", b"rXYZ", curve)
    matrix = read_profile(data)
    assert matrix is not None
    source = ImageCms.ImageCmsProfile(io.BytesIO(data))
    target = ImageCms.createProfile("sRGB")
    # Any other intent also moves black, of version 4 profiles.
    intent, flags = ImageCms.Intent.RELATIVE_COLORIMETRIC, ImageCms.Flags.HIGHRESPRECALC
    judged = ImageCms.profileToProfile(Image.fromarray(ramp()), source, target, intent, "RGB", flags=flags)
    difference = np.abs(to_srgb(ramp(), matrix).astype(int) - np.asarray(judged).astype(int))
    assert difference.mean() < 0.2
    assert np.percentile(difference, 99) <= 2


def test_srgb_by_its_numbers_is_left_alone() -> None:
    matrix = read_profile(profile(b"rXYZ", b"bXYZ"))
    assert matrix is not None
    assert matrix.is_srgb
    image = ramp()
    assert to_srgb(image, matrix) is image
    swapped = read_profile(profile(b"bXYZ", b"rXYZ"))
    assert swapped is not None
    assert not swapped.is_srgb


def test_grey_has_one_curve() -> None:
    matrix = read_profile(profile(b"rXYZ", b"bXYZ", LINEAR, b"GRAY"))
    assert matrix is not None
    grey = to_srgb(np.full((8, 8, 3), 55, np.uint8), matrix)
    # IEC 61966-2-1: 55/255 of linear light.
    assert grey[0, 0].tolist() == [128, 128, 128]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a profile",
        profile(b"rXYZ", b"bXYZ")[:150],
        profile(b"rXYZ", b"bXYZ", colours=b"CMYK"),
        profile(b"rXYZ", b"bXYZ", connection=b"Lab "),
        profile(b"rXYZ", b"bXYZ", b"nonsense"),
        profile(b"rXYZ", b"bXYZ", struct.pack(">4s4xI", b"curv", 2**31)),
        profile(b"rXYZ", b"bXYZ", struct.pack(">4s4xHxx3i", b"para", 1, 65536, 0, 65536)),
    ],
)
def test_what_cannot_be_used_is_none(data: bytes) -> None:
    assert read_profile(data) is None
