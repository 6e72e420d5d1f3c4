"""How the tests of the API of buying ask."""

from uuid import uuid4

from checkout.models import Basket

BUYING = "/api/v1/checkout"
CONTACT = {"email": "ada@example.org", "phone": "06 12 34 56 78"}
ADDRESS = {
    "first_name": "Ada",
    "last_name": "Lovelace",
    "street": "12 rue de la Roquette",
    "postcode": "75011",
    "city": "Paris",
}


def call(client, method, path, body=None, *, bearer=None, key=None, language="en", market="FR", **params):
    """Send a request as an app would, without a cookie."""
    headers = {"Accept-Language": language}
    if bearer is not None:
        headers["Authorization"] = f"Bearer {bearer}"
    if key is not None:
        headers["Idempotency-Key"] = str(key)
    query = "".join(f"&{name}={value}" for name, value in params.items())
    address = f"{BUYING}{path}?market={market}{query}"
    more = {} if method == "get" else {"data": "" if body is None else body, "content_type": "application/json"}
    return getattr(client, method)(address, headers=headers, **more)


def order_body(total_minor, **changes):
    total = {"amount_minor": total_minor, "currency": "EUR"}
    return {"contact": CONTACT, "address": ADDRESS, "expected_total": total, **changes}


def order_with(client, basket: Basket, total_minor, *, key=None, **changes):
    """Place the order of a basket."""
    body = order_body(total_minor, **changes)
    return call(client, "post", "/orders/", body, bearer=basket.token, key=key or uuid4())


def errors_of(response):
    """Return the place and code of every wrong field."""
    return [(error["pointer"], error["code"]) for error in response.json()["errors"]]
