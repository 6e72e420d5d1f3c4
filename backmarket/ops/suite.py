"""`make test`: pytest on a throwaway PostgreSQL and a real Chromium."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from .chromium import require_chromium
from .console import OpsError, one_line_failures
from .paths import ROOT, venv_tool
from .testing import test_environment

NO_TESTS = 5


def main() -> None:
    """Run the tests; what is not known here goes on to pytest."""
    parser = argparse.ArgumentParser(prog="make test", description="Run the tests.")
    parser.add_argument("-k", default="", help="only tests whose names match")
    options, more = parser.parse_known_args()
    with one_line_failures(), test_environment() as env:
        code = run_tests(env, ["-k", options.k, *more] if options.k else more)
    sys.exit(code)


def run_tests(env: dict[str, str], arguments: list[str]) -> int:
    """
    Run pytest in two processes; return its exit code.

    Nothing is skipped silently: where there is no Chromium and none can be installed, a developer is told that
    browser tests are left out, and continuous integration fails.
    """
    try:
        env = {**env, "CHROMIUM_PATH": require_chromium()}
    except OpsError as error:
        if os.environ.get("CI"):
            raise
        print(f"warning: browser tests are left out. {error}", file=sys.stderr, flush=True)
        arguments = ["-m", "not browser", *arguments]
    pytest = [venv_tool("python"), "-m", "pytest", "-n", "2", "--dist", "loadgroup", "--no-header", *arguments]
    code = subprocess.run(pytest, cwd=ROOT, env=env, check=False).returncode
    if code == NO_TESTS:
        raise OpsError("No test ran.")
    return code


if __name__ == "__main__":
    main()
