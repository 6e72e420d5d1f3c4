"""Numbered steps with durations, and failures of one clear line. Standard library only."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from .paths import ROOT

GIB = 1024**3


class OpsError(Exception):
    """What a person has to mend, in one line that says how."""


class Steps:
    """Print `[2/5] Python packages … 12.3 s` as the work goes on."""

    def __init__(self, total: int, done: int = 0) -> None:
        self.total = total
        self.done = done

    @contextlib.contextmanager
    def step(self, title: str) -> Iterator[Callable[[str], None]]:
        """Time one step; what the block notes is shown behind its title."""
        self.done += 1
        head = f"[{self.done}/{self.total}] {title}"
        if sys.stdout.isatty():
            print(f"{head} …", end="", flush=True)
        notes: list[str] = []
        started = time.monotonic()
        try:
            yield notes.append
        except BaseException:
            print("\r" * sys.stdout.isatty() + f"{head}: failed after {time.monotonic() - started:.1f} s", flush=True)
            raise
        note = f" ({', '.join(notes)})" if notes else ""
        print("\r" * sys.stdout.isatty() + f"{head}{note}: {time.monotonic() - started:.1f} s", flush=True)


def run_logged(
    args: list[str], log: Path, *, explain: Callable[[str], str], env: Mapping[str, str] | None = None, cwd: Path = ROOT
) -> None:
    """
    Run a command with its output in `log`.

    :raises OpsError: it failed; `explain` turns its output into the one line that is shown
    """
    import subprocess

    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        result = subprocess.run(
            args, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, env=env, cwd=cwd, check=False
        )
    if result.returncode != 0:
        raise OpsError(f"{explain(log.read_text(errors='replace'))} (full output: {log})")


def require_disk(folder: Path, free_gib: float) -> None:
    """
    Refuse to start what would fill the disk.

    :raises OpsError: less than `free_gib` GiB are free
    """
    free = shutil.disk_usage(folder).free
    if free < free_gib * GIB:
        raise OpsError(
            f"Too little disk space: {free / GIB:.1f} GiB are free in {folder}, {free_gib:g} GiB are needed."
        )


@contextlib.contextmanager
def one_line_failures() -> Iterator[None]:
    """Turn every expected failure into one line and exit code 1, and Ctrl-C into a quiet end."""
    try:
        yield
    except OpsError as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        sys.exit(130)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        sys.exit(f"error: The disk is full ({error.filename or os.getcwd()}): free some space and run it again.")  # noqa: PTH109
