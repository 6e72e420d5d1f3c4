"""
Set the project up: Python environment and packages, Node.js, front end, translations.

`python3 -m backmarket.ops.bootstrap [--dev]`. Standard library only, because it runs before anything is installed.
Each step keeps a stamp made of what it depends on, so that a second run has nothing to do.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import importlib.util
import re
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from .console import OpsError, Steps, one_line_failures, require_disk, run_logged
from .node import find_node
from .paths import FRONTEND, LOGS, ROOT, RUN, VENV, venv_tool

OLDEST_PYTHON = (3, 11)
DISK_GIB = 2.0
NO_NETWORK = r"name resolution|Network is unreachable|NewConnectionError|ConnectTimeoutError|from versions: none"


def main(argv: list[str] | None = None) -> None:
    """Bring this clone up to date with its own files."""
    parser = argparse.ArgumentParser(prog="make setup", description="Set the project up.")
    parser.add_argument("--dev", action="store_true", help="also what tests and linters need")
    options = parser.parse_args(argv)
    with one_line_failures():
        RUN.mkdir(parents=True, exist_ok=True)
        with (RUN / "setup.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            _set_up(dev=options.dev)


def _set_up(*, dev: bool) -> None:
    work = [step for step in (_python_work(dev=dev), _frontend_work(), _translation_work()) if step]
    if not work:
        return
    require_disk(ROOT, DISK_GIB)
    names = [name for group in work for name in group]
    steps = Steps(len(names))
    for name in names:
        with steps.step(name.replace("_", " ").capitalize()) as note:
            note(STEPS[name](dev))


def digest_of(files: Iterable[Path], *more: str) -> str:
    """Digest names and contents: the same digest means that there is nothing to do again."""
    digest = hashlib.sha256("\0".join(more).encode())
    for file in sorted(files):
        digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _is_fresh(stamp: Path, digest: str) -> bool:
    return stamp.exists() and stamp.read_text() == digest


# Python


def _python_version() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def _requirements_digest(*, dev: bool) -> str:
    names = ["requirements.txt", "requirements-dev.txt"] if dev else ["requirements.txt"]
    return digest_of([ROOT / name for name in names])


def _python_stamp(*, dev: bool) -> Path:
    return VENV / ("installed-dev" if dev else "installed")


def _python_work(*, dev: bool) -> list[str]:
    work = [] if (VENV / "bin" / "python").exists() else ["python_environment"]
    if work or not _is_fresh(_python_stamp(dev=dev), _requirements_digest(dev=dev)):
        work.append("python_packages")
    return work


def _make_environment(dev: bool) -> str:
    if sys.version_info < OLDEST_PYTHON:
        raise OpsError(f"Python {OLDEST_PYTHON[0]}.{OLDEST_PYTHON[1]} or newer is needed, this is {_python_version()}.")
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        raise OpsError("python3-venv is missing: install it (apt-get install python3-venv) and run this again.")
    shutil.rmtree(VENV, ignore_errors=True)
    run_logged(
        [sys.executable, "-m", "venv", str(VENV)],
        LOGS / "venv.log",
        explain=lambda _: "The Python environment could not be made; python3-venv is missing or broken",
    )
    return f"Python {_python_version()}"


def _install_packages(dev: bool) -> str:
    requirements = "requirements-dev.txt" if dev else "requirements.txt"
    pip = [
        venv_tool("python"),
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--no-input",
        "--progress-bar=off",
    ]
    run_logged([*pip, "--only-binary", ":all:", "-r", requirements], LOGS / "pip.log", explain=_explain_pip)
    _python_stamp(dev=False).write_text(_requirements_digest(dev=False))
    if dev:
        _python_stamp(dev=True).write_text(_requirements_digest(dev=True))
    return requirements


def _explain_pip(output: str) -> str:
    if re.search(NO_NETWORK, output):
        return "pip reached no package registry: check the network"
    if "No space left on device" in output:
        return "pip found no disk space left"
    errors = re.findall(r"ERROR: (.+)", output)
    return f"pip failed: {errors[-1][:200]}" if errors else "pip failed"


# Front end


def _frontend_sources() -> list[Path]:
    skipped = {"node_modules", "dist", "tests"}
    return [
        file
        for top in FRONTEND.iterdir()
        if top.name not in skipped
        for file in ([top] if top.is_file() else top.rglob("*"))
        if file.is_file()
    ]


def _modules_digest() -> str:
    return digest_of([FRONTEND / "package-lock.json"])


def _frontend_work() -> list[str]:
    if not (FRONTEND / "package-lock.json").exists():
        return []
    work = [] if _is_fresh(FRONTEND / "node_modules" / "installed", _modules_digest()) else ["front_end_packages"]
    built = FRONTEND / "dist" / "built"
    if work or not _is_fresh(built, digest_of(_frontend_sources())):
        work.append("front_end_build")
    return work


def _install_modules(dev: bool) -> str:
    node = find_node()
    node.run_npm(["ci", "--no-audit"], cwd=FRONTEND, log="npm-ci.log")
    (FRONTEND / "node_modules" / "installed").write_text(_modules_digest())
    return node.origin


def _build_frontend(dev: bool) -> str:
    digest = digest_of(_frontend_sources())
    find_node().run_npm(["run", "build"], cwd=FRONTEND, log="npm-build.log")
    (FRONTEND / "dist" / "built").write_text(digest)
    return "Vite"


# Translations


def _translation_work() -> list[str]:
    catalogues = list((ROOT / "locale").rglob("*.po"))
    if not catalogues or _is_fresh(RUN / "translations", digest_of(catalogues)):
        return []
    return ["translations"]


def _compile_translations(dev: bool) -> str:
    # Babel compiles without the machine's gettext tools.
    args = [venv_tool("pybabel"), "compile", "--directory", "locale", "--domain", "django"]
    run_logged(args, LOGS / "translations.log", explain=lambda _: "The translations could not be compiled")
    catalogues = list((ROOT / "locale").rglob("*.po"))
    (RUN / "translations").write_text(digest_of(catalogues))
    return f"{len(catalogues)} languages"


STEPS = {
    "python_environment": _make_environment,
    "python_packages": _install_packages,
    "front_end_packages": _install_modules,
    "front_end_build": _build_frontend,
    "translations": _compile_translations,
}

if __name__ == "__main__":
    main()
