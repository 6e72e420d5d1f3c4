"""The project's own source as the architecture test reads it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from backmarket.ops.paths import ROOT

PACKAGES = ("backmarket", "payments", "catalog", "checkout", "care", "merchants")
TRIBES = (
    *("backmarket.core", "backmarket.accounts", "backmarket.markets", "backmarket.notify"),
    *("payments", "catalog", "checkout", "care", "merchants"),
)


def name_of(file: Path) -> str:
    """Return a file's path inside the project."""
    return file.relative_to(ROOT).as_posix()


@cache
def files(*suffixes: str) -> list[Path]:
    """Return the written files (nothing generated or installed) with one of these endings."""
    tops = [ROOT / name for name in (*PACKAGES, "templates", "frontend/src", "frontend/tests", "bench")]
    found = (file for top in tops for file in top.rglob("*") if file.suffix in suffixes and file.is_file())
    return sorted(file for file in found if "node_modules" not in file.parts)


def modules(*, tests: bool = False) -> Iterator[tuple[str, ast.Module]]:
    """Yield the name and syntax tree of each Python file outside migrations, and outside tests unless asked."""
    for file in files(".py"):
        parts = file.relative_to(ROOT).parts
        if "migrations" not in parts and (tests or "tests" not in parts):
            yield name_of(file), _tree(file)


def migrations() -> Iterator[tuple[str, ast.Module]]:
    """Yield the name and syntax tree of each migration."""
    for file in files(".py"):
        if "migrations" in file.relative_to(ROOT).parts:
            yield name_of(file), _tree(file)


@cache
def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text())


def dotted(node: ast.expr) -> str:
    """Return `a.b.c` for a name or an attribute, or nothing for another expression."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Yield each call with the dotted name of what is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield dotted(node.func), node


def imports(tree: ast.AST) -> Iterator[str]:
    """Yield the absolute dotted names that a file imports, also inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def decorators(tree: ast.AST) -> Iterator[str]:
    """Yield the dotted name of each decorator of a function."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            for decorator in node.decorator_list:
                yield dotted(decorator.func if isinstance(decorator, ast.Call) else decorator)
