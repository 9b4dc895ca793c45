"""Sessions as the painter uses them: the border at which the bridge's errors get the page's words and language."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Self

import numpy as np

import app_py.kernels  # noqa: F401 - makes the plans of one of the engines
from app_py.errors import AppError, EngineError, InvalidArgument, ModelError
from app_py.i18n import tr, tr_noop
from app_py.onnxruntime import errors, faults
from app_py.onnxruntime.engine_worker import EngineWorker
from app_py.onnxruntime.feeds import Array
from app_py.onnxruntime.planning import Plan, make_plan
from app_py.onnxruntime.session import InferenceSession

Feeds = Mapping[str, Array]
"""Arrays by the names of a model's inputs."""

TOO_LARGE = "picture-too-large"
"""ONNX.js gives a convolution's patches one texture; no graphics processor has one that large for every picture."""

OF_PICTURES = {
    faults.TOO_LARGE: (TOO_LARGE, tr_noop("The picture is too large for the textures of this graphics processor.")),
    "out-of-memory": (
        "out-of-memory",
        tr_noop("The engine has no memory left for a picture of this size; choose a smaller size."),
    ),
}
"""The bridge's code -> the page's code and sentence, where the page says more than the bridge can know."""

FAULTS = faults.FAULTS - {faults.TOO_LARGE} | {TOO_LARGE}
"""Failures of the device or the engine, which may not happen again on a fresh worker or with another engine."""

_OF_THE_MODEL = (errors.NoSuchFile, errors.NoModel, errors.InvalidProtobuf)


class Session(InferenceSession):
    """An `InferenceSession` that fails with `AppError`s and takes its feeds by name."""

    @classmethod
    async def create(cls, *arguments: Any, **options: Any) -> Self:
        """As `InferenceSession.create`."""
        with in_words():
            return await super().create(*arguments, **options)

    async def run_async(self, *arguments: Any, **options: Any) -> list[Array]:
        """As `InferenceSession.run_async`."""
        with in_words():
            outputs: list[Array] = await super().run_async(*arguments, **options)
            return outputs

    async def run_pixels_async(self, *arguments: Any, **options: Any) -> Array:
        """As `InferenceSession.run_pixels_async`."""
        with in_words():
            return await super().run_pixels_async(*arguments, **options)

    async def close(self) -> None:
        """As `InferenceSession.close`."""
        with in_words():
            await super().close()

    async def paint(self, picture: Array, others: Feeds | None = None, timeout_s: float | None = None) -> Array:
        """The network's picture of a picture; `others` are its further feeds by name, a style's vector for example.

        Both are `[1, 3, H, W]`, also where the network itself has its channels last.
        """
        feeds = self.name_feeds(picture, others or {})
        (painting,) = await self.run_async(None, feeds, timeout_s=timeout_s)
        (fed,) = (array for name, array in feeds.items() if name not in (others or {}))
        turned = fed is not picture and painting.shape == fed.shape
        return np.ascontiguousarray(painting.transpose(0, 3, 1, 2)) if turned else painting

    def name_feeds(self, picture: Array, others: Feeds) -> dict[str, Array]:
        """Feeds by name: the picture `[1, 3, H, W]` goes, in its form, into the one that `others` does not name."""
        free = [value for value in self.get_inputs() if value.name not in others]
        if len(free) != 1:
            raise InvalidArgument(
                tr("The network leaves {count} of its inputs for the picture; expected one.", count=len(free)),
                detail=f"inputs left: {[value.name for value in free]}; given: {list(others)}",
            )
        last = has_channels_last(free[0].shape)
        return {free[0].name: np.ascontiguousarray(picture.transpose(0, 2, 3, 1)) if last else picture, **others}


def has_channels_last(shape: Sequence[int | str | None]) -> bool:
    """Whether a picture's shape is `[1, H, W, 3]` and not `[1, 3, H, W]`."""
    return len(shape) == 4 and shape[3] == 3 and shape[1] != 3


async def probe(worker: EngineWorker, timeout_s: float | None = None) -> dict[str, Any]:
    """What the device offers, as `device.js` beside the engine worker found it."""
    with in_words():
        facts, _ = await worker.call("probe", {}, timeout_s=timeout_s)
    return facts


def plan(provider: str, model: bytes) -> Plan | None:
    """As `make_plan`: what an engine that reads no ONNX makes of a model."""
    with in_words():
        return make_plan(provider, model)


@contextmanager
def in_words() -> Iterator[None]:
    """Raise what the bridge raises as the painter's own error, said in the language of the page."""
    try:
        yield
    except errors.OrtError as error:
        raise translate(error) from error


def translate(error: errors.OrtError) -> AppError:
    """The painter's error for one of the bridge's."""
    code, template = OF_PICTURES.get(error.code, (error.code, error.template))
    values = {name: _translated(value) for name, value in error.values.items()}
    sentence = tr(template, **values) if values else tr(template)
    kind: type[AppError] = EngineError
    if error.code == errors.InvalidArgument.code or error.code == "unknown-provider":
        kind = InvalidArgument
    elif isinstance(error, _OF_THE_MODEL) or error.code == "model-invalid":
        kind = ModelError
    return kind(sentence, code=code, detail=error.detail)


def _translated(value: object) -> object:
    return str(translate(value)) if isinstance(value, errors.OrtError) else value
