"""What a test run does where there is no Elasticsearch, and when one is started."""

import shutil
import subprocess
from types import SimpleNamespace

import pytest

from backmarket.ops import elasticsearch, suite
from backmarket.ops.console import OpsError


def miss_java():
    raise OpsError("Java is missing.")


def test_a_machine_without_java_and_maven_is_told_in_one_line(monkeypatch, tmp_path):
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    monkeypatch.setattr(elasticsearch, "server_home", lambda _account: tmp_path)

    with pytest.raises(OpsError) as refusal:
        elasticsearch.require_elasticsearch()

    assert str(refusal.value) == (
        "Elasticsearch needs Java 17 and Maven: install them (apt-get install openjdk-17-jre-headless maven)."
    )


@pytest.mark.parametrize(("version", "found"), [("11.0.2", None), ("17.0.15", "/opt/java"), ("25", "/opt/java")])
def test_only_a_java_that_is_new_enough_counts(monkeypatch, version, found):
    said = f"    java.home = /opt/java\n    java.version = {version}\n"
    monkeypatch.setattr(shutil, "which", lambda _name: "/usr/bin/java")
    monkeypatch.setattr(subprocess, "run", lambda *_args, **_options: SimpleNamespace(stderr=said))

    assert elasticsearch.java_home() == found


def test_a_developer_is_told_which_tests_are_left_out(monkeypatch, capsys):
    monkeypatch.delenv("CI", raising=False)
    left_out: list[str] = []

    with suite._left_out("elasticsearch", left_out):
        miss_java()

    assert left_out == ["elasticsearch"]
    assert "tests marked elasticsearch are left out. Java is missing." in capsys.readouterr().err


def test_continuous_integration_leaves_nothing_out(monkeypatch):
    monkeypatch.setenv("CI", "true")

    with pytest.raises(OpsError), suite._left_out("elasticsearch", []):
        miss_java()


def test_a_server_that_nobody_wants_is_not_started(monkeypatch, tmp_path):
    monkeypatch.setattr(elasticsearch, "server_home", lambda _account: tmp_path)
    monkeypatch.setattr(elasticsearch.SearchServer, "launch", lambda _server: pytest.fail("it was started"))

    with elasticsearch.server_on_demand(tmp_path) as env:
        folder = next(tmp_path.iterdir())
        assert env["ELASTICSEARCH_WANTED"] == str(folder / "wanted")

    assert not folder.exists()
