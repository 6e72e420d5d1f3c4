"""`make check`: format, linters, types, migrations, front end, then the tests; `make fix` mends what can be mended."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from .console import one_line_failures
from .node import find_node
from .paths import FRONTEND, ROOT, venv_tool
from .suite import run_tests
from .testing import test_environment

TRIBES = ("core", "accounts", "markets", "notify", "payments", "catalog", "checkout", "care", "merchants")


@dataclass(frozen=True)
class Check:
    """A named command."""

    name: str
    command: tuple[str, ...]
    folder: Path = ROOT


@dataclass(frozen=True)
class Outcome:
    """What a check said, and whether it passed."""

    check: Check
    passed: bool
    output: str
    seconds: float


def main() -> None:
    """Check everything, or mend what can be mended."""
    parser = argparse.ArgumentParser(prog="make check", description="Run formatters, linters, types and tests.")
    parser.add_argument("--fix", action="store_true", help="mend instead of checking")
    options = parser.parse_args()
    with one_line_failures():
        if options.fix:
            sys.exit(_fix())
        with test_environment() as env:
            passed = _check(env)
            # A person mends the first failures first; continuous integration reports all of them.
            code = run_tests(env, []) if passed or os.environ.get("CI") else 1
        sys.exit(code if passed else 1)


def checks() -> list[Check]:
    """List what is checked, the slowest first."""
    python, npm = venv_tool("python"), find_node().npm
    linted = ["lintmigrations", "--warnings-as-errors", "--quiet", "ok", "ignore", "--include-apps", *TRIBES]
    # How a data migration names its variables endangers nothing.
    linted += ["--ignore-name", "0001_initial", "--exclude-migration-tests", "RUNPYTHON_MODEL_VARIABLE_NAME"]
    described = ("spectacular", "--validate", "--fail-on-warn", "--file", os.devnull)
    return [
        Check("mypy", (venv_tool("mypy"),)),
        Check("eslint", (*npm, "run", "lint"), FRONTEND),
        Check("vitest", (*npm, "test"), FRONTEND),
        Check("djlint format", (venv_tool("djlint"), "templates", "--check")),
        Check("djlint lint", (venv_tool("djlint"), "templates", "--lint", "--quiet")),
        Check("import-linter", (venv_tool("lint-imports"), "--no-cache")),
        Check("ruff format", (venv_tool("ruff"), "format", "--check", "--quiet", ".")),
        Check("ruff check", (venv_tool("ruff"), "check", "--quiet", ".")),
        Check("django check", (python, "manage.py", "check", "--fail-level", "WARNING")),
        Check(
            "API description",
            (python, "manage.py", *described),
        ),
        Check("migrations are made", (python, "manage.py", "makemigrations", "--check", "--dry-run")),
        Check("migrations are safe", (python, "manage.py", *linted)),
    ]


def _check(env: dict[str, str]) -> bool:
    node = find_node().environment()
    full_env = {**env, "PATH": f"{node['PATH']}", "CI": os.environ.get("CI", "")}
    todo = checks()
    failed = []
    with ThreadPoolExecutor(2) as pool:
        for outcome in pool.map(lambda check: _run(check, full_env), todo):
            print(
                f"{'ok    ' if outcome.passed else 'FAILED'} {outcome.check.name}: {outcome.seconds:.1f} s", flush=True
            )
            if not outcome.passed:
                failed.append(outcome)
    for outcome in failed:
        print(f"\n--- {outcome.check.name}: {' '.join(outcome.check.command)}\n{outcome.output.rstrip()}", flush=True)
    return not failed


def _run(check: Check, env: dict[str, str]) -> Outcome:
    started = time.monotonic()
    result = subprocess.run(
        check.command,
        cwd=check.folder,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Outcome(check, result.returncode == 0, result.stdout, time.monotonic() - started)


def _fix() -> int:
    node = find_node()
    mends = [
        Check("ruff check", (venv_tool("ruff"), "check", "--fix", "--quiet", ".")),
        Check("ruff format", (venv_tool("ruff"), "format", "--quiet", ".")),
        Check("djlint", (venv_tool("djlint"), "templates", "--reformat", "--quiet")),
        Check("eslint", (*node.npm, "run", "fix"), FRONTEND),
    ]
    for mend in mends:
        outcome = _run(mend, node.environment())
        print(f"{mend.name}: {outcome.seconds:.1f} s", flush=True)
        # djlint's exit code only says that it changed something.
        if not outcome.passed and mend.name != "djlint":
            print(outcome.output.rstrip(), flush=True)
    return 0


if __name__ == "__main__":
    main()
