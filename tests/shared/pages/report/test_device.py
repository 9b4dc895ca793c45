"""What a browser says of its device, and "unknown" for what it hides."""

import pytest

from app_py.pages.report.device import NO_WEBGL, describe_device
from app_py.pages.report.user_agent import parse_user_agent

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
HEADLESS = CHROME.replace("Chrome/", "HeadlessChrome/")
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
    " Edg/140.0.3485.54"
)
REDUCED = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"
)
PIXEL = (
    "Mozilla/5.0 (Linux; Android 9; Pixel 3 Build/PQ1A) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/73.0.3683.90"
    " Mobile Safari/537.36"
)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
FIREFOX_ANDROID = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5"
    " Mobile/15E148 Safari/604.1"
)
CHROME_IPHONE = IPHONE.replace("Version/17.5", "CriOS/140.0.7339.39")
MAC = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1"
    " Safari/605.1.15"
)


@pytest.mark.parametrize(
    ("header", "os", "browser", "engine", "arch", "model", "mobile"),
    [
        (CHROME, "Linux x86_64", "Chrome 156.0.0.0", "Blink 156.0.0.0", "amd64", "unknown", False),
        (HEADLESS, "Linux x86_64", "Chrome Headless 156.0.0.0", "Blink 156.0.0.0", "amd64", "unknown", False),
        (EDGE, "Windows", "Edge 140.0.3485.54", "Blink 140.0.0.0", "amd64", "unknown", False),
        (REDUCED, "Android 10", "Chrome 140.0.0.0", "Blink 140.0.0.0", "unknown", "unknown", True),
        (PIXEL, "Android 9", "Chrome 73.0.3683.90", "Blink 73.0.3683.90", "unknown", "Pixel 3", True),
        (FIREFOX, "Linux x86_64", "Firefox 140.0", "Gecko 140.0", "amd64", "unknown", False),
        (FIREFOX_ANDROID, "Android 15", "Firefox 140.0", "Gecko 140.0", "unknown", "unknown", True),
        (IPHONE, "iOS 17.5", "Safari 17.5", "WebKit 605.1.15", "unknown", "Apple iPhone", True),
        (CHROME_IPHONE, "iOS 17.5", "Chrome 140.0.7339.39", "WebKit 605.1.15", "unknown", "Apple iPhone", True),
        (MAC, "Mac OS", "Safari 18.1", "WebKit 605.1.15", "unknown", "unknown", False),
        ("", "unknown", "unknown", "unknown", "unknown", "unknown", False),
        ("\x00<script>(((", "unknown", "unknown", "unknown", "unknown", "unknown", False),
    ],
)
def test_user_agents(header: str, os: str, browser: str, engine: str, arch: str, model: str, mobile: bool) -> None:
    told = parse_user_agent(header)
    assert (told.os, told.browser, told.engine, told.cpu_arch, told.model, told.mobile) == (
        os,
        browser,
        engine,
        arch,
        model,
        mobile,
    )


def test_hints_win_over_the_frozen_header() -> None:
    hints = {
        "architecture": "x86",
        "bitness": "64",
        "model": "Pixel 9",
        "platform": "Windows",
        "platformVersion": "15.0.0",
        "mobile": True,
    }
    device = describe_device({"browser": REDUCED, "hints": hints})
    assert (device.os, device.cpu_arch, device.model, device.mobile) == ("Windows 11", "amd64", "Pixel 9", True)


def test_nothing_known_is_unknown() -> None:
    device = describe_device({})
    assert (device.os, device.gpu, device.webgpu, device.cores, device.memory_gb) == (
        "unknown",
        "unknown",
        "unknown",
        None,
        None,
    )
    assert device.threads == 1


def test_threads_need_isolation_and_no_webgl_is_said() -> None:
    facts = {"browser": CHROME, "cores": 16, "webgl": None, "webgpu": None}
    assert describe_device(facts).threads == 1
    isolated = describe_device({**facts, "isolated": True})
    assert (isolated.threads, isolated.gpu, isolated.webgpu) == (8, NO_WEBGL, "none")
