"""Pictures that are left as they are by a profile that cannot be applied to them."""

import pytest
from PIL import Image, ImageCms, features

from app_py.photo.colour import in_srgb


@pytest.mark.skipif(not features.check("littlecms2"), reason="no LittleCMS in this Pillow: the browser decodes")
@pytest.mark.parametrize("mode", ["LA", "I;16", "P"])
def test_a_profile_made_of_tables_changes_no_picture_of_another_kind(mode: str) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    picture = Image.new(mode, (4, 4))
    assert in_srgb(picture, lab) is picture


def test_what_is_no_profile_changes_nothing() -> None:
    picture = Image.new("RGB", (4, 4), (9, 8, 7))
    assert in_srgb(picture, b"no profile") is picture
