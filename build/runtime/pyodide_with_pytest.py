"""A Pyodide distribution with pytest in it, to run tests inside Pyodide.

Pyodide's own lock names rebuilt pytest wheels that exist on its CDN only, so this distribution takes the ones of PyPI
and has a lock of its own, which also knows the wheel of `app_py`.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from build.common.files import sha256_of, write_atomically
from build.runtime.assemble import Sources, fill
from build.runtime.cache import Cache
from build.runtime.lock import PinnedFile
from build.runtime.wheel import build_wheel

FOLDER = Path(".cache") / "pyodide-tests"
PYODIDE = "pyodide"
BASE_LOCK = "pyodide-lock.json"
LOCK = "pyodide-tests-lock.json"
APP_PACKAGE = "app-py"
REQUIREMENTS = {
    "pytest": ("iniconfig", "packaging", "pluggy", "pygments"),
    "pluggy": (),
    "iniconfig": (),
    "pygments": (),
    APP_PACKAGE: ("numpy", "pillow"),
}
IMPORTS = {"pytest": ("pytest", "_pytest"), APP_PACKAGE: ("app_py",)}


def assemble_test_distribution(root: Path, files: Sequence[PinnedFile], cache: Cache, sources: Sources) -> Path:
    """Bring the distribution below `root` up to date; returns its folder, an `indexURL` for `loadPyodide`."""
    wanted = [file for file in files if Path(file.path).parts[0] == PYODIDE]
    fill(root / FOLDER, wanted, cache, sources)
    folder = root / FOLDER / PYODIDE
    wheel = build_wheel(root)
    write_atomically(folder / wheel.name, wheel.data)
    packages = json.loads((folder / BASE_LOCK).read_text(encoding="utf-8"))
    for file in wanted:
        if file.group == "tests":
            packages["packages"][file.package.name] = _locked(
                file.package.name, file.package.version, Path(file.path).name, file.sha256
            )
    version = wheel.name.split("-")[1]
    packages["packages"][APP_PACKAGE] = _locked(APP_PACKAGE, version, wheel.name, sha256_of(wheel.data))
    write_atomically(folder / LOCK, json.dumps(packages).encode())
    return folder


def _locked(name: str, version: str, file_name: str, sha256: str) -> dict[str, Any]:
    """An entry in the form of `pyodide-lock.json` (pyodide-lock's `PackageSpec`)."""
    return {
        "name": name,
        "version": version,
        "file_name": file_name,
        "sha256": sha256,
        "depends": list(REQUIREMENTS[name]),
        "imports": list(IMPORTS.get(name, (name,))),
        "install_dir": "site",
        "package_type": "package",
        "unvendored_tests": False,
    }
