"""The headers that the site wants from its host: the same that the service worker adds where the host sends none."""

import re
from pathlib import Path

from build.common.errors import BuildError
from build.common.server import ISOLATION


def content_security_policy(page: Path) -> str:
    """The policy that a page states in its own `<meta>`; `BuildError` where it states none."""
    found = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)">', page.read_text("utf-8"))
    if found is None:
        raise BuildError(f"{page} states no Content-Security-Policy")
    return found[1]


def headers_file(root: Path) -> str:
    """`_headers` in the form that Netlify and Cloudflare Pages read; paths are relative to the host's root.

    Names of files stay when their content changes, so browsers ask each time whether it did; the service worker, which
    knows the content of each release by its hash, spares them that.
    """
    headers = {
        **ISOLATION,
        # Who may frame a page only a header can say.
        "Content-Security-Policy": f"{content_security_policy(root / 'www' / 'index.html')}; frame-ancestors 'none'",
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-cache",
    }
    return "\n".join(["/*", *(f"  {name}: {value}" for name, value in headers.items())]) + "\n"
