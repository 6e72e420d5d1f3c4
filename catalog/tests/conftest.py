"""What tests of the search index stand on."""

import os
import time
import uuid
from pathlib import Path

import pytest
import requests

from catalog.search.elastic import client
from catalog.search.elastic.mapping import live_alias

START_S = 120


@pytest.fixture(scope="session")
def elasticsearch_url():
    """The address of a real Elasticsearch, once it answers."""
    url = os.environ.get("ELASTICSEARCH_URL")
    assert url, "make test starts an Elasticsearch; else name one in ELASTICSEARCH_URL"
    if wanted := os.environ.get("ELASTICSEARCH_WANTED"):
        Path(wanted).touch()
    until = time.monotonic() + START_S
    while not answers(url):
        assert time.monotonic() < until, f"no Elasticsearch answers on {url}"
        time.sleep(0.3)
    return url


def answers(url):
    with requests.Session() as session:
        session.trust_env = False
        try:
            return session.get(f"{url}/_cluster/health", timeout=5).ok
        except requests.RequestException:
            return False


@pytest.fixture
def elastic(elasticsearch_url, settings):
    """The indexer's client, with indices of this test alone."""
    settings.ELASTICSEARCH_URL = elasticsearch_url
    settings.SEARCH_INDEX_PREFIX = f"test-{uuid.uuid4().hex[:12]}-"
    writer = client.indexing()
    yield writer
    for name in writer.indices.get(index=f"{live_alias()}*", allow_no_indices=True):
        writer.indices.delete(index=name)
