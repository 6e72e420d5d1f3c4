"""A real Elasticsearch for the tests and for `make search`: fetched by Maven, run on this machine without root."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import signal
import subprocess
import threading
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .console import OpsError, one_line_failures, run_logged
from .lifeline import die_with_parent, stop_process
from .paths import LOGS
from .ports import LOCAL, free_port, is_free
from .postgres import Account, server_account, server_home
from .sqs import answers

VERSION = "8.19.7"
# The server core alone, as Elastic's own integration tests run it: no plug-ins, no scripts, a fifth of the size.
ARTIFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
SHA256 = "cb7f86fb6e68e85ef6f531ae5c68458ecfe42371150403b22b2ed21381581cbb"
OLDEST_JAVA = 17
DEBIAN_PACKAGES = {"java": "openjdk-17-jre-headless", "mvn": "maven"}
HEAP = "512m"
START_S = 120
STOP_S = 15
PREFIX = "test-es-"


def require_elasticsearch() -> Path:
    """
    Return the folder of an unpacked Elasticsearch, fetching it once a clone.

    Java and Maven are the machine's, else Debian's where root may install them.

    :raises OpsError: one of them is missing, or the download failed
    """
    home = server_home(server_account())
    folder = home / f"elasticsearch-{VERSION}"
    _require_tools(["java"] if folder.exists() else ["java", "mvn"])
    if not folder.exists():
        _fetch(home)
    return folder


def _require_tools(names: list[str]) -> None:
    missing = [name for name in names if not _has(name)]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        _install([DEBIAN_PACKAGES[name] for name in missing])
        missing = [name for name in names if not _has(name)]
    if missing:
        packages = " ".join(DEBIAN_PACKAGES[name] for name in missing)
        raise OpsError(f"Elasticsearch needs Java {OLDEST_JAVA} and Maven: install them (apt-get install {packages}).")


def _has(name: str) -> bool:
    return java_home() is not None if name == "java" else shutil.which(name) is not None


def java_home() -> str | None:
    """Return where a Java that is new enough lives."""
    java = shutil.which("java")
    if java is None:
        return None
    said = subprocess.run([java, "-XshowSettings:properties", "-version"], capture_output=True, text=True, check=False)
    version = re.search(r"java\.version = (\d+)", said.stderr)
    found = re.search(r"java\.home = (\S+)", said.stderr)
    return found[1] if found and version and int(version[1]) >= OLDEST_JAVA else None


def _install(packages: list[str]) -> None:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for log, command in (
        ("apt-update.log", ["apt-get", "update", "-qq"]),
        ("apt-java.log", ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]),
    ):
        run_logged(command, LOGS / log, explain=lambda _: f"{' '.join(packages)} could not be installed", env=env)


def _fetch(home: Path) -> None:
    """Copy the archive out of Maven's own store, which keeps it for every clone, and unpack it."""
    command = ["mvn", "-q", "-B", "dependency:copy", f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={home}"]
    run_logged(
        command, LOGS / "maven.log", explain=lambda _: f"Maven could not fetch Elasticsearch {VERSION}", cwd=Path("/")
    )
    archive = home / f"elasticsearch-{VERSION}.zip"
    if hashlib.sha256(archive.read_bytes()).hexdigest() != SHA256:
        archive.unlink()
        raise OpsError(f"What Maven fetched is not Elasticsearch {VERSION}: its checksum differs.")
    # Another test run may unpack at the same time: whoever is done first wins.
    unpacking = home / f"unpacking-{os.getpid()}"
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(unpacking)
    for file in (unpacking / f"elasticsearch-{VERSION}" / "bin").iterdir():
        file.chmod(0o755)
    with contextlib.suppress(OSError):
        (unpacking / f"elasticsearch-{VERSION}").rename(home / f"elasticsearch-{VERSION}")
    shutil.rmtree(unpacking, ignore_errors=True)
    archive.unlink(missing_ok=True)


@dataclass
class SearchServer:
    """One node with its data in a folder of its own, and its process while it runs."""

    binaries: Path
    folder: Path
    account: Account | None = field(default_factory=server_account)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        """The ELASTICSEARCH_URL."""
        return f"http://{LOCAL}:{self.port}"

    @property
    def log(self) -> Path:
        """What the server says."""
        return LOGS / f"{self.folder.name}.log"

    def launch(self) -> None:
        """Start the server without waiting for it: it takes half a minute that other work can use."""
        self._make_folder()
        LOGS.mkdir(parents=True, exist_ok=True)
        settings = {
            "discovery.type": "single-node",
            "xpack.security.enabled": "false",
            "http.host": LOCAL,
            "http.port": str(self.port),
            "transport.port": str(free_port()),
            "path.data": str(self.folder / "data"),
            "path.logs": str(self.folder / "logs"),
            # Indices come into being by their mapping alone.
            "action.auto_create_index": "false",
            "cluster.routing.allocation.disk.threshold_enabled": "false",
        }
        env = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(self.folder),
            "ES_JAVA_HOME": java_home() or "",
            "ES_PATH_CONF": str(self.folder / "config"),
            "ES_TMPDIR": str(self.folder / "tmp"),
            "ES_JAVA_OPTS": f"-Xms{HEAP} -Xmx{HEAP}",
            "CLI_JAVA_OPTS": "-Xmx64m -XX:TieredStopAtLevel=1",
        }
        with self.log.open("w") as output:
            self.process = subprocess.Popen(
                [self.binaries / "bin" / "elasticsearch", *(f"-E{key}={value}" for key, value in settings.items())],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=env,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),
                **(self.account.options() if self.account else {}),
            )

    def wait(self) -> None:
        """
        Return once the server answers.

        :raises OpsError: it ended or did not answer in time
        """
        until = time.monotonic() + START_S
        while time.monotonic() < until and self.process is not None and self.process.poll() is None:
            if answers(f"{self.url}/_cluster/health"):
                return
            time.sleep(0.2)
        raise OpsError(f"Elasticsearch does not start (log: {self.log})")

    def stop(self) -> None:
        """End the server."""
        if self.process is not None:
            stop_process(self.process, signal.SIGTERM, STOP_S)

    def remove(self) -> None:
        """Forget everything that it kept."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _make_folder(self) -> None:
        # The configuration holds the key store that the server writes at its first start.
        shutil.copytree(self.binaries / "config", self.folder / "config", dirs_exist_ok=True)
        (self.folder / "config" / "elasticsearch.yml").write_text("")
        for name in ("data", "logs", "tmp"):
            (self.folder / name).mkdir(exist_ok=True)
        if self.account is not None:
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, self.account.uid, self.account.gid)


@contextlib.contextmanager
def server_on_demand(binaries: Path) -> Iterator[dict[str, str]]:
    """
    Return the environment that names a server which starts once `ELASTICSEARCH_WANTED` exists.

    Most runs of a few tests need none, and starting one costs twenty seconds of a processor.
    """
    home = server_home(server_account())
    server = SearchServer(binaries, home / f"{PREFIX}{os.getpid()}")
    server.folder.mkdir(parents=True)
    wanted, is_over = server.folder / "wanted", threading.Event()

    def launch_once_wanted() -> None:
        while not is_over.wait(0.2):
            if wanted.exists():
                server.launch()
                # The server ends with the thread that started it.
                is_over.wait()

    launcher = threading.Thread(target=launch_once_wanted, daemon=True)
    launcher.start()
    try:
        yield {"ELASTICSEARCH_URL": server.url, "ELASTICSEARCH_WANTED": str(wanted)}
    finally:
        is_over.set()
        launcher.join()
        server.stop()
        server.remove()


def main() -> None:
    """Run one for a demo until Ctrl-C; what it indexed is forgotten then."""
    port = int(os.environ.get("PORT") or 9200)
    with one_line_failures():
        if not is_free(port):
            raise OpsError(f"Port {port} is busy: choose another one, for example `make search PORT={port + 10}`.")
        server = SearchServer(require_elasticsearch(), server_home(server_account()) / "elasticsearch-demo", port=port)
        server.remove()
        server.folder.mkdir(parents=True)
        try:
            server.launch()
            server.wait()
            print(f"Elasticsearch {VERSION} runs on {server.url}. In another terminal:")
            print(f"  ELASTICSEARCH_URL={server.url} make demo", flush=True)
            if server.process is not None:
                server.process.wait()
        finally:
            server.stop()
            server.remove()


if __name__ == "__main__":
    main()
