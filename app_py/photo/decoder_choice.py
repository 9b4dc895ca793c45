"""Which decoder gives the better pixels of a file: the browser's, or Pillow in Pyodide."""

import io

from PIL import Image

from app_py.errors import PhotoError
from app_py.i18n import tr
from app_py.photo.decode import DRAFT_ABOVE_PIXELS, TRUNCATED
from app_py.photo.file_kinds import identify
from app_py.photo.icc import is_of_tables
from app_py.photo.wholeness import has_jpeg_end

BMP_COMPRESSION = 30
BMP_RUN_LENGTH = (1, 2)
"""Where a BMP says how it is coded: by run lengths of bytes or of half bytes (BITMAPINFOHEADER, biCompression)."""


def prefers_browser(data: bytes) -> bool:
    """Whether the browser's own decoder gives better pixels than Pillow in Pyodide does.

    That Pillow is built without LittleCMS, so of colour profiles it applies the matrix kind alone (`icc`), and with
    IJG's libjpeg, whose colour differs from that of libjpeg-turbo, which browsers and other programs use, by up to 50
    of 255 at sharp edges; run-length coded BMP it reads wrong and some bit fields not at all. Huge pictures stay with
    Pillow, which can decode a JPEG at a fraction of its scale, unless their colours are those of tables.

    Raises:
        PhotoError: `photo-truncated` for a JPEG without its end, of which browsers show the rest in grey.
    """
    kind = identify(data)
    if kind == "bmp":
        return True
    if kind == "jpeg" and not has_jpeg_end(data):
        raise PhotoError(tr(TRUNCATED), code="photo-truncated")
    try:
        with Image.open(io.BytesIO(data)) as picture:
            huge = picture.width * picture.height > DRAFT_ABOVE_PIXELS
            profile = picture.info.get("icc_profile", b"")
            return is_of_tables(profile) if huge else kind == "jpeg" or bool(profile)
    except Exception:  # whatever is wrong with it, `decode` says it better
        return kind == "jpeg"


def is_read_wrong(data: bytes) -> bool:
    """Whether Pillow would give other pixels than the file's and say nothing: a BMP with run-length coding."""
    return identify(data) == "bmp" and data[BMP_COMPRESSION] in BMP_RUN_LENGTH
