"""The machine, the versions and the commit that numbers belong to."""

import os
import platform
import re
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import onnxruntime

from build.common.browser import find_chromium
from build.common.paths import ROOT


@dataclass(frozen=True)
class Machine:
    """`load` is how many programs wanted a core, on average, in the minute before."""

    cpu: str
    cores: int
    memory_gb: int
    system: str
    load: float
    chromium: str
    onnxruntime: str
    python: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def this_machine() -> Machine:
    """Read from the system; "unknown" for what it does not say."""
    pages, page_bytes = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return Machine(
        cpu=_cpu(),
        cores=os.cpu_count() or 1,
        memory_gb=round(pages * page_bytes / 2**30),
        system=f"{platform.system()} {platform.machine()}",
        load=round(os.getloadavg()[0], 2),
        chromium=_chromium_version(),
        onnxruntime=onnxruntime.__version__,
        python=platform.python_version(),
    )


def commit() -> str:
    """The short hash of the commit, with "+" where tracked files were changed since; "unknown" outside a repository."""
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty=+", "--abbrev=9", "--exclude=*"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or "unknown"


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    match = re.search(r"^model name\s*:\s*(.+)$", info.read_text(), re.MULTILINE) if info.is_file() else None
    return match[1] if match else platform.processor() or "unknown"


def _chromium_version() -> str:
    done = subprocess.run([str(find_chromium()), "--version"], capture_output=True, text=True, check=False)
    match = re.search(r"[\d.]+", done.stdout)
    return match[0] if match else "unknown"
