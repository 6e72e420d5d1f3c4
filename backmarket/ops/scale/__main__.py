"""`python -m backmarket.ops.scale COMMAND…`: run a command of manage.py on the scale catalogue."""

from __future__ import annotations

import subprocess
import sys

from backmarket.ops.console import Steps, one_line_failures
from backmarket.ops.paths import ROOT, venv_tool

from . import database


def main() -> None:
    """Run it, with the database kept for the next time."""
    with one_line_failures(), database.scale_environment(Steps(database.STEPS)) as (_, env):
        code = subprocess.run(
            [venv_tool("python"), "manage.py", *sys.argv[1:]], cwd=ROOT, env=env, check=False
        ).returncode
    sys.exit(code)


if __name__ == "__main__":
    main()
