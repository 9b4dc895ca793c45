"""A results document in the fragment of an address: nothing is uploaded, and servers never see a fragment.

The form is `#r=` and base64url (RFC 4648, without padding) of the document as JSON, deflated (RFC 1950).
"""

import base64
import binascii
import json
import zlib
from typing import Any

from app_py.i18n import tr
from app_py.pages.report.json_schema import MAX_BYTES, ResultsError

KEY = "r="
LONGEST = 60_000
"""Characters. Browsers take more, but mail and chat programs cut longer addresses."""


def to_fragment(document: Any) -> str | None:
    """The fragment without `#`; None where it would be too long to be passed on."""
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    packed = base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")
    return KEY + packed if len(packed) <= LONGEST else None


def from_fragment(fragment: str) -> bytes | None:
    """The JSON text in a fragment; None where it carries no results.

    Raises:
        ResultsError: it carries something that cannot be unpacked, or that is far too large when it is.
    """
    text = fragment.removeprefix("#")
    if not text.startswith(KEY):
        return None
    packed = text.removeprefix(KEY)
    try:
        # Only so much is unpacked: a short link can hold gigabytes of zeros.
        unpacker = zlib.decompressobj()
        data = unpacker.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)), MAX_BYTES)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise ResultsError(
            tr("The results in this link are damaged. Ask for the link again, whole."), detail=str(error)
        ) from error
    if not unpacker.eof:
        raise ResultsError(tr("The results in this link are cut short or too large. Ask for the link again, whole."))
    return data
