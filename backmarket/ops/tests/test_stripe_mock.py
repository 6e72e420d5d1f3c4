"""Where the Go comes from that builds stripe-mock, and what is said where there is none."""

import shutil
import subprocess
from types import SimpleNamespace

import pytest

from backmarket.ops import stripe_mock
from backmarket.ops.console import OpsError


@pytest.mark.parametrize(
    ("version", "go"),
    [("go1.19.8\n", "wheel"), ("", "wheel"), ("go1.22.1\n", "/usr/bin/go"), ("go2.0\n", "/usr/bin/go")],
)
def test_only_a_go_that_is_new_enough_counts(monkeypatch, version, go):
    monkeypatch.setattr(shutil, "which", lambda _name: "/usr/bin/go")
    monkeypatch.setattr(subprocess, "run", lambda *_args, **_options: SimpleNamespace(stdout=version))
    monkeypatch.setattr(stripe_mock, "_wheel_go", lambda: "wheel")

    assert stripe_mock.find_go() == go


def test_a_machine_without_go_and_network_is_told_in_one_line(monkeypatch, tmp_path):
    def fail(_command, _log, *, explain, **_options):
        raise OpsError(explain(""))

    monkeypatch.setattr(shutil, "which", lambda _name: None)
    monkeypatch.setattr(stripe_mock, "VENV", tmp_path)
    monkeypatch.setattr(stripe_mock, "server_home", lambda _account: tmp_path)
    monkeypatch.setattr(stripe_mock, "run_logged", fail)

    with pytest.raises(OpsError) as refusal:
        stripe_mock.require_stripe_mock()

    assert str(refusal.value) == "stripe-mock needs Go 1.22 or newer, and none could be installed"


def test_a_program_that_ends_at_once_is_told_of(monkeypatch, tmp_path):
    program = tmp_path / "stripe-mock"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr(stripe_mock, "LOGS", tmp_path)

    with pytest.raises(OpsError, match="stripe-mock does not start"), stripe_mock.running_stripe_mock(program):
        pytest.fail("it runs")


def test_what_was_built_is_built_once(monkeypatch, tmp_path):
    built = []

    def build(_go, program):
        built.append(program)
        program.touch()

    monkeypatch.setattr(stripe_mock, "server_home", lambda _account: tmp_path)
    monkeypatch.setattr(stripe_mock, "find_go", lambda: "go")
    monkeypatch.setattr(stripe_mock, "_build", build)

    assert stripe_mock.require_stripe_mock() == stripe_mock.require_stripe_mock()
    assert built == [tmp_path / "stripe-mock-v0.203.0"]
