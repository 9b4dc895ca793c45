"""The style of a live painting: its numbers for the network, as strong as asked for."""

from collections.abc import Awaitable, Callable

from app_py.pages.studio.mixture import require_style, style_of
from app_py.pages.studio.state import State
from app_py.photo.tensors import RgbImage
from app_py.session import Feeds
from app_py.styles.manifest import ModelSpec
from app_py.styles.mixtures import mixed_with_photo
from app_py.styles.vectors import Vector

WHOLE_PERCENT = 100

ReadStyle = Callable[[RgbImage], Awaitable[Vector]]
"""The numbers of a picture's own style. Raises `AppError`."""


class LiveStyle:
    """Follows the style, the mixture and the strength of the studio's state.

    Args:
        picture: what is painted, for a strength that is a mixture with its style; None as long as it is not known.
    """

    def __init__(
        self,
        state: Callable[[], State],
        read_style: ReadStyle,
        picture: Callable[[], Awaitable[RgbImage | None]],
    ) -> None:
        self._state = state
        self._read_style = read_style
        self._picture = picture
        self._own: Vector | None = None
        """The style of what is painted, once it was asked for."""
        self.feeds: Feeds = {}
        """What the network takes beside the picture, as it was last read."""

    @property
    def spec(self) -> ModelSpec:
        """The style alone. Raises `AppError` where there is none of that name."""
        return require_style(self._state(), self._state().paint_settings)

    async def read(self) -> None:
        """Bring `feeds` up to what is asked for now. Raises `AppError`."""
        spec = self.spec
        if self._is_mixed(spec):
            spec = await self._mixed(spec)
        self.feeds = spec.feeds

    @property
    def lacks_picture(self) -> bool:
        """Whether the strength that is asked for waits for a picture of what is painted."""
        spec = style_of(self._state(), self._state().paint_settings)
        return self._own is None and spec is not None and self._is_mixed(spec)

    @property
    def blended_percent(self) -> int:
        """The strength that is left to blend afterwards: one that is painted is not blended again."""
        return WHOLE_PERCENT if self.spec.mixes_with_photo else self._state().adjustments.strength_percent

    def forget_picture(self) -> None:
        """What comes next is something else."""
        self._own = None

    def _is_mixed(self, spec: ModelSpec) -> bool:
        return spec.mixes_with_photo and self._state().paint_settings.strength_percent < WHOLE_PERCENT

    async def _mixed(self, spec: ModelSpec) -> ModelSpec:
        if self._own is None:
            picture = await self._picture()
            if picture is None:
                return spec
            self._own = await self._read_style(picture)
        return mixed_with_photo(spec, self._own, self._state().paint_settings.strength_percent)
