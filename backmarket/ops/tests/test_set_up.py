"""What `make setup` and `make demo` decide before they do anything."""

import errno
import socket

import pytest

from backmarket.ops import bootstrap, console, demo, demo_accounts, node, ports
from backmarket.ops.console import OpsError


def test_a_digest_changes_with_names_and_contents_only(tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    (tmp_path / "a.txt").write_text("one")
    before = bootstrap.digest_of([tmp_path / "a.txt"])

    (tmp_path / "a.txt").touch()
    same = bootstrap.digest_of([tmp_path / "a.txt"])
    (tmp_path / "a.txt").write_text("two")
    changed = bootstrap.digest_of([tmp_path / "a.txt"])
    (tmp_path / "a.txt").rename(tmp_path / "b.txt")
    renamed = bootstrap.digest_of([tmp_path / "b.txt"])

    assert same == before
    assert len({before, changed, renamed}) == 3


def test_a_kept_port_changes_only_when_somebody_took_it(tmp_path):
    file = tmp_path / "port"
    kept = ports.kept_port(file)

    assert ports.kept_port(file) == kept
    with socket.create_server((ports.LOCAL, kept)):
        assert not ports.is_free(kept)
        assert ports.kept_port(file) != kept


@pytest.mark.parametrize(("text", "word"), [("shop", "no port"), ("0", "no port"), ("70000", "no port")])
def test_an_absurd_port_is_refused(monkeypatch, text, word):
    monkeypatch.setenv("PORT", text)

    with pytest.raises(OpsError, match=word):
        demo._wanted_port()


def test_a_busy_port_is_refused_with_another_one_to_try(monkeypatch):
    with socket.create_server((ports.LOCAL, 0)) as server:
        port = server.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))

        with pytest.raises(OpsError) as refusal:
            demo._wanted_port()

    assert str(refusal.value) == f"Port {port} is busy: choose another one, for example `make demo PORT={port + 10}`."


def test_a_reset_leaves_a_database_of_ones_own_alone(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://me@127.0.0.1/mine")

    with pytest.raises(OpsError, match="a database of your own"):
        demo._forget()


@pytest.mark.parametrize(
    ("raised", "said"),
    [
        (OpsError("Port 8000 is busy."), "error: Port 8000 is busy."),
        (
            OSError(errno.ENOSPC, "full", "/data/x"),
            "error: The disk is full (/data/x): free some space and run it again.",
        ),
    ],
)
def test_an_expected_failure_is_one_line(raised, said):
    with pytest.raises(SystemExit) as ended, console.one_line_failures():
        raise raised

    assert ended.value.code == said


def test_too_little_disk_space_is_refused(tmp_path):
    with pytest.raises(OpsError, match=r"Too little disk space: .* 1e\+06 GiB are needed"):
        console.require_disk(tmp_path, 1e6)


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("npm error code ENOTFOUND\nnpm error network", "npm reached no package registry: check the network"),
        ("npm error code ENOSPC", "npm found no disk space left"),
        ("npm error code E1\nnpm error Missing script: build", "npm failed: Missing script: build"),
    ],
)
def test_npm_failures_are_explained(output, said):
    assert node._explain_npm(output) == said


def test_pip_failures_are_explained():
    assert bootstrap._explain_pip("ERROR: No matching distribution found for x==1") == (
        "pip failed: No matching distribution found for x==1"
    )


def test_the_box_names_every_sign_in_and_card():
    box = demo_accounts.welcome("http://127.0.0.1:8000", "http://127.0.0.1:8001")

    assert len({len(line) for line in box.splitlines()}) == 1
    for text in [person.email for person in demo_accounts.SIGN_INS] + [number for number, _ in demo_accounts.CARDS]:
        assert text in box
