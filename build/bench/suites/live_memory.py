"""Ten minutes of live painting: whether the memory of page and workers grows. Only where it is asked for by name."""

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from build.bench.camera import camera_browser, live_page, write_film
from build.bench.suites import Options, Rows
from build.common.paths import ROOT
from build.common.server import ISOLATION, serve

LENGTH = 30
"""In budgets of a contestant (`--budget`, 20 s): ten minutes."""
PARTS = 10
FIRST = 2
"""What is held after so many parts is compared with what is held after all of them."""
MOST_GROWTH_PERCENT = 5
CAMERA_PX = (320, 240)
STYLE = "great-wave-nc8"


def run(options: Options) -> Rows:
    """Rows of `{minutes, bytes}`, and by how many percent the memory grew."""
    part_s = options.budget_s * LENGTH / PARTS
    rows = []
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(ROOT, headers=ISOLATION) as site,
        sync_playwright() as playwright,
    ):
        film = write_film(Path(folder) / "camera.mjpeg", CAMERA_PX, 1)
        with (
            camera_browser(playwright, film) as browser,
            live_page(browser, f"{site}/www/?style={STYLE}&engine=kernels:wasm", "", "384") as page,
        ):
            session = page.context.new_cdp_session(page)
            for part in range(1, PARTS + 1):
                page.wait_for_timeout(1000 * part_s)
                session.send("HeapProfiler.collectGarbage")
                rows.append({"minutes": round(part * part_s / 60, 2), "bytes": _held_bytes(browser)})
                print(f"{rows[-1]['minutes']:>6.2f} minutes {rows[-1]['bytes'] / 2**20:>8,.0f} MiB", flush=True)
    growth = 100 * (rows[-1]["bytes"] / rows[FIRST - 1]["bytes"] - 1)
    print(f"grew by {growth:.1f} % (wanted: at most {MOST_GROWTH_PERCENT} %)", flush=True)
    return {"rows": rows, "growth_percent": round(growth, 1), "style": STYLE}


def _held_bytes(browser: Browser) -> int:
    """What the processes of pages hold in memory (VmRSS of proc(5))."""
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    return sum(_resident_bytes(process["id"]) for process in processes if process["type"] == "renderer")


def _resident_bytes(process: int) -> int:
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS")), 0)
