"""Files out of Debian packages, which are unpacked and not installed."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from build.common.errors import BuildError


def unpack_packages(root: Path, packages: Sequence[str]) -> None:
    """Download packages and unpack them below `root`. Raises `BuildError` where apt or the network is missing."""
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise BuildError(
            "this needs apt-get and dpkg-deb (Debian, Ubuntu); elsewhere, use a folder of your own pictures"
        )
    command = ["apt-get", "download", *packages]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    if done.returncode:
        reason = (done.stderr.strip() or "no message").splitlines()[-1]
        raise BuildError(f"apt-get could not download {', '.join(packages)}: {reason}")
    for package in root.glob("*.deb"):
        subprocess.run(["dpkg-deb", "-x", str(package), str(root)], check=True)
