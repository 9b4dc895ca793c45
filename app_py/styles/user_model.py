"""A model that a person brings along: does it paint, does it work here, and what is its right answer to a test?"""

import hashlib
import io
import re
from dataclasses import dataclass

import numpy as np

from app_py.errors import AppError, ModelError
from app_py.i18n import tr, tr_noop
from app_py.kernels.onnx_graph import read_graph
from app_py.onnxruntime import platform as platforms
from app_py.onnxruntime.engine_worker import EngineWorker
from app_py.onnxruntime.errors import InvalidProtobuf, OrtError
from app_py.onnxruntime.model_source import check_header
from app_py.onnxruntime.onnx_header import OnnxHeader, read_header
from app_py.photo.tensors import NchwTensor
from app_py.session import Session, has_channels_last, in_words
from app_py.styles.graph_sizes import why_too_large
from app_py.styles.manifest import VISITORS, FileSpec, ModelSpec

TEST_HEIGHT, TEST_WIDTH = 32, 48
OTHER_HEIGHT, OTHER_WIDTH = 44, 36
"""A second size: some models state any size and work at one."""

LIMIT_S = 30.0
"""How long a model may take for a picture this small, or to be opened. A photo is thousands of times as large."""

_ENDLESS = {"Loop", "Scan"}
_RANDOM = {"Bernoulli", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike"}

LONGEST_TITLE = 40
CODE = "own-model-unfit"
WANTED = tr_noop(
    "a painting model has one input and one output, float32 [1, 3, height, width] or [1, height, width, 3], "
    "with any height and width"
)


@dataclass(frozen=True, slots=True)
class OwnModel:
    """A checked model: its entry in the gallery, its bytes, and its reference (an npz with `input` and `output`)."""

    spec: ModelSpec
    data: bytes
    reference: bytes


async def check_own_model(name: str, data: bytes) -> OwnModel:
    """Look at a model's inputs and outputs and run it once.

    Raises:
        ModelError: `own-model-unfit` or `model-invalid`, saying what a painting model needs.
    """
    header = _read_header(name, data)
    _check_values(header)
    _check_operators(header)
    _check_sizes(header, data)
    picture = _test_picture()
    painting = await _try(data, picture)
    if painting.shape != picture.shape:
        raise ModelError(
            tr(
                "This model turns a picture of 3 × {height} × {width} values into {shape}; "
                "a painting model gives back a picture of the same size.",
                height=TEST_HEIGHT,
                width=TEST_WIDTH,
                shape=_shape(painting),
            ),
            code=CODE,
        )
    if not np.isfinite(painting).all():
        raise ModelError(
            tr("This model gives back values that are no numbers (NaN or infinite) for an ordinary picture."), code=CODE
        )
    if painting.std() < 1.0:
        raise ModelError(
            tr(
                "This model gives back an empty picture. It should take and give values of 0 to 255, "
                "without mean or scale."
            ),
            code=CODE,
        )
    reference = _npz(picture, painting)
    digest = hashlib.sha256(data).hexdigest()
    spec = ModelSpec(
        id=f"{VISITORS}{digest[:12]}",
        style=f"{VISITORS}{digest[:12]}",
        title=title_of(name),
        width=16,
        padding="reflect",
        model=_spec(f"{VISITORS}{digest[:12]}.onnx", data),
        opset=max((version for domain, version in header.opsets.items() if domain in ("", "ai.onnx")), default=0),
        licence="your own",
        reference=_spec(f"{VISITORS}{digest[:12]}.reference.npz", reference),
        preview=None,
    )
    return OwnModel(spec, data, reference)


def _read_header(name: str, data: bytes) -> OnnxHeader:
    try:
        header = read_header(data)
    except OrtError as error:
        sentence = tr(
            "{name} is not an ONNX model, or not a whole one. Choose a file made by an ONNX export.", name=name
        )
        raise ModelError(sentence, code=error.code, detail=f"{error} {error.detail}") from error
    with in_words():
        return check_header(header)


def _check_values(header: OnnxHeader) -> None:
    if len(header.inputs) != 1 or len(header.outputs) != 1:
        sentence = tr(
            "This model has {inputs} inputs and {outputs} outputs; {wanted}.",
            inputs=len(header.inputs),
            outputs=len(header.outputs),
            wanted=tr(WANTED),
        )
        raise ModelError(sentence, code=CODE)
    (value,) = header.inputs
    shape = list(value.shape or ())
    last = has_channels_last(shape)
    one_picture = len(shape) == 4 and (last or shape[1] == 3) and (shape[0] == 1 or not isinstance(shape[0], int))
    fits = value.type == "tensor(float)" and one_picture
    if not fits:
        sentence = tr("This model takes {type} {shape}; {wanted}.", type=value.type, shape=shape, wanted=tr(WANTED))
        raise ModelError(sentence, code=CODE)
    height, width = shape[1:3] if last else shape[2:]
    if isinstance(height, int) or isinstance(width, int):
        raise ModelError(
            tr(
                "This model takes pictures of {width} × {height} only. Export it with symbolic height and width "
                "(torch.onnx.export with dynamic_shapes), or with `python -m build export`.",
                width=width,
                height=height,
            ),
            code=CODE,
        )


def _check_operators(header: OnnxHeader) -> None:
    """What can be refused before anything runs."""
    found = {name for _, name in header.operators}
    if loops := sorted(found & _ENDLESS):
        raise ModelError(
            tr(
                "This model holds a loop ({operators}), of which nobody can say when it ends. "
                "Export it without: for pictures of any size no loop is needed.",
                operators=", ".join(loops),
            ),
            code=CODE,
        )
    if dice := sorted(found & _RANDOM):
        raise ModelError(
            tr(
                "This model rolls dice ({operators}): it paints the same photo differently each time, "
                "so it cannot be tested. Export it in evaluation mode.",
                operators=", ".join(dice),
            ),
            code=CODE,
        )


def _check_sizes(header: OnnxHeader, data: bytes) -> None:
    # Weights in another file: the session says what to do about that.
    if header.external_files:
        return
    try:
        graph = read_graph(data)
    except InvalidProtobuf:
        # Odd weights: the engine has the last word.
        return
    if sentence := why_too_large(graph):
        raise ModelError(sentence, code=CODE)


async def _try(data: bytes, picture: NchwTensor) -> NchwTensor:
    """The model's painting of a small picture, by a worker of its own, which ends with the trial whatever it does."""
    worker = EngineWorker(platforms.current())
    try:
        session = await Session.create(data, worker=worker, timeout_s=LIMIT_S)
        painting = await session.paint(picture, timeout_s=LIMIT_S)
        other = picture[:, :, :OTHER_HEIGHT, :OTHER_WIDTH]
        if painting.shape == picture.shape:
            await _try_other_size(session, np.ascontiguousarray(np.pad(other, _padding_to(other), mode="edge")))
    except AppError as error:
        if error.code == CODE:
            raise
        raise ModelError(_why_not(error), code=CODE, detail=error.detail) from error
    finally:
        worker.kill()
    return painting


async def _try_other_size(session: Session, picture: NchwTensor) -> None:
    try:
        painting = await session.paint(picture, timeout_s=LIMIT_S)
        fits = painting.shape == picture.shape
    except AppError as error:
        if error.code in ("engine-hung", "engine-died", "out-of-memory"):
            raise
        fits = False
    if not fits:
        raise ModelError(
            tr(
                "This model works at one size only, although it states any height and width. "
                "Export it with symbolic height and width (torch.onnx.export with dynamic_shapes)."
            ),
            code=CODE,
        )


def _padding_to(picture: NchwTensor) -> list[tuple[int, int]]:
    return [(0, 0), (0, 0), (0, OTHER_HEIGHT - picture.shape[2]), (0, OTHER_WIDTH - picture.shape[3])]


def _why_not(error: AppError) -> str:
    if error.code == "engine-hung":
        return tr(
            "This model was not done with a picture of {width} × {height} after {seconds} s, "
            "so it is too slow for photos.",
            width=TEST_WIDTH,
            height=TEST_HEIGHT,
            seconds=round(LIMIT_S),
        )
    return tr("This model does not run here: {error}", error=error)


def _test_picture() -> NchwTensor:
    """Float32 `(1, 3, 32, 48)`, 0..255: gradients, edges and some noise, so that every operator has something to do."""
    rows, columns = np.mgrid[0:TEST_HEIGHT, 0:TEST_WIDTH].astype(np.float32)
    noise = np.random.default_rng(7).uniform(-20, 20, (3, TEST_HEIGHT, TEST_WIDTH)).astype(np.float32)
    planes = np.stack([columns * 5, rows * 7, ((rows // 8 + columns // 8) % 2) * 200]) + noise
    return np.clip(planes, 0, 255)[np.newaxis].astype(np.float32)


def _npz(picture: NchwTensor, painting: NchwTensor) -> bytes:
    out = io.BytesIO()
    np.savez_compressed(out, input=picture, output=painting)
    return out.getvalue()


def _spec(file: str, data: bytes) -> FileSpec:
    return FileSpec(file, len(data), hashlib.sha256(data).hexdigest())


def _shape(array: NchwTensor) -> str:
    return " × ".join(map(str, array.shape))


def title_of(name: str) -> str:
    """A file name as a title: `my_great-style.onnx` becomes `My great style`; of a long one the beginning."""
    words = re.sub(r"[\W_]+", " ", re.sub(r"\.onnx$", "", name, flags=re.IGNORECASE)).strip()
    title = words[:1].upper() + words[1:]
    if len(title) > LONGEST_TITLE:
        title = title[: LONGEST_TITLE - 1].rstrip() + "…"
    return title or tr("My style")
