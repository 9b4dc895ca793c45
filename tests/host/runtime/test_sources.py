"""npm and pip as sources: what is taken out of what they download, and what is said when they fail."""

import io
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest

from build.common.errors import BuildError
from build.runtime.lock import Package, PinnedFile
from build.runtime.sources import UnavailableError, fetch_npm, fetch_pypi

PACKAGE = Package("engine", "1.0", "MIT", "https://engine.example", npm="engine@1.0", pypi="engine==1.0")


def pinned(member: str) -> PinnedFile:
    return PinnedFile("engine/engine.js", PACKAGE, member, 2, "0" * 64, "page")


@pytest.fixture
def downloads(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """npm and pip replaced by a program that makes the archive they would have downloaded; its calls."""
    calls = []

    def download(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        calls.append(command)
        if "pack" in command:
            folder = Path(command[command.index("--pack-destination") + 1])
            with tarfile.open(folder / "engine-1.0.tgz", "w:gz") as tar:
                member = tarfile.TarInfo("package/dist/engine.js")
                member.size = 2
                tar.addfile(member, io.BytesIO(b"js"))
        else:
            with zipfile.ZipFile(Path(command[command.index("--dest") + 1]) / "engine-1.0.whl", "w") as wheel:
                wheel.writestr("dist/engine.js", b"js")
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr("shutil.which", lambda name: f"/bin/{name}")
    monkeypatch.setattr(subprocess, "run", download)
    return calls


def test_npm_packs_the_pinned_version_and_runs_none_of_its_scripts(downloads: list[list[str]]) -> None:
    assert fetch_npm(PACKAGE, [pinned("dist/engine.js")]) == {"engine/engine.js": b"js"}
    assert "engine@1.0" in downloads[0]
    assert "--ignore-scripts" in downloads[0]


def test_pip_downloads_the_pinned_wheel_alone(downloads: list[list[str]]) -> None:
    assert fetch_pypi(PACKAGE, [pinned("dist/engine.js")]) == {"engine/engine.js": b"js"}
    assert "engine==1.0" in downloads[0]
    assert "--no-deps" in downloads[0]


@pytest.mark.usefixtures("downloads")
def test_no_member_means_the_wheel_itself() -> None:
    (data,) = fetch_pypi(PACKAGE, [pinned("")]).values()
    assert zipfile.ZipFile(io.BytesIO(data)).namelist() == ["dist/engine.js"]


@pytest.mark.usefixtures("downloads")
@pytest.mark.parametrize("fetch", [fetch_npm, fetch_pypi])
def test_a_member_that_is_not_there_is_named(fetch: object) -> None:
    assert callable(fetch)
    with pytest.raises(BuildError, match=r"engine/engine\.js: the package engine 1\.0 has no dist/gone\.js"):
        fetch(PACKAGE, [pinned("dist/gone.js")])


def test_without_npm_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(BuildError, match=r"npm was not found.*install nodejs and npm"):
        fetch_npm(PACKAGE, [pinned("dist/engine.js")])


def test_the_program_s_own_words_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, 1, "", "notice\nERROR: No matching distribution\nhint\n")

    monkeypatch.setattr(subprocess, "run", fail)
    with pytest.raises(UnavailableError, match=r"could not download engine 1\.0: ERROR: No matching distribution"):
        fetch_pypi(PACKAGE, [pinned("")])
