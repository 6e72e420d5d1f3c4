"""The API keeps its word: the description is whole, answers conform to it, and the documentation's examples work."""

import re

import pytest
import schemathesis
from django.conf import settings
from django.core.cache import cache
from django.test.client import ClientHandler
from hypothesis import HealthCheck, Phase
from hypothesis import settings as effort
from openapi_spec_validator import validate
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from backmarket.core import clock
from catalog.api.schema import description
from catalog.services.indexing import index_products

from .factories import NOW, CategoryFactory, ProductModelFactory, SkuFactory, elect_all, make_listing

pytestmark = pytest.mark.django_db
EXAMPLES = re.findall(r"^(GET|\d{3}) (/api/v1/\S*)$", (settings.BASE_DIR / "docs" / "api.md").read_text(), re.MULTILINE)


@pytest.fixture(autouse=True)
def shop(monkeypatch, settings):
    """A phone on sale, and nobody waits."""
    cache.clear()
    monkeypatch.setattr(clock, "now", lambda: NOW)
    settings.API_REQUESTS_A_MINUTE = 1_000_000
    phone = ProductModelFactory(name="iPhone 13", slug="apple-iphone-13", category=CategoryFactory(key="smartphones"))
    make_listing(sku=SkuFactory(product=phone))
    elect_all()
    index_products()
    return phone


@pytest.fixture
def api():
    config = schemathesis.Config.from_dict({"generation": {"mode": "all"}})
    found = schemathesis.openapi.from_dict(description(), config=config)
    found.app = application
    return found


def application(environ, start_response):
    """Answer like the server, inside the test's transaction."""
    # Its client does not unpack.
    response = ClientHandler()({**environ, "HTTP_ACCEPT_ENCODING": "identity"})
    start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
    return [response.getvalue()]


# What buys has tests of its own, with a basket and an order to ask for.
fuzzed = schemathesis.pytest.from_fixture("api").exclude(path_regex="^/api/v1/checkout/")


@pytest.mark.slow
@fuzzed.parametrize()
@effort(
    max_examples=15,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)
def test_whatever_is_asked_is_answered_as_described(case):
    # A cursor or a postcode may look right and still be refused.
    case.call_and_validate(excluded_checks=[positive_data_acceptance])


def test_the_description_is_valid_openapi(client):
    response = client.get("/api/v1/schema/")

    validate(response.json())
    assert response["Content-Type"] == "application/json"
    assert set(response.json()["paths"]) >= {"/api/v1/products/", "/api/v1/search/", "/api/v1/home/"}


def test_the_description_comes_as_yaml_for_who_asks(client):
    response = client.get("/api/v1/schema/", headers={"Accept": "application/yaml"})

    assert response["Content-Type"] == "application/yaml; charset=utf-8"
    assert response.content.startswith(b"openapi: 3.0.3")


def test_the_documentation_page_shows_every_address_without_a_script(client):
    response = client.get("/api/v1/docs/")

    html = response.content.decode()
    assert response.status_code == 200
    for path in description()["paths"]:
        assert path in html
    assert "<script>" not in html
    assert "unsafe" not in response["Content-Security-Policy"]


@pytest.mark.parametrize(("expected", "path"), EXAMPLES)
def test_the_examples_of_the_documentation_work(client, expected, path):
    response = client.get(path)

    assert response.status_code == (200 if expected == "GET" else int(expected)), response.content


def test_the_documentation_has_examples():
    assert len(EXAMPLES) > 10


def test_the_generator_makes_wrong_input_too(api):
    assert GenerationMode.NEGATIVE in api.config.generation_for().modes
