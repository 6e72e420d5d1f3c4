"""`make test`: pytest on a throwaway PostgreSQL, a real Chromium, a real Elasticsearch and Stripe's own stripe-mock."""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator

from .chromium import require_chromium
from .console import OpsError, one_line_failures
from .elasticsearch import require_elasticsearch, server_on_demand
from .paths import ROOT, venv_tool
from .stripe_mock import require_stripe_mock
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

    Nothing is skipped silently: where there is no Chromium, no Elasticsearch or no stripe-mock and none can be
    installed, a developer is told which tests are left out, and continuous integration fails.
    """
    with contextlib.ExitStack() as stack:
        left_out: list[str] = []
        with _left_out("browser", left_out):
            env = {**env, "CHROMIUM_PATH": require_chromium()}
        with _left_out("elasticsearch", left_out):
            if not env.get("ELASTICSEARCH_URL"):
                env = {**env, **stack.enter_context(server_on_demand(require_elasticsearch()))}
        with _left_out("stripe", left_out):
            # Built here, once; the tests that ask it start it.
            require_stripe_mock()
        if left_out:
            arguments = ["-m", " and ".join(f"not {marker}" for marker in left_out), *arguments]
        pytest = [venv_tool("python"), "-m", "pytest", "-n", "2", "--dist", "loadgroup", "--no-header", *arguments]
        code = subprocess.run(pytest, cwd=ROOT, env=env, check=False).returncode
    if code == NO_TESTS:
        raise OpsError("No test ran.")
    return code


@contextlib.contextmanager
def _left_out(marker: str, left_out: list[str]) -> Iterator[None]:
    """Leave out the tests of this marker if what they need is not to be had."""
    try:
        yield
    except OpsError as error:
        if os.environ.get("CI"):
            raise
        print(f"warning: tests marked {marker} are left out. {error}", file=sys.stderr, flush=True)
        left_out.append(marker)


if __name__ == "__main__":
    main()
