"""The system's Chromium under Playwright, started without a GPU, for tests and measurements."""

import shutil
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, BrowserType

from build.common.errors import BuildError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
UNWANTED_FEATURES = (
    # Parts of the browser's own window, made ready beside every page: a tenth of the time in which one starts, and a
    # sixth of what the processor does meanwhile.
    "PreloadTopChromeWebUI",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxPopup",
    # What Playwright switches off, too: of two such flags only the last counts.
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)
FLAGS = (
    f"--disable-features={','.join(UNWANTED_FEATURES)}",
    # WebGL in software: the machine needs no GPU.
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    # Pages are drawn by the processor, as where there is no GPU, and not by a GPU that the processor imitates: that
    # took half of the time in which a page starts.
    "--disable-gpu-compositing",
    "--disable-gpu-rasterization",
    # Chromium's own sandbox refuses root, as which containers run.
    "--no-sandbox",
    "--disable-dev-shm-usage",
    # The browser itself must not talk to anyone, nor can a page reach another host.
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)


def find_chromium() -> Path:
    """The browser's program; `BuildError` saying what to install where there is none."""
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    raise BuildError(f"this needs Chromium, and none of {', '.join(NAMES)} was found: install chromium")


def launch(chromium: BrowserType, *extra_flags: str) -> Browser:
    """Start headless Chromium with WebGL on the processor."""
    return chromium.launch(executable_path=find_chromium(), args=[*FLAGS, *extra_flags])


def launch_profile(chromium: BrowserType, folder: Path) -> BrowserContext:
    """The same with a profile on disk, as visitors have one: it keeps what pages cache, compiled code included."""
    return chromium.launch_persistent_context(str(folder), executable_path=find_chromium(), args=[*FLAGS])


def ordinary_user_agent(browser: Browser) -> str:
    """The user agent of the same browser with a window.

    ONNX.js 0.1.5 takes "HeadlessChrome" for a browser that cannot read floats back, and then gives a black picture.
    """
    page = browser.new_page()
    try:
        agent: str = page.evaluate("navigator.userAgent")
        return agent.replace("HeadlessChrome", "Chrome")
    finally:
        page.close()
