"""A style on this computer's onnxruntime: pictures in, paintings out."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime

from app_py.cli.memory import most_pixels
from app_py.cli.styles import find_style
from app_py.errors import EngineError, ModelError
from app_py.live.fixed_point import Levels
from app_py.photo.adjust import finish
from app_py.photo.decode import Photo, decode, resize
from app_py.photo.encode import PictureFormat, encode
from app_py.photo.sizing import Size, painted_size
from app_py.photo.tensors import RgbImage, to_image, to_tensor
from app_py.styles.manifest import FileSpec
from app_py.styles.mixtures import mixed_with_photo
from app_py.styles.vectors import Vector, predictor_picture

LARGEST_SIDE_PX = 100_000
"""More than any photo has: photos are decoded as large as they are."""


@dataclass(frozen=True, slots=True)
class Options:
    """How photos and videos are painted: the longest side in pixels (None: their own), and the finish."""

    longest_px: int | None = 512
    strength_percent: int = 100
    keep_colours: bool = False
    format: PictureFormat = "png"
    quality: int = 92
    steady: bool = False


class HostPainter:
    """One style, opened once.

    Args:
        style: its id in the manifest, or a mixture as an address of the page has it (`painting:a*60,painting:b*40`).
        models: the folder of `manifest.json`.
        threads: of a run; 0 for all cores.

    Raises:
        AppError: `model-unavailable`, `manifest-invalid`, `style-unknown`, `mix-invalid`.
    """

    def __init__(self, style: str, models: Path, options: Options | None = None, threads: int = 0) -> None:
        self.options = options or Options()
        self._models, self._threads = models, threads
        self._whole = self._style = find_style(style, models)
        self._session = self._open(self._whole.model)
        self._reader: onnxruntime.InferenceSession | None = None

    def paint_bytes(self, data: bytes) -> tuple[bytes, Size, Size]:
        """A picture file to a painted picture file, with the size of both.

        Raises:
            AppError: what is wrong with the photo, or that there is no memory for it.
        """
        photo = decode(data, LARGEST_SIDE_PX)
        image = self.reduce(photo)
        self.look_at(photo.image)
        painting = self.finish(image, self.run(image))
        file = encode(painting, self.options.format, self.options.quality)
        return file, photo.size, Size(*painting.shape[:2])

    def reduce(self, photo: Photo) -> RgbImage:
        """The photo at the size at which it is painted."""
        return resize(photo.image, painted_size(photo.size, self.options.longest_px, most_pixels()))

    def look_at(self, image: RgbImage) -> None:
        """Paint what comes in a style as strong as asked for, if that is a mixture with the style of this picture."""
        if self._paints_strength:
            own = self._read(image)
            self._style = mixed_with_photo(self._whole, own, self.options.strength_percent)

    def run(self, image: RgbImage | Levels) -> RgbImage:
        """What the network makes of `(H, W, 3)`, uint8 or float32, of any size from 1 x 1 on; the same shape."""
        feeds = self._style.feeds
        picture = next(value.name for value in self._session.get_inputs() if value.name not in feeds)
        try:
            (output,) = self._session.run(None, {picture: to_tensor(image), **feeds})
        except Exception as error:
            if "alloc" in str(error):
                raise EngineError(
                    "There is not enough memory to paint it at this size. Choose a smaller --size.",
                    code="out-of-memory",
                    detail=repr(error),
                ) from error
            raise EngineError("onnxruntime could not paint it.", detail=repr(error)) from error
        return to_image(output, Size(*image.shape[:2]))

    def finish(self, image: RgbImage, painting: RgbImage) -> RgbImage:
        """The painting with the strength and the colours that were asked for."""
        # A strength that is painted is not blended again.
        percent = 100 if self._paints_strength else self.options.strength_percent
        if percent == 100 and not self.options.keep_colours:
            return painting
        return finish(image, painting, percent, self.options.keep_colours)

    @property
    def _paints_strength(self) -> bool:
        return self._whole.mixes_with_photo and self.options.strength_percent < 100

    def _read(self, image: RgbImage) -> Vector:
        """The numbers of a picture's own style."""
        if self._reader is None:
            assert self._whole.predictor is not None
            self._reader = self._open(self._whole.predictor)
        (vector,) = self._reader.run(None, {"input": predictor_picture(image)})
        return np.asarray(vector, np.float32)

    def _open(self, file: FileSpec) -> onnxruntime.InferenceSession:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        # Pictures of many sizes: an arena would keep the memory of the largest, and patterns of every size.
        options.enable_cpu_mem_arena = False
        options.enable_mem_pattern = False
        options.log_severity_level = 4
        path = self._models / file.file
        try:
            return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        except Exception as error:
            raise ModelError(
                f"The style {self._whole.title} ({path}) could not be opened. Run `python -m build models`.",
                detail=repr(error),
            ) from error
