"""A pytest plugin: short ids for long parameters. A node id goes through pipes and reports several times."""

import zlib

LONGEST = 200


def pytest_make_parametrize_id(val: object) -> str | None:
    """The beginning and the checksum of a long text or file, of which pytest would take all; else what pytest takes."""
    if not isinstance(val, str | bytes) or len(val) <= LONGEST:
        return None
    content = val.encode(errors="backslashreplace") if isinstance(val, str) else val
    return f"{val[:20]!r}...{len(val)}-{zlib.crc32(content):08x}"
