"""How large the live picture is painted: as large as the device paints fluently, or as it was asked."""

from app_py.photo.sizing import Size, painted_size

LADDER_PX = (160, 192, 224, 256, 288, 320, 384, 448, 512, 640, 768)
"""Longest sides. Each has about a quarter more pixels than the one before."""

BEGIN_PX = 256

FLUENT_MS = 28.0
"""Less than this leaves room in the 33 ms of a camera's frame: the next larger size is tried."""

STUTTER_MS = 40.0
"""More than this is below 25 pictures a second: the next smaller size is taken."""

LEAST_PIXELS_A_SIDE = 16


class LiveSizing:
    """Goes up and down the ladder by the times that it is told.

    A size that was too slow is not tried again until the style or the engine changes, which is a new `LiveSizing`.
    """

    def __init__(self, camera: Size, fixed_px: int | None = None) -> None:
        self._camera = camera
        self.fixed_px = fixed_px
        """The longest side that was asked for; None to follow the device."""
        self._step = LADDER_PX.index(BEGIN_PX)
        self._highest = len(LADDER_PX) - 1

    @property
    def size(self) -> Size:
        """Of the picture to paint; the camera's own is never enlarged, and sides are even, as video has them."""
        longest = self.fixed_px or LADDER_PX[self._step]
        size = painted_size(self._camera, longest)
        return Size(*(max(LEAST_PIXELS_A_SIDE, side - side % 2) for side in size))

    def tell(self, frame_ms: float) -> bool:
        """Take in what a frame took in the engine worker, a median of several; whether the size has changed by it."""
        if self.fixed_px is not None:
            return False
        before = self.size
        if frame_ms > STUTTER_MS and self._step > 0:
            self._step -= 1
            self._highest = self._step
        elif frame_ms < FLUENT_MS and self._step < self._highest and self._would_be_fluent(frame_ms):
            self._step += 1
        return self.size != before

    def _would_be_fluent(self, frame_ms: float) -> bool:
        """Whether the next size will not stutter, if time goes with the pixels."""
        if LADDER_PX[self._step] >= max(self._camera):
            return False
        larger = (LADDER_PX[self._step + 1] / LADDER_PX[self._step]) ** 2
        return frame_ms * larger < STUTTER_MS
