"""Packed bytecode is used in place of its source, whenever that was written."""

import importlib.util
import os
import py_compile
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from app_py.browser.bytecode import pack_bytecode


def write_module(folder: Path, answer: int) -> Path:
    path = folder / "fortytwo.py"
    path.write_text(f"ANSWER = {answer}\n")
    return path


def test_bytecode_counts_although_the_source_is_newer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    py_compile.compile(str(write_module(first, 42)))
    source = write_module(second, 41)
    os.utime(source, (2e9, 2e9))
    with zipfile.ZipFile(BytesIO(pack_bytecode(first))) as archive:
        archive.extractall(second)
    monkeypatch.syspath_prepend(str(second))
    try:
        module = importlib.import_module("fortytwo")
        assert module.ANSWER == 42
        assert module.__cached__ == importlib.util.cache_from_source(str(source))
    finally:
        sys.modules.pop("fortytwo", None)


def test_a_folder_without_bytecode_gives_an_empty_archive(tmp_path: Path) -> None:
    write_module(tmp_path, 1)
    assert zipfile.ZipFile(BytesIO(pack_bytecode(tmp_path))).namelist() == []
