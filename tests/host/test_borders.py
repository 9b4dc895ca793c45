"""Which package may import which: the flow of the code, held by its imports."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.paths import ROOT

APP = ROOT / "app_py"
BRIDGE = APP / "onnxruntime"

LAYERS: tuple[frozenset[str], ...] = (
    frozenset({"onnxruntime"}),
    frozenset({"kernels"}),
    frozenset({"errors", "i18n", "records"}),
    frozenset({"session", "host_session"}),
    frozenset({"photo"}),
    frozenset({"styles"}),
    frozenset({"engines"}),
    frozenset({"live"}),
    frozenset({"browser"}),
    frozenset({"pages.report"}),
    frozenset({"pages.benchmark"}),
    frozenset({"pages.operator_test", "pages.studio"}),
    frozenset({"cli"}),
    frozenset({"__init__", "__main__"}),
)
"""From the ground up: a package imports only what lies on a layer below its own, or is within itself."""

BROWSER_ONLY = {"js", "pyodide", "pyodide_js"}


def layer_of(package: str) -> int:
    found = [height for height, layer in enumerate(LAYERS) if package in layer]
    assert found, f"app_py/{package.replace('.', '/')} is on no layer: give it one in LAYERS"
    return found[0]


def package_of(parts: tuple[str, ...]) -> str:
    """The package that a module belongs to: its first folder, of pages the second as well.

    >>> package_of(("pages", "studio", "state")), package_of(("i18n",))
    ('pages.studio', 'i18n')
    """
    return ".".join(parts[:2]) if parts[0] == "pages" and len(parts) > 1 else parts[0]


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """(dots, module) of every import, wherever in the file it stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((0, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names] if node.module == "app_py" else []
            yield from ((node.level, name) for name in names or [node.module or ""])


def climbing(root: Path) -> list[str]:
    """Every import of the package below `root` that does not go down."""
    wrong = []
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        package = package_of(parts)
        for _, name in imports(path):
            if not name.startswith("app_py."):
                continue
            other = package_of(tuple(name.split(".")[1:]))
            if other != package and layer_of(other) >= layer_of(package):
                wrong.append(f"{'/'.join(parts)} imports {name}")
    return wrong


def escaping(root: Path) -> list[str]:
    """Every import of the bridge below `root` that leaves it, but for the standard library, numpy and the browser."""
    wrong = []
    for path in sorted(root.rglob("*.py")):
        depth = len(path.relative_to(root).parts)
        for dots, name in imports(path):
            allowed = {*sys.stdlib_module_names, "numpy"}
            if path.name == "in_pyodide.py":
                allowed |= BROWSER_ONLY
            outside = dots > depth or (dots == 0 and name.partition(".")[0] not in allowed)
            if outside:
                wrong.append(f"{path.relative_to(root)} imports {'.' * dots}{name}")
    return wrong


def test_no_import_runs_upwards_or_in_a_circle() -> None:
    # Where every import goes down, there is no circle.
    assert climbing(APP) == []


def test_the_bridge_imports_nothing_of_the_painter() -> None:
    assert escaping(BRIDGE) == []


def test_the_bridge_says_nothing_of_paintings() -> None:
    words = ("painting", "picture", "photo", "style", "app_py")
    guilty = [
        f"{path.relative_to(BRIDGE)}: {word}"
        for path in sorted(BRIDGE.rglob("*.py"))
        for word in words
        if word in path.read_text(encoding="utf-8").lower()
    ]
    assert guilty == []


@pytest.mark.parametrize(
    ("file", "line", "found"),
    [
        ("engines/choice.py", "from app_py.pages.studio.state import State", "engines/choice imports app_py.pages"),
        ("photo/edit.py", "def f():\n    import app_py.engines.painter", "photo/edit imports app_py.engines.painter"),
        ("styles/x.py", "from app_py import engines", "styles/x imports app_py.engines"),
        (
            "pages/benchmark/x.py",
            "from app_py.pages.studio.state import State",
            "pages/benchmark/x imports app_py.pages.studio",
        ),
    ],
)
def test_an_import_that_climbs_is_seen(tmp_path: Path, file: str, line: str, found: str) -> None:
    path = tmp_path / file
    path.parent.mkdir(parents=True)
    path.write_text(line)
    (wrong,) = climbing(tmp_path)
    assert wrong.startswith(found)


@pytest.mark.parametrize("line", ["from app_py.i18n import tr", "from ..i18n import tr", "import PIL", "import js"])
def test_an_import_that_leaves_the_bridge_is_seen(tmp_path: Path, line: str) -> None:
    (tmp_path / "session.py").write_text(line)
    assert len(escaping(tmp_path)) == 1
