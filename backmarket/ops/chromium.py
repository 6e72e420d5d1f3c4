"""The real browser of the browser tests and the screenshots."""

from __future__ import annotations

import os
import shutil
import subprocess

from .console import OpsError, run_logged
from .paths import LOGS

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
MISSING = "Chromium is missing: install it (apt-get install chromium), or name another one in CHROMIUM_PATH."


def find_chromium() -> str | None:
    """Return the path of a Chromium: CHROMIUM_PATH, else one of this machine."""
    given = os.environ.get("CHROMIUM_PATH")
    if given:
        return given
    return next((path for path in map(shutil.which, NAMES) if path is not None), None)


def require_chromium() -> str:
    """
    Return the path of a Chromium, installing Debian's where root may.

    :raises OpsError: there is none and it cannot be installed
    """
    found = find_chromium()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        _install()
        found = find_chromium()
    if found is None:
        raise OpsError(MISSING)
    if subprocess.run([found, "--version"], capture_output=True, check=False).returncode != 0:
        raise OpsError(f"{found} does not start: install Chromium anew, or name another one in CHROMIUM_PATH.")
    return found


def _install() -> None:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for log, command in (
        ("apt-update.log", ["apt-get", "update", "-qq"]),
        ("apt-chromium.log", ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]),
    ):
        run_logged(command, LOGS / log, explain=lambda _: "Chromium could not be installed", env=env)
