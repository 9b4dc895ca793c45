"""The wheel of onnxruntime for Pyodide: what is in it, and that it stays where it belongs."""

import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from app_py.onnxruntime import engines
from build.wheels import onnxruntime_pyodide
from tests.support.paths import ROOT


@pytest.fixture(scope="module")
def wheel(vendor: Path) -> tuple[str, bytes]:
    assert vendor.is_dir()
    return onnxruntime_pyodide.build(ROOT)


def test_the_same_sources_give_the_same_bytes(wheel: tuple[str, bytes]) -> None:
    assert onnxruntime_pyodide.build(ROOT) == wheel


def test_what_is_in_it(wheel: tuple[str, bytes]) -> None:
    name, data = wheel
    assert name.startswith(f"onnxruntime_pyodide-{engines.complete().version}-py3-none-pyodide_2024_0_wasm32.")
    with zipfile.ZipFile(BytesIO(data)) as archive:
        names = archive.namelist()
        record = next(each for each in names if each.endswith("RECORD"))
        assert len(archive.read(record).splitlines()) == len(names)
        metadata = archive.read(next(each for each in names if each.endswith("METADATA"))).decode()
    assert "Requires-Dist: numpy\n" in metadata
    assert {"onnxruntime/__init__.py", "onnxruntime/py.typed", "onnxruntime/web/worker.js"} <= set(names)
    assert not [each for each in names if "live" in each or "onnxjs" in each]


def test_webgpu_is_a_wheel_of_its_own(wheel: tuple[str, bytes]) -> None:
    name, data = onnxruntime_pyodide.build_webgpu(ROOT)
    assert name.startswith(f"onnxruntime_pyodide_webgpu-{engines.complete().version}-py3-none-pyodide")
    with zipfile.ZipFile(BytesIO(data)) as archive, zipfile.ZipFile(BytesIO(wheel[1])) as main:
        files = {each for each in archive.namelist() if not each.startswith(f"{name.split('-py3')[0]}.dist-info/")}
        assert files == {f"onnxruntime/web/{each}" for each in onnxruntime_pyodide.WEBGPU_FILES}
        assert not files & set(main.namelist())
        metadata = archive.read(next(each for each in archive.namelist() if each.endswith("METADATA"))).decode()
    assert f"Requires-Dist: onnxruntime-pyodide=={engines.complete().version}\n" in metadata


def test_the_bridge_looks_for_the_files_that_the_wheels_have() -> None:
    """The one module that touches the browser cannot be imported here."""
    source = (ROOT / "app_py" / "onnxruntime" / "platform" / "in_pyodide.py").read_text(encoding="utf-8")
    for name in (*onnxruntime_pyodide.ENGINE_FILES, *onnxruntime_pyodide.WEBGPU_FILES):
        assert f'"{name}"' in source


def test_pip_does_not_lay_it_over_the_real_onnxruntime(wheel: tuple[str, bytes], tmp_path: Path) -> None:
    name, data = wheel
    (tmp_path / name).write_bytes(data)
    command = [sys.executable, "-m", "pip", "install", "--no-deps", "--dry-run", "--no-index", str(tmp_path / name)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "not a supported wheel on this platform" in done.stderr


def test_cpython_is_told_what_it_is(wheel: tuple[str, bytes], tmp_path: Path) -> None:
    with zipfile.ZipFile(BytesIO(wheel[1])) as archive:
        archive.extractall(tmp_path, [name for name in archive.namelist() if name.endswith(".py")])
    command = [sys.executable, "-c", "import onnxruntime"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1].startswith("ImportError: This is onnxruntime for Pyodide")
