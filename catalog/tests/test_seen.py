"""Recently seen: in a guest's own browser, in an account's rows, cleared and forgotten."""

from datetime import timedelta

import pytest

from backmarket.accounts.models import User
from catalog.models import SeenProduct
from catalog.services import seen
from catalog.web.visitor import SEEN_COOKIE

from .factories import NOW, ProductModelFactory, SkuFactory, elect_all, make_listing

pytestmark = pytest.mark.django_db


@pytest.fixture
def phones():
    found = [ProductModelFactory(name=f"iPhone {n}") for n in range(3)]
    for product in found:
        make_listing(sku=SkuFactory(product=product))
    elect_all()
    return found


def look_at(client, *products) -> None:
    for product in products:
        assert client.get(f"/en-fr/p/{product.slug}/").status_code == 200


def guest_ids(client) -> list[int]:
    return [card.product_id for card in client.get("/en-fr/").context["visitor"].seen]


def test_a_guests_visits_stay_in_their_browser_the_latest_first(client, phones):
    first, second, third = phones

    look_at(client, first, second, third, first)

    assert guest_ids(client) == [first.pk, third.pk, second.pk]
    assert client.cookies[SEEN_COOKIE]["httponly"]
    assert client.cookies[SEEN_COOKIE]["max-age"] == 60 * 24 * 3600
    assert not SeenProduct.objects.exists()


def test_what_a_browser_fetches_on_a_guess_was_not_looked_at(client, phones):
    client.get(f"/en-fr/p/{phones[0].slug}/", headers={"sec-purpose": "prefetch"})
    client.head(f"/en-fr/p/{phones[0].slug}/")

    assert SEEN_COOKIE not in client.cookies


def test_a_guest_remembers_24_at_most(client, phones, monkeypatch):
    monkeypatch.setattr(seen, "MAX_SEEN", 2)

    look_at(client, *phones)

    assert guest_ids(client) == [phones[2].pk, phones[1].pk]


def test_an_account_remembers_each_product_once(client, phones):
    client.force_login(User.objects.create_user("ada@example.org"))

    look_at(client, phones[0], phones[1], phones[0])

    assert SeenProduct.objects.count() == 2
    assert SEEN_COOKIE not in client.cookies


def test_looking_again_within_the_hour_writes_nothing(phones):
    user = User.objects.create_user("ada@example.org")
    for minutes in (0, 30, 90):
        seen.note_seen(user_id=user.pk, product_id=phones[0].pk, now=NOW + timedelta(minutes=minutes))
        if minutes == 30:
            assert SeenProduct.objects.get().seen_at == NOW

    assert SeenProduct.objects.get().seen_at == NOW + timedelta(minutes=90)


def test_sign_in_unites_what_guest_and_account_looked_at(client, phones):
    user = User.objects.create_user("ada@example.org", "correct horse battery")
    seen.note_seen(user_id=user.pk, product_id=phones[0].pk, now=NOW)
    look_at(client, phones[0], phones[1], phones[2])

    client.post("/accounts/login/", {"login": user.email, "password": "correct horse battery"})
    client.get("/en-fr/")

    latest = SeenProduct.objects.filter(user=user).values_list("product_id", flat=True)
    assert list(latest) == [phones[2].pk, phones[1].pk, phones[0].pk]
    assert client.cookies[SEEN_COOKIE].value == ""


@pytest.mark.parametrize("signed_in", [True, False])
def test_visits_can_be_cleared(client, phones, signed_in):
    if signed_in:
        client.force_login(User.objects.create_user("ada@example.org"))
    look_at(client, *phones)
    assert client.get("/en-fr/").context["visitor"].seen

    answer = client.post("/en-fr/seen/clear/", {"next": "https://elsewhere.example/"})

    assert answer.url == "/en-fr/"
    assert not SeenProduct.objects.exists()
    assert client.get("/en-fr/").context["visitor"].seen == []


def test_visits_are_kept_60_days_and_24_an_account(phones, monkeypatch):
    monkeypatch.setattr(seen, "MAX_SEEN", 1)
    user, other = (User.objects.create_user(f"{name}@example.org") for name in ("ada", "bob"))
    for days, product in enumerate(phones):
        seen.note_seen(user_id=user.pk, product_id=product.pk, now=NOW - timedelta(days=days))
    seen.note_seen(user_id=other.pk, product_id=phones[0].pk, now=NOW - timedelta(days=61))

    assert seen.forget_old(now=NOW) == 3
    assert SeenProduct.objects.get().product == phones[0]
