"""Promise R8: whoever searches while Elasticsearch is broken finds the device, and buys it."""

from urllib.parse import urlsplit

import pytest
from pytest_django.asserts import assertContains

from catalog.search import engines
from catalog.search.breaker import CircuitBreaker
from catalog.search.elastic.engine import ElasticsearchEngine
from catalog.search.engines import GuardedEngine
from catalog.search.postgres import PostgresEngine
from catalog.services.indexing import index_products
from catalog.tests.factories import ProductModelFactory, SkuFactory, elect_all, make_listing
from checkout.enums import OrderState
from checkout.models import Order

from .test_checkout_page import send

pytestmark = pytest.mark.django_db(transaction=True)
# Nothing listens here, and nobody but the system may.
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def _broken(settings, monkeypatch):
    settings.ELASTICSEARCH_URL = NOWHERE
    monkeypatch.setattr(engines, "GUARDED", GuardedEngine(ElasticsearchEngine(), PostgresEngine(), CircuitBreaker()))


@pytest.mark.usefixtures("_broken")
def test_a_device_is_found_and_bought_while_the_search_engine_is_down(client, sandbox_provider):
    listing = make_listing(sku=SkuFactory(product=ProductModelFactory(name="iPhone 13")))
    elect_all()
    index_products()

    found = client.get("/en-fr/search/?q=iphone 13")
    shown = client.get(f"/en-fr/p/{found.context['grid'].cards[0].slug}/")
    client.post("/en-fr/basket/add/", {"listing": str(listing.public_id)})
    back = sandbox_provider.pay(send(client)["Location"])
    client.get(urlsplit(back.headers["Location"]).path)

    assert engines.GUARDED.name == "Elasticsearch" or not engines.is_first_choice()
    assertContains(shown, str(listing.public_id))
    assert Order.objects.get().state == OrderState.PAID
