"""A style on this computer's onnxruntime: pictures in, paintings out."""

from dataclasses import dataclass
from pathlib import Path

import onnxruntime

from app_py.cli.memory import most_pixels
from app_py.errors import AppError, EngineError, ModelError
from app_py.photo.adjust import finish
from app_py.photo.decode import Photo, decode, resize
from app_py.photo.encode import PictureFormat, encode
from app_py.photo.sizing import Size, painted_size
from app_py.photo.tensors import RgbImage, to_image, to_tensor
from app_py.styles.manifest import ModelSpec, parse_manifest

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
        style: its id in the manifest.
        models: the folder of `manifest.json`.
        threads: of a run; 0 for all cores.

    Raises:
        AppError: `model-unavailable`, `manifest-invalid`, `style-unknown`.
    """

    def __init__(self, style: str, models: Path, options: Options | None = None, threads: int = 0) -> None:
        self.options = options or Options()
        spec = _find(style, models)
        session_options = onnxruntime.SessionOptions()
        session_options.intra_op_num_threads = threads
        # Pictures of many sizes: an arena would keep the memory of the largest, and patterns of every size.
        session_options.enable_cpu_mem_arena = False
        session_options.enable_mem_pattern = False
        session_options.log_severity_level = 4
        path = models / spec.model.file
        try:
            self._session = onnxruntime.InferenceSession(path, session_options, providers=["CPUExecutionProvider"])
        except Exception as error:
            raise ModelError(
                f"The style {style} ({path}) could not be opened. Run `python -m build models`.", detail=repr(error)
            ) from error
        self._input = self._session.get_inputs()[0].name

    def paint_bytes(self, data: bytes) -> tuple[bytes, Size, Size]:
        """A picture file to a painted picture file, with the size of both.

        Raises:
            AppError: what is wrong with the photo, or that there is no memory for it.
        """
        photo = decode(data, LARGEST_SIDE_PX)
        image = self.reduce(photo)
        painting = self.finish(image, self.run(image))
        file = encode(painting, self.options.format, self.options.quality)
        return file, photo.size, Size(*painting.shape[:2])

    def reduce(self, photo: Photo) -> RgbImage:
        """The photo at the size at which it is painted."""
        return resize(photo.image, painted_size(photo.size, self.options.longest_px, most_pixels()))

    def run(self, image: RgbImage) -> RgbImage:
        """What the network makes of uint8 `(H, W, 3)`, of any size from 1 x 1 on; the same shape."""
        try:
            (output,) = self._session.run(None, {self._input: to_tensor(image)})
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
        if self.options.strength_percent == 100 and not self.options.keep_colours:
            return painting
        return finish(image, painting, self.options.strength_percent, self.options.keep_colours)


def _find(style: str, models: Path) -> ModelSpec:
    manifest = models / "manifest.json"
    try:
        known = parse_manifest(manifest.read_bytes())
    except OSError as error:
        raise ModelError(f"There is no list of styles at {manifest}. Run `python -m build models`.") from error
    found = next((spec for spec in known if spec.id == style), None)
    if found is None:
        ids = ", ".join(sorted(spec.id for spec in known if spec.padding == "reflect"))
        raise AppError(f"There is no style {style!r}. There are: {ids}.", code="style-unknown")
    return found
