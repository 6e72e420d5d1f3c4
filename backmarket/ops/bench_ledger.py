"""`make bench-ledger`: entries a second by eight writers, a busy balance, the check of a million entries."""

from __future__ import annotations

import os
import subprocess

from .cluster import open_cluster
from .console import Steps, one_line_failures
from .paths import ROOT, venv_tool


def main() -> None:
    """Run `manage.py measure_ledger` on a server of its own that writes safely to disk."""
    with one_line_failures():
        cluster = open_cluster(f"bench-ledger-{os.getpid()}", durable=True)
        try:
            with Steps(1).step("PostgreSQL and its tables"):
                cluster.start()
                env = {**os.environ, "DATABASE_URL": cluster.url, "DJANGO_SETTINGS_MODULE": "backmarket.settings.test"}
                subprocess.run([venv_tool("python"), "manage.py", "migrate", "-v0"], cwd=ROOT, env=env, check=True)
            subprocess.run([venv_tool("python"), "manage.py", "measure_ledger"], cwd=ROOT, env=env, check=True)
        finally:
            cluster.stop()
            cluster.remove()


if __name__ == "__main__":
    main()
