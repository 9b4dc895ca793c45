"""How large a picture this computer can paint."""

from pathlib import Path

BYTES_PER_PIXEL = 450
"""What onnxruntime takes for networks of 8 and 16 channels, measured at 1600 x 1600: 270 to 390 bytes."""

MOST_PIXELS = 50_000_000
SHARE = 0.7
"""Of the memory that is free."""

MEMINFO = Path("/proc/meminfo")


def most_pixels(meminfo: Path = MEMINFO) -> int:
    """The most pixels to paint at once; where the system does not say what is free, `MOST_PIXELS`."""
    try:
        lines = meminfo.read_text(encoding="ascii").splitlines()
    except OSError:
        return MOST_PIXELS
    free_kib = next((int(line.split()[1]) for line in lines if line.startswith("MemAvailable:")), None)
    if free_kib is None:
        return MOST_PIXELS
    return min(MOST_PIXELS, int(SHARE * free_kib * 1024 / BYTES_PER_PIXEL))
