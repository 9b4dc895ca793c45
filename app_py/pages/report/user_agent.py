"""A browser's User-Agent header: which browser, engine and system it names.

Only what the header says is returned. Current browsers freeze parts of it ("Windows NT 10.0", "Intel Mac OS X 10_15_7",
model "K"): those parts are no information, and come back as unknown.
"""

import re
from dataclasses import dataclass

from app_py.i18n import tr_noop

UNKNOWN = tr_noop("unknown")

_BROWSERS = (
    ("Edge", r"\bEdg(?:A|iOS)?/([\d.]+)"),
    ("Opera", r"\bOPR/([\d.]+)"),
    ("Samsung Internet", r"\bSamsungBrowser/([\d.]+)"),
    ("Firefox", r"\b(?:Firefox|FxiOS)/([\d.]+)"),
    ("Chrome Headless", r"\bHeadlessChrome/([\d.]+)"),
    ("Chrome", r"\b(?:Chrome|CriOS)/([\d.]+)"),
    ("Safari", r"\bVersion/([\d.]+).*\bSafari/"),
)
"""(name, pattern with the version), the first that fits: others name Chrome and Safari beside themselves."""

_SYSTEMS = (
    ("Android", r"\bAndroid ([\d.]+)"),
    ("iOS", r"\b(?:iPhone OS|CPU OS) ([\d_]+)"),
    ("Windows", r"\bWindows NT (?!10\.0)([\d.]+)"),
    ("Windows", r"\bWindows NT()"),
    ("Mac OS", r"\bMac OS X (?!10_15_7)([\d_]+)"),
    ("Mac OS", r"\bMac OS X()"),
    ("Chrome OS", r"\bCrOS \w+ ([\d.]+)"),
    ("Linux", r"\bLinux ([\w]+)"),
    ("Linux", r"\bLinux()"),
)

_MODEL = re.compile(r"\bAndroid [\d.]+; ([^;)]+?)(?: Build/[^;)]*)?[;)]")
_NO_MODELS = ("K", "Mobile", "Tablet", "wv")


@dataclass(frozen=True, slots=True)
class UserAgent:
    """`os`, `browser` and `engine` as "name version"; each is "unknown" where the header does not say."""

    os: str
    browser: str
    engine: str
    cpu_arch: str
    model: str
    mobile: bool


def parse_user_agent(header: str) -> UserAgent:
    """Read a User-Agent header; anything at all is accepted."""
    browser = _first(_BROWSERS, header)
    return UserAgent(
        os=_first(_SYSTEMS, header),
        browser=browser,
        engine=_engine(header, browser),
        cpu_arch=_cpu_arch(header),
        model=_model(header),
        mobile=bool(re.search(r"\bMobile\b|\bAndroid\b|\biPhone\b|\biPad\b", header)),
    )


def _first(table: tuple[tuple[str, str], ...], header: str) -> str:
    for name, pattern in table:
        if match := re.search(pattern, header):
            # Apple writes 17_5; x86_64 is no version.
            version = match[1].replace("_", ".") if match[1][:1].isdecimal() else match[1]
            return f"{name} {version}".strip()
    return UNKNOWN


def _engine(header: str, browser: str) -> str:
    # On iOS every browser is WebKit, whatever its name.
    webkit = re.search(r"\bAppleWebKit/([\d.]+)", header)
    if re.search(r"\biPhone\b|\biPad\b", header) or browser.startswith("Safari"):
        return f"WebKit {webkit[1]}" if webkit else UNKNOWN
    if gecko := re.search(r"\brv:([\d.]+)\) Gecko/", header):
        return f"Gecko {gecko[1]}"
    chrome = re.search(r"\b(?:Headless)?Chrome/([\d.]+)", header)
    return f"Blink {chrome[1]}" if chrome else UNKNOWN


def _cpu_arch(header: str) -> str:
    if re.search(r"\b(?:x86_64|Win64|WOW64|x64|amd64)\b", header):
        return "amd64"
    if re.search(r"\b(?:aarch64|arm64)\b", header):
        return "arm64"
    # "Intel Mac OS X" is what an Apple-silicon Mac says as well.
    return UNKNOWN


def _model(header: str) -> str:
    if match := re.search(r"\((iPhone|iPad);", header):
        return f"Apple {match[1]}"
    match = _MODEL.search(header)
    # Firefox puts "rv:140.0" where others put the model.
    if match is None or match[1] in _NO_MODELS or match[1].startswith("rv:"):
        return UNKNOWN
    return match[1]
