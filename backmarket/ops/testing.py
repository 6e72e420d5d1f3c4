"""What a test run stands on: a throwaway PostgreSQL, or the one that DATABASE_URL names."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
from collections.abc import Iterator
from types import FrameType

from .cluster import open_cluster
from .elasticsearch import PREFIX as SEARCH_PREFIX
from .lifeline import is_alive
from .paths import LOGS
from .postgres import server_account, server_home

PREFIX = "test-pg-"


@contextlib.contextmanager
def test_environment() -> Iterator[dict[str, str]]:
    """Return the environment for pytest and the linters that load Django; its database ends with the block."""
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "backmarket.settings.test"}
    if env.get("DATABASE_URL"):
        yield env
        return
    signal.signal(signal.SIGTERM, _interrupt)
    _remove_leftovers()
    cluster = open_cluster(f"{PREFIX}{os.getpid()}", durable=False)
    try:
        cluster.start()
        yield {**env, "DATABASE_URL": cluster.url}
    finally:
        cluster.stop()
        cluster.remove()


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _remove_leftovers() -> None:
    for folder in server_home(server_account()).glob(f"{PREFIX}*"):
        pid = folder.name.removeprefix(PREFIX)
        if pid.isdigit() and not is_alive(int(pid)):
            open_cluster(folder.name, durable=False).remove()
    for folder in server_home(server_account()).glob(f"{SEARCH_PREFIX}*"):
        if not is_alive(int(folder.name.removeprefix(SEARCH_PREFIX))):
            shutil.rmtree(folder, ignore_errors=True)
    for log in LOGS.glob("test-*.log"):
        log.unlink(missing_ok=True)
