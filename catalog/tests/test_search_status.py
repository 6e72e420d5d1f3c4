"""What staff see of the search engine, and who may see it."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command

from backmarket.accounts.groups import AGENT, OPERATOR
from backmarket.accounts.models import User
from catalog.flows import search_reindex
from catalog.models import ListingMarket, SearchReindex
from catalog.search import engines
from catalog.search.breaker import CircuitBreaker
from catalog.services.indexing import index_products

from .factories import elect_all, make_listing

URL = "/admin/searches/engine/"


def sign_in(client, group):
    user = User.objects.create_user(email=f"{group}@example.com", password="x", is_staff=True)
    user.groups.add(Group.objects.get_or_create(name=group)[0])
    client.force_login(user)


def shown(client):
    response = client.get(URL)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.mark.django_db
def test_operators_alone_see_the_engine(client):
    assert client.get(URL).status_code == 302
    sign_in(client, AGENT)
    assert client.get(URL).status_code in (403, 404)
    sign_in(client, OPERATOR)
    assert "PostgreSQL answers every search" in shown(client)


@pytest.mark.elasticsearch
@pytest.mark.django_db(transaction=True)
def test_the_page_shows_index_lag_and_rebuilds(client, elastic, monkeypatch):
    monkeypatch.setattr(search_reindex, "DRAIN_S", 0.05)
    sign_in(client, OPERATOR)
    assert "run manage.py reindex" in shown(client)
    make_listing()
    elect_all()
    index_products()
    call_command("reindex")
    ListingMarket.objects.update(price_minor=12_300)
    elect_all()

    page = shown(client)

    assert SearchReindex.objects.get().index_name in page
    assert "1 document waits" in page
    assert "with 1 offer" in page


@pytest.mark.django_db
def test_the_page_opens_while_elasticsearch_is_down(client, settings):
    settings.ELASTICSEARCH_URL = "http://someone:secret@127.0.0.1:9"
    sign_in(client, OPERATOR)

    page = shown(client)

    assert "Elasticsearch does not answer" in page
    assert "127.0.0.1:9" in page
    assert "secret" not in page


@pytest.mark.django_db
def test_readiness_tells_of_a_degraded_search_and_stays_ready(client, settings, monkeypatch):
    assert client.get("/readyz").json() == {"status": "ok", "database": "ok", "search": "ok"}
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:9"
    breaker = CircuitBreaker(failures=1)
    monkeypatch.setattr(engines.GUARDED, "breaker", breaker)
    breaker.failed()

    response = client.get("/readyz")

    assert (response.status_code, response.json()["search"]) == (200, "degraded")
