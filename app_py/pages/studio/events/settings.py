"""What was asked of how it is painted, shown and saved."""

from dataclasses import dataclass

from app_py.pages.studio.state import Adjustments, Saving


@dataclass(frozen=True, slots=True)
class SettingChanged:
    """A control was changed: `field` is `style`, `speed`, `engine` or `size`."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class AdjustmentsChanged:
    """The strength slider or the colour switch was moved."""

    adjustments: Adjustments


@dataclass(frozen=True, slots=True)
class SavingChanged:
    saving: Saving


@dataclass(frozen=True, slots=True)
class MixChanged:
    """Styles and their weights in percent; none: the mixture is over."""

    parts: tuple[tuple[str, int], ...]


SettingsEvent = SettingChanged | AdjustmentsChanged | SavingChanged | MixChanged
