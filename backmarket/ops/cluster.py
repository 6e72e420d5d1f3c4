"""A PostgreSQL server of our own: made, started and stopped without root's help."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2

from .console import OpsError
from .lifeline import die_with_parent, end_leftover, stop_process
from .paths import LOGS
from .ports import LOCAL, kept_port
from .postgres import Account, Binaries, find_binaries, server_account, server_home

NAME = "backmarket"
START_S = 30
STOP_S = 20
SETTINGS = {
    "max_connections": "300",
    "shared_buffers": "256MB",
    "unix_socket_directories": "",
    "listen_addresses": LOCAL,
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
}
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "on"}


@dataclass
class Cluster:
    """A data directory, its server while it runs, and the address of its one database."""

    folder: Path
    binaries: Binaries
    account: Account | None
    settings: dict[str, str]
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """What the server says."""
        return LOGS / f"{self.folder.name}.log"

    @property
    def password(self) -> str:
        """The random password of this cluster, kept where only its owner reads it."""
        file = self.folder / "password"
        if not file.exists():
            file.touch(0o600)
            file.write_text(secrets.token_urlsafe(24))
        return file.read_text()

    @property
    def port(self) -> int:
        """The port of this start."""
        return int((self.folder / "port").read_text())

    @property
    def url(self) -> str:
        """The DATABASE_URL of the application's role, which is no superuser."""
        return f"postgres://{NAME}:{self.password}@{LOCAL}:{self.port}/{NAME}"

    def start(self) -> None:
        """
        Make the cluster if it is new, and start its server.

        :raises OpsError: PostgreSQL does not start; its own last word is in the message
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        end_leftover(self.data / "postmaster.pid", str(self.data), signal.SIGINT, STOP_S)
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._refuse_other_release()
        kept_port(self.folder / "port")
        LOGS.mkdir(parents=True, exist_ok=True)
        options = [f"--{key}={value}" for key, value in {**self.settings, "port": str(self.port)}.items()]
        with self.log.open("w") as output:
            self.process = subprocess.Popen(
                [self.binaries.command("postgres"), "-D", str(self.data), *options],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGINT),
                **(self.account.options() if self.account else {}),
            )
        self._wait()
        self._make_database()

    def stop(self) -> None:
        """End the server at once but cleanly: open sessions are cut, nothing is lost."""
        if self.process is not None:
            stop_process(self.process, signal.SIGINT, STOP_S)

    def remove(self) -> None:
        """Forget everything in the cluster."""
        end_leftover(self.data / "postmaster.pid", str(self.data), signal.SIGQUIT, STOP_S)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.log.unlink(missing_ok=True)

    def _initialise(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(mode=0o700)
        password_file = self.folder / "initdb-password"
        password_file.touch(0o600)
        password_file.write_text(self.password)
        if self.account is not None:
            os.chown(self.data, self.account.uid, self.account.gid)
            os.chown(password_file, self.account.uid, self.account.gid)
        try:
            # C.UTF-8 folds the case of accented letters, which plain C does not; not every machine has it.
            if self._initdb("C.UTF-8", password_file) is not None:
                problem = self._initdb("C", password_file)
                if problem is not None:
                    raise OpsError(f"PostgreSQL could not make its data directory: {problem}")
        finally:
            password_file.unlink()

    def _initdb(self, locale: str, password_file: Path) -> str | None:
        command = [self.binaries.command("initdb"), "-D", str(self.data), "--username=postgres", "--auth=scram-sha-256"]
        command += [f"--pwfile={password_file}", "--encoding=UTF8", f"--locale={locale}", "--no-sync"]
        options = self.account.options() if self.account else {}
        result = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False, **options)
        return None if result.returncode == 0 else (result.stderr.strip().splitlines() or ["no reason given"])[-1]

    def _refuse_other_release(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        if made_by != self.binaries.version.partition(".")[0]:
            raise OpsError(
                f"The data in {self.data} was made by PostgreSQL {made_by}, this is {self.binaries.version}: "
                "`make demo-reset` starts afresh."
            )

    def _connect(self, database: str) -> psycopg2.extensions.connection:
        return psycopg2.connect(
            host=LOCAL, port=self.port, user="postgres", password=self.password, dbname=database, connect_timeout=5
        )

    def _wait(self) -> None:
        until = time.monotonic() + START_S
        while time.monotonic() < until and self.process is not None and self.process.poll() is None:
            try:
                self._connect("postgres").close()
            except psycopg2.OperationalError:
                time.sleep(0.1)
            else:
                return
        self.stop()
        words = [line for line in self.log.read_text(errors="replace").splitlines() if "FATAL" in line]
        raise OpsError(f"PostgreSQL does not start: {words[-1] if words else 'no answer'} (log: {self.log})")

    def _make_database(self) -> None:
        connection = self._connect("postgres")
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [NAME])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE ROLE {NAME} LOGIN CREATEDB PASSWORD %s", [self.password])
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {NAME} OWNER {NAME}")
        connection.close()


def open_cluster(name: str, *, durable: bool = True) -> Cluster:
    """Describe the cluster of this name; `durable=False` trades safety for speed, for data that is thrown away."""
    account = server_account()
    home = server_home(account)
    settings = SETTINGS if durable else {**SETTINGS, **THROWAWAY}
    return Cluster(home / name, find_binaries(home), account, settings)
