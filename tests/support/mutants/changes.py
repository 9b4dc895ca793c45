"""Small changes to a module's code, of which a test should notice each."""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SWAPS: dict[type, type] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.And: ast.Or,
    ast.Or: ast.And,
}

# What a call says to the language alone, or what holds by the checks of types.
UNTESTED_KEYWORDS = {"strict", "copy", "frozen", "slots", "compare", "repr"}


@dataclass(frozen=True)
class Change:
    """One change: where, and the code before and after; `index` is its number among the module's."""

    path: Path
    index: int
    line: int
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.path.as_posix()}:{self.line}: {self.before} → {self.after}"


def changes(path: Path) -> list[Change]:
    """Every change of a module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        Change(path, index, getattr(node, "lineno", 0), _short(node), _short(new))
        for index, (_, _, node, new) in enumerate(_all(tree))
    ]


def changed(path: Path, index: int) -> ast.Module:
    """The module's code with one change."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for at, (holder, place, _, new) in enumerate(_all(tree)):
        if at == index:
            _put(holder, place, new)
            return ast.fix_missing_locations(tree)
    raise IndexError(f"{path} has no change {index}")


Place = tuple[str, int | None]


def _all(tree: ast.AST) -> Iterator[tuple[ast.AST, Place, ast.AST, ast.AST]]:
    """(holder, place, node, what it becomes) in the order of the source."""
    for holder, place, node in _nodes(tree):
        for new in _variants(node):
            yield holder, place, node, ast.copy_location(new, node)


def _nodes(holder: ast.AST) -> Iterator[tuple[ast.AST, Place, ast.AST]]:
    for name, value in ast.iter_fields(holder):
        if name in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        if isinstance(holder, ast.keyword) and holder.arg in UNTESTED_KEYWORDS:
            continue
        nodes = enumerate(value) if isinstance(value, list) else [(None, value)]
        for at, node in nodes:
            if isinstance(node, ast.AST) and not _is_words(node):
                yield holder, (name, at), node
                yield from _nodes(node)


def _is_words(node: ast.AST) -> bool:
    """Imports, docstrings, and blocks for the checker of types."""
    text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return text or isinstance(node, ast.Import | ast.ImportFrom)


def _variants(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(ops=[op]) if type(op) in SWAPS:
            yield _with(node, ops=[SWAPS[type(op)]()])
        case ast.BinOp(op=op) | ast.BoolOp(op=op) if type(op) in SWAPS:
            yield _with(node, op=SWAPS[type(op)]())
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield copy.deepcopy(operand)
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield ast.Constant(value + 1)
        case ast.Return(value=ast.expr()) if not _is_none(node):
            yield ast.Return(ast.Constant(None))
        case ast.Raise() | ast.Expr(value=ast.Call() | ast.Await()) | ast.AugAssign() | ast.Continue() | ast.Break():
            yield ast.Pass()
        case ast.If() | ast.IfExp():
            yield _with(node, test=ast.Constant(True))
            yield _with(node, test=ast.Constant(False))


def _is_none(node: ast.Return) -> bool:
    return isinstance(node.value, ast.Constant) and node.value.value is None


def _with(node: ast.AST, **fields: object) -> ast.AST:
    new = copy.copy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def _put(holder: ast.AST, place: Place, new: ast.AST) -> None:
    name, at = place
    if at is None:
        setattr(holder, name, new)
    else:
        getattr(holder, name)[at] = new


def _short(node: ast.AST) -> str:
    if isinstance(node, ast.If):
        return f"if {ast.unparse(node.test)}"
    return " ".join(ast.unparse(ast.fix_missing_locations(node)).split())[:100]
