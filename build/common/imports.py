"""Which files of ours a module depends on, read out of the import statements."""

import ast
from collections.abc import Iterator
from pathlib import Path

from build.common.paths import ROOT

OURS = ("build", "app_py")


def sources_of(module: str) -> list[Path]:
    """The module's file, those of all modules of ours that it imports, directly or not, and the tables beside them.

    Imports within functions count, too. A package's `__init__.py` belongs to whatever is imported from it.
    """
    found: dict[str, Path] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        path = _file_of(name)
        if path is None or name in found:
            continue
        found[name] = path
        waiting += _imported_by(path)
        waiting.append(name.rpartition(".")[0])
    folders = {path.parent for path in found.values()}
    tables = {table for folder in folders for table in folder.glob("tables/*.json")}
    return sorted({*found.values(), *tables})


def _file_of(module: str) -> Path | None:
    if module.split(".")[0] not in OURS:
        return None
    base = ROOT.joinpath(*module.split("."))
    return next((path for path in (base.with_suffix(".py"), base / "__init__.py") if path.is_file()), None)


def _imported_by(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module)
            # What is imported from a package may be a module of it.
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
