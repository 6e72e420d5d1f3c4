"""The API of buying keeps its word: answers conform to the description, and the documented purchase works."""

import os
import re
import shutil
import subprocess
from uuid import UUID

import pytest
import schemathesis
from django.conf import settings
from django.test.client import ClientHandler
from hypothesis import HealthCheck, Phase
from hypothesis import settings as effort
from schemathesis.specs.openapi.checks import ignored_auth, negative_data_rejection, positive_data_acceptance

from backmarket.core import clock
from catalog.api.schema import description
from catalog.tests.factories import NOW, ProductModelFactory, SkuFactory, elect_all, make_listing
from checkout.models import Basket, Order
from checkout.selectors.orders import signed_key

from .factories import make_basket, paid_order

CHAPTER = (settings.BASE_DIR / "docs" / "api.md").read_text().partition("## Buying")[2]
(PURCHASE,) = re.findall(r"```sh\n(.*?)```", CHAPTER, re.DOTALL)
TOKEN = UUID("0193a1f0-0000-7000-8000-000000000001")


@pytest.fixture
def api(db, monkeypatch, settings):
    """A basket with a phone and a paid order, and nobody waits."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    settings.API_REQUESTS_A_MINUTE = settings.API_WRITES_A_MINUTE = 1_000_000
    make_basket([make_listing(quantity=50)], token=TOKEN)
    paid_order()
    config = schemathesis.Config.from_dict({"generation": {"mode": "all"}})
    found = schemathesis.openapi.from_dict(description(), config=config)
    found.app = application
    return found


def application(environ, start_response):
    """Answer like the server, inside the test's transaction."""
    response = ClientHandler()({**environ, "HTTP_ACCEPT_ENCODING": "identity"})
    start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
    return [response.getvalue()]


fuzzed = schemathesis.pytest.from_fixture("api").include(path_regex="^/api/v1/checkout/")


@pytest.mark.slow
@fuzzed.parametrize()
@effort(
    max_examples=6,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)
def test_whatever_is_sent_is_answered_as_described(case):
    bearer = str(TOKEN)
    # What is well-formed may still be refused: a postcode, a total, a line that is not there.
    excluded = [positive_data_acceptance, ignored_auth]
    if "order" in case.path_parameters:
        order = Order.objects.get(basket__state="ordered", state="paid")
        case.path_parameters["order"] = str(order.public_id)
        bearer = signed_key(order)
        # What was wrong with the address is mended by the order's own id.
        excluded.append(negative_data_rejection)

    case.call_and_validate(headers={"Authorization": f"Bearer {bearer}"}, excluded_checks=excluded)


@pytest.mark.django_db(transaction=True)
def test_the_purchase_of_the_documentation_works(client, live_server, sandbox_provider, settings, tmp_path):
    phone = ProductModelFactory(name="iPhone 13", slug="apple-iphone-13")
    make_listing(sku=SkuFactory(product=phone))
    elect_all()
    settings.PUBLIC_URL = live_server.url
    before_paying, looking = PURCHASE.split("# The shopper pays on $PAGE", 1)

    ordered = shell(f'{before_paying}\necho\necho "$TOKEN $ORDER $KEY $PAGE"', tmp_path, SHOP=live_server.url)
    token, order, key, page = ordered.splitlines()[-1].split()
    back = sandbox_provider.pay(page)
    client.get(back.headers["Location"].removeprefix(live_server.url))
    looked = shell(f'#{looking}\necho "$STATE $END"', tmp_path, SHOP=live_server.url, ORDER=order, KEY=key)

    assert Basket.objects.get().token == UUID(token)
    assert Order.objects.get().gift_note == "Joyeux anniversaire"
    assert looked.split()[-2:] == ["paid", "cancelled"]


def shell(script, folder, **names):
    """Run lines of the documentation as somebody would who copies them."""
    missing = [tool for tool in ("curl", "jq") if shutil.which(tool) is None]
    if missing and not os.environ.get("CI"):
        pytest.skip(f"not on this machine: {', '.join(missing)}")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env={**os.environ, **names},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
