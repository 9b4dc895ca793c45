"""What happened to a person's own styles: models, paintings, and mixtures that were kept."""

from dataclasses import dataclass

from app_py.pages.studio.state import Failure, Progress
from app_py.styles.manifest import ModelSpec


@dataclass(frozen=True, slots=True)
class OwnModelOffered:
    """A person's model has come and is being tried."""

    name: str


@dataclass(frozen=True, slots=True)
class OwnModelAdded:
    """`kept` tells whether the browser has it for the next visit, too."""

    model: ModelSpec
    kept: bool = True


@dataclass(frozen=True, slots=True)
class OwnModelRefused:
    failure: Failure


@dataclass(frozen=True, slots=True)
class OwnModelRemoved:
    model_id: str


@dataclass(frozen=True, slots=True)
class StyleReading:
    """The style of a picture is being read; `progress` is of the network that reads it."""

    name: str
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class OwnStyleAdded:
    """A picture of the person's own, or a mixture, is a style now; `kept`: for later visits, too."""

    model: ModelSpec
    kept: bool = True


@dataclass(frozen=True, slots=True)
class StyleRenamed:
    model_id: str
    title: str


OwnStyleEvent = (
    OwnModelOffered | OwnModelAdded | OwnModelRefused | OwnModelRemoved | StyleReading | OwnStyleAdded | StyleRenamed
)
