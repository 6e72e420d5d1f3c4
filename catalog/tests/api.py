"""How the tests of the API ask and read; a phone in two versions to ask for."""

from datetime import timedelta
from uuid import uuid4

from django.conf import settings

from catalog.enums import Grade, ReviewState
from catalog.models import Review

from .factories import NOW, ProductModelFactory, SellerFactory, SkuFactory, elect_all, make_listing

API = "/api/v1"


def make_phone():
    """Put a phone in two versions on sale in France, by two sellers."""
    phone = ProductModelFactory(
        name="iPhone 13",
        slug="apple-iphone-13",
        descriptions={"en": "A phone.", "fr": "Un téléphone."},
        specs=[{"key": "screen_in", "value": 6.1}],
    )
    small, large = SkuFactory(product=phone), SkuFactory(product=phone, storage_gb=256)
    lyon, lille = SellerFactory(name="Atelier Lyon"), SellerFactory(name="Atelier Lille")
    make_listing(sku=small, price_minor=45_900, seller=lyon)
    make_listing(sku=small, price_minor=46_900, seller=lille)
    make_listing(sku=large, price_minor=52_900, seller=lille, grade=Grade.EXCELLENT)
    elect_all()
    return phone


def write_reviews(phone, count: int, **fields) -> None:
    for n in range(count):
        Review.objects.create(
            **{
                "product": phone,
                "sku": phone.skus.first(),
                "seller": phone.offers.first().seller,
                "grade": Grade.GOOD,
                "line_reference": f"{uuid4()}",
                "rating": 4,
                "text": f"Review {n}",
                "language": "fr",
                "market": "FR",
                "author_name": "Zoé",
                "created_at": NOW - timedelta(hours=n),
                "state": ReviewState.PUBLISHED,
                **fields,
            }
        )


def answer(client, path: str, **headers):
    response = client.get(f"{API}{path}", headers=headers)
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "application/json"
    return response.json()


def problem(response, status: int, code: str):
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert (body["status"], body["code"]) == (status, code)
    assert body["type"] == f"{settings.PUBLIC_URL}{API}/docs/#problem-{code}"
    assert body["request_id"] == response["X-Request-Id"]
    return body


def wrong(response) -> list[tuple[str, str]]:
    return [(error["parameter"], error["code"]) for error in problem(response, 400, "invalid_parameters")["errors"]]


def all_pages(client, path: str, page_size: int) -> list:
    """Follow the cursors to the end."""
    found, cursor = [], ""
    while True:
        page = answer(client, f"{path}&page_size={page_size}{cursor}")
        assert len(page["items"]) <= page_size
        found += page["items"]
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"
