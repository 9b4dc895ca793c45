"""The size of the live picture, by times that a test tells."""

from app_py.live.sizing import BEGIN_PX, LADDER_PX, STUTTER_MS, LiveSizing
from app_py.photo.sizing import Size

CAMERA = Size(480, 640)


def settle(sizing: LiveSizing, ms_per_megapixel: float) -> list[Size]:
    """Tell the times of a device until nothing changes any more; the sizes on the way."""
    sizes = [sizing.size]
    for _ in range(50):
        if sizing.tell(ms_per_megapixel * sizing.size.pixels / 1e6):
            sizes.append(sizing.size)
    return sizes


def test_it_begins_small_with_even_sides_in_the_cameras_shape() -> None:
    assert LiveSizing(CAMERA).size == Size(192, BEGIN_PX)
    assert LiveSizing(Size(1080, 1920)).size == Size(144, 256)
    assert LiveSizing(Size(640, 480)).size == Size(256, 192)


def test_a_fast_device_gets_a_large_picture_up_to_the_cameras_own() -> None:
    assert settle(LiveSizing(CAMERA), 1.0)[-1] == CAMERA


def test_it_rises_only_as_far_as_it_stays_fluent_and_does_not_swing() -> None:
    sizing = LiveSizing(CAMERA)
    sizes = settle(sizing, 300.0)
    assert sizes == sorted(sizes)
    assert 300.0 * sizes[-1].pixels / 1e6 < STUTTER_MS
    assert len(settle(sizing, 300.0)) == 1


def test_a_slow_device_gets_a_small_one_and_never_less_than_the_smallest() -> None:
    assert max(settle(LiveSizing(CAMERA), 1200.0)[-1]) < BEGIN_PX
    assert max(settle(LiveSizing(CAMERA), 1e6)[-1]) == LADDER_PX[0]


def test_what_has_stuttered_is_not_tried_again() -> None:
    sizing = LiveSizing(CAMERA)
    assert sizing.tell(90)
    small = sizing.size
    for _ in range(20):
        assert not sizing.tell(5)
    assert sizing.size == small


def test_a_fixed_size_stays_and_can_be_given_up() -> None:
    sizing = LiveSizing(CAMERA, fixed_px=512)
    assert sizing.size == Size(384, 512)
    assert not sizing.tell(500)
    sizing.fixed_px = None
    assert max(sizing.size) == BEGIN_PX
    sizing.fixed_px = 128
    assert sizing.size == Size(96, 128)
