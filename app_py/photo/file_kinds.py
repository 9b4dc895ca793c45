"""What a file is, by its first bytes, and what to say about those that are no picture which a page can open."""

import codecs
import re
import struct

from app_py.i18n import tr, tr_noop

PILLOW_LEADS = frozenset({"jpeg", "png", "gif", "webp"})
"""Kinds that Pillow reads whole: where it fails although their end is there, the file is damaged."""

READ_IN_PART = frozenset({"tiff", "bmp"})
"""Kinds with more codings than Pillow knows."""

_SIGNATURES: tuple[tuple[str, int, bytes], ...] = (
    ("jpeg", 0, b"\xff\xd8"),
    ("png", 0, b"\x89PNG\r\n\x1a\n"),
    ("gif", 0, b"GIF8"),
    ("bmp", 0, b"BM"),
    ("webp", 8, b"WEBP"),
    ("video", 8, b"AVI "),
    ("audio", 8, b"WAVE"),
    ("exr", 0, b"v/1\x01"),
    ("radiance", 0, b"#?RADIANCE"),
    ("jxl", 0, b"\xff\x0a"),
    ("jxl", 0, b"\x00\x00\x00\x0cJXL "),
    ("psd", 0, b"8BPS"),
    ("raw", 0, b"FUJIFILMCCD-RAW"),
    ("raw", 0, b"IIRO"),
    ("raw", 0, b"IIU\x00"),
    ("raw", 0, b"FOVb"),
    ("raw", 0, b"\x00MRM"),
    ("video", 0, b"\x1a\x45\xdf\xa3"),
    ("video", 0, b"OggS"),
    ("video", 0, b"FLV\x01"),
    ("video", 0, b"\x00\x00\x01\xba"),
    ("video", 4, b"moov"),
    ("video", 4, b"mdat"),
    ("audio", 0, b"ID3"),
    ("audio", 0, b"fLaC"),
    ("pdf", 0, b"%PDF"),
    ("archive", 0, b"PK\x03\x04"),
    ("archive", 0, b"Rar!"),
    ("archive", 0, b"7z\xbc\xaf\x27\x1c"),
    ("archive", 0, b"\x1f\x8b"),
)
"""Kind, offset, bytes: each format's own magic number."""

_BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"), "heic"),
    **dict.fromkeys((b"avif", b"avis"), "avif"),
    b"crx ": "raw",
    **dict.fromkeys((b"M4A ", b"M4B "), "audio"),
}
"""Major brands of ISO base media files (ISO/IEC 14496-12, 4.3); all others are video."""

_HELP = {
    "heic": tr_noop(
        "This is a HEIC photo, which this browser cannot open. Save it as JPEG and choose that: on an iPhone, "
        "“Most Compatible” under Settings, Camera, Formats; on a computer, open it and export it."
    ),
    "avif": tr_noop("This is an AVIF picture, which this browser cannot open. Save it as JPEG or PNG and choose that."),
    "jxl": tr_noop(
        "This is a JPEG XL picture, which this browser cannot open. Save it as JPEG or PNG and choose that."
    ),
    "exr": tr_noop("This is an OpenEXR picture, which this page cannot open. Save it as JPEG or PNG and choose that."),
    "radiance": tr_noop(
        "This is a Radiance HDR picture, which this page cannot open. Save it as JPEG and choose that."
    ),
    "psd": tr_noop("This Photoshop file cannot be opened here. Save it as JPEG or PNG and choose that."),
    "svg": tr_noop("This is a drawing (SVG), not a photo. Export it as PNG and choose that."),
    "raw": tr_noop(
        "This is a RAW file, as cameras keep it before it becomes a photo. Develop it with the camera’s or another "
        "program, save it as JPEG and choose that."
    ),
    "video": tr_noop("This is a video, not a photo. Choose a photo, or save one picture of the video and choose that."),
    "audio": tr_noop("This is a sound file, not a picture. Choose a photo (JPEG, PNG, WebP, GIF)."),
    "pdf": tr_noop("This is a PDF document, not a photo. Save its page as a picture and choose that."),
    "archive": tr_noop("This is an archive (such as ZIP). Unpack it and choose a photo from it."),
    "text": tr_noop("This is a text file, not a picture. Choose a photo (JPEG, PNG, WebP, GIF)."),
}

_UNKNOWN = tr_noop("This file is not a picture that can be read. Choose a JPEG, PNG, WebP or GIF.")

_TEXT_PROBE_BYTES = 4096


def identify(data: bytes) -> str:
    """What the file is: `jpeg`, `png`, `gif`, `bmp`, `webp`, `tiff`, `heic` and so on; `unknown` for anything else.

    >>> identify(b"%PDF-1.7")
    'pdf'
    """
    for kind, offset, magic in _SIGNATURES:
        if data[offset : offset + len(magic)] == magic:
            return kind
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12], "video")
    if data[:4] in (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"):
        return "raw" if _is_raw_tiff(data) else "tiff"
    return _text_kind(data[:_TEXT_PROBE_BYTES])


def refusal_words(kind: str) -> str:
    """Why a file of that kind is not opened, and the way out."""
    return tr(_HELP.get(kind, _UNKNOWN))


def unsupported_words(kind: str) -> str:
    """Of a picture whose kind is known and read in part: what it is, and the way out."""
    return tr(
        "This is a {kind} picture of a kind that this page cannot open, though it may be whole. Save it as JPEG or PNG "
        "and choose that.",
        kind=kind.upper(),
    )


def _is_raw_tiff(data: bytes) -> bool:
    """Whether a TIFF holds a sensor's values, and as a picture only a small preview.

    DNG and CR2 say so themselves; in the others the first picture is a reduced one (NewSubfileType, tag 254), or has
    the photometric interpretation (tag 262) of a colour filter array or of linear raw values (TIFF/EP, DNG 1.4).
    """
    if data[8:10] == b"CR":
        return True
    tags = _first_directory(data)
    return 50706 in tags or tags.get(262) in (32803, 34892) or (tags.get(254, 0) & 1 == 1 and 330 in tags)


def _first_directory(data: bytes) -> dict[int, int]:
    """Each tag's value field as a number (TIFF 6.0, section 2); empty where the directory cannot be read."""
    order = "<" if data[:2] == b"II" else ">"
    try:
        (offset,) = struct.unpack_from(f"{order}I", data, 4)
        (count,) = struct.unpack_from(f"{order}H", data, offset)
        tags: dict[int, int] = {}
        for entry in range(offset + 2, offset + 2 + 12 * count, 12):
            tag, kind, values = struct.unpack_from(f"{order}HHI", data, entry)
            short = kind == 3 and values == 1
            (tags[tag],) = struct.unpack_from(f"{order}H" if short else f"{order}I", data, entry + 8)
    except (struct.error, OverflowError):  # an offset that a 32-bit Python cannot even count
        return {}
    return tags


def _text_kind(start: bytes) -> str:
    try:
        # The probe may end within a character, of which it then lacks three bytes at most.
        text = codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return "unknown"
    if re.search(r"<svg[\s>]", text):
        return "svg"
    return "text" if text.strip() and "\0" not in text else "unknown"
