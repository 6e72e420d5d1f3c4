"""Wish lists: what is kept, what it costs later, who may see it, and what sign-in does with a guest's."""

import threading
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from backmarket.accounts.models import User
from backmarket.core.actors import Actor
from backmarket.core.money import Money
from catalog import locks
from catalog.models import Wish, WishList
from catalog.services import listings, wish_lists
from catalog.services.wish_lists import NothingToWishError, Wished, WishListFullError

from .factories import NOW, ProductModelFactory, SkuFactory, elect_all, make_listing

URL = "/en-fr/wishlist/"
ADD = f"{URL}add/"
REMOVE = f"{URL}remove/"


@pytest.fixture
def phone(db):
    """An iPhone 13 at 459 euros."""
    product = ProductModelFactory(name="iPhone 13")
    listing = make_listing(sku=SkuFactory(product=product), price_minor=45_900)
    elect_all()
    return listing


def value(listing) -> str:
    return f"{listing.sku.product.slug},{listing.sku.public_id},{listing.grade}"


def sign_up(client, email: str = "ada@example.org") -> User:
    user = User.objects.create_user(email, "correct horse battery")
    client.force_login(user)
    return user


def reprice(listing, price_minor: int) -> None:
    listings.set_price(
        listing_id=listing.pk, market="FR", price=Money(price_minor, "EUR"), actor=Actor.system("test"), now=NOW
    )
    elect_all(NOW + timedelta(minutes=1))


def test_a_guest_keeps_a_device_with_its_price_and_comes_back_to_the_page(client, phone):
    answer = client.post(ADD, {"wish": value(phone), "next": "/en-fr/c/smartphones/"})

    wish = Wish.objects.get()
    assert (answer.status_code, answer.url) == (302, "/en-fr/c/smartphones/")
    assert (wish.product, wish.sku, wish.grade, wish.price_minor) == (phone.sku.product, phone.sku, "good", 45_900)
    assert client.cookies["wishes_fr"].value == str(phone.sku.product_id)
    assert "Apple iPhone 13" in client.get(URL).content.decode()


def test_the_list_says_what_it_costs_now_and_cost_then(client, phone):
    client.post(ADD, {"wish": value(phone)})

    reprice(phone, 43_100)
    (row,) = client.get(URL).context["page"].rows
    assert (row.price, row.price_then, row.drop) == (Money(43_100, "EUR"), Money(45_900, "EUR"), Money(2_800, "EUR"))

    listings.set_quantity(listing_id=phone.pk, quantity=0, actor=Actor.system("test"), now=NOW)
    make_listing(sku=SkuFactory(product=phone.sku.product, storage_gb=256), price_minor=52_900)
    elect_all(NOW + timedelta(minutes=2))
    (row,) = client.get(URL).context["page"].rows
    assert (row.price, row.low, row.listing_public_id) == (None, Money(52_900, "EUR"), None)


def test_a_wish_moves_to_the_basket(client, phone):
    client.post(ADD, {"wish": value(phone)})
    (row,) = client.get(URL).context["page"].rows

    basket = client.post("/en-fr/basket/add/", {"listing": row.listing_public_id, "quantity": "1"}, follow=True)

    assert "Apple iPhone 13" in basket.content.decode()


def test_what_was_removed_comes_back_with_its_old_price_and_date(client, phone):
    client.post(ADD, {"wish": value(phone)})
    before = Wish.objects.values("sku", "grade", "price_minor", "saved_at").get()
    reprice(phone, 43_100)

    page = client.post(REMOVE, {"wish": phone.sku.product.slug}, follow=True)
    assert not Wish.objects.exists()
    assert client.cookies["wishes_fr"].value == "-"
    assert "is off your list" in page.content.decode()
    client.post(f"{URL}undo/")

    assert Wish.objects.values("sku", "grade", "price_minor", "saved_at").get() == before
    assert "is off your list" not in client.get(URL).content.decode()


def test_scripts_are_answered_with_the_new_count(client, phone):
    headers = {"accept": "application/json"}

    added = client.post(ADD, {"wish": value(phone)}, headers=headers)
    removed = client.post(REMOVE, {"wish": value(phone)}, headers=headers)
    refused = client.post(ADD, {"wish": "no-such-phone"}, headers=headers)

    assert (added.json()["count"], removed.json()["count"]) == (1, 0)
    assert (refused.status_code, list(refused.json())) == (404, ["error"])


@pytest.mark.parametrize("text", ["", "no-such-phone", "a,b", "apple-iphone-13,not-a-uuid,good", "x" * 5_000])
def test_what_is_no_product_is_refused_in_words_and_nothing_is_written(client, phone, text):
    page = client.post(ADD, {"wish": text}, follow=True)

    assert "We do not know this product" in page.content.decode()
    assert not Wish.objects.exists()


def test_another_products_version_is_refused(phone):
    other: Any = SkuFactory(product=ProductModelFactory(name="iPhone 14"))
    wish_list = wish_lists.open_list(user_id=None, token=uuid4(), market="FR", now=NOW)

    with pytest.raises(NothingToWishError):
        wish_lists.add_wish(
            list_id=wish_list.pk, wished=Wished(phone.sku.product.slug, other.public_id, "good"), now=NOW
        )

    assert not Wish.objects.exists()


def test_a_list_holds_a_hundred(phone, monkeypatch):
    monkeypatch.setattr(wish_lists, "MAX_WISHES", 1)
    wish_list = wish_lists.open_list(user_id=None, token=uuid4(), market="FR", now=NOW)
    wish_lists.add_wish(list_id=wish_list.pk, wished=Wished(phone.sku.product.slug), now=NOW)
    other: Any = SkuFactory(product=ProductModelFactory(name="iPhone 14"))

    with pytest.raises(WishListFullError):
        wish_lists.add_wish(list_id=wish_list.pk, wished=Wished(other.product.slug), now=NOW)

    assert Wish.objects.count() == 1


def test_each_market_has_a_list_of_its_own(client, phone):
    client.post(ADD, {"wish": value(phone)})

    german = client.get("/de-de/wishlist/")

    assert german.context["page"] is None
    assert "wishes_de" not in client.cookies


def test_a_link_shows_the_list_to_read_until_it_is_taken_back(client, phone):
    client.post(ADD, {"wish": value(phone)})
    client.post(f"{URL}share/")
    shared = f"{URL}shared/{WishList.objects.get().share_key}/"
    friend = type(client)()

    page = friend.get(shared)
    assert "Apple iPhone 13" in page.content.decode()
    assert "off the list" in client.get(URL).content.decode()
    assert "off the list" not in page.content.decode()
    assert friend.get(shared.replace("en-fr", "en-gb")).status_code == 404
    client.post(f"{URL}share/", {"stop": "1"})

    assert friend.get(shared).status_code == 404
    assert friend.get(f"{URL}shared/{uuid4()}/").status_code == 404


def test_a_list_takes_as_many_queries_for_one_device_as_for_many(client, phone, django_assert_num_queries):
    client.post(ADD, {"wish": value(phone)})
    client.get(URL)

    def count() -> int:
        with django_assert_num_queries(7, exact=False) as found:
            client.get(URL)
        return len(found)

    one = count()
    for n in range(5):
        more = make_listing(sku=SkuFactory(product=ProductModelFactory(name=f"Galaxy {n}")), price_minor=20_000)
        elect_all()
        client.post(ADD, {"wish": value(more)})

    client.get(URL)
    assert count() == one


def test_signing_in_brings_the_guests_list_along_without_doubles(client, phone):
    other = make_listing(sku=SkuFactory(product=ProductModelFactory(name="iPhone 14")), price_minor=60_000)
    elect_all()
    user = User.objects.create_user("ada@example.org", "correct horse battery")
    own = wish_lists.open_list(user_id=user.pk, token=None, market="FR", now=NOW)
    wish_lists.add_wish(list_id=own.pk, wished=Wished(phone.sku.product.slug), now=NOW)
    client.post(ADD, {"wish": value(phone)})
    client.post(ADD, {"wish": value(other)})

    client.post("/accounts/login/", {"login": user.email, "password": "correct horse battery"})
    client.get("/en-fr/")

    kept = Wish.objects.filter(wish_list__user=user).values_list("product_id", flat=True)
    assert sorted(kept) == sorted([phone.sku.product_id, other.sku.product_id])
    assert WishList.objects.count() == 1
    assert set(client.cookies["wishes_fr"].value.split(".")) == {str(pk) for pk in kept}


def test_the_hearts_of_an_account_leave_the_browser_at_sign_out(client, phone):
    sign_up(client)
    client.post(ADD, {"wish": value(phone)})
    assert client.cookies["wishes_fr"].value == str(phone.sku.product_id)

    client.logout()
    client.cookies["wishes_fr"] = str(phone.sku.product_id)
    page = client.get("/en-fr/")

    assert page.cookies["wishes_fr"].value == ""
    assert client.get(URL).context["page"] is None


def test_a_new_browser_learns_the_hearts_at_its_first_page(client, phone):
    user = sign_up(client)
    own = wish_lists.open_list(user_id=user.pk, token=None, market="FR", now=NOW)
    wish_lists.add_wish(list_id=own.pk, wished=Wished(phone.sku.product.slug), now=NOW)

    client.get("/en-fr/")

    assert client.cookies["wishes_fr"].value == str(phone.sku.product_id)


def test_forged_cookies_and_sessions_show_nothing(client, phone):
    client.cookies["wishes_fr"] = "1;drop"
    client.cookies["seen"] = "1.2.3:forged"
    client.cookies["compare"] = "<script>.../../x"
    client.cookies["sessionid"] = "nobody"

    page = client.get("/en-fr/")

    assert page.status_code == 200
    assert page.context["compared"] == []


def test_lists_of_guests_are_forgotten_after_60_days(phone):
    now = timezone.now()
    old = wish_lists.open_list(user_id=None, token=uuid4(), market="FR", now=now - timedelta(days=61))
    fresh = wish_lists.open_list(user_id=None, token=uuid4(), market="FR", now=now - timedelta(days=59))
    user = User.objects.create_user("ada@example.org")
    owned = wish_lists.open_list(user_id=user.pk, token=None, market="FR", now=now - timedelta(days=400))

    assert wish_lists.forget_guest_lists(now=now) == 1
    assert set(WishList.objects.all()) == {fresh, owned}
    assert old.pk


def save_while_merging(phone, before_merge=None) -> str:
    """Let one tab save a device while another one signs in; return what became of the device."""
    token = uuid4()
    user = User.objects.create_user("ada@example.org")
    guest = wish_lists.open_list(user_id=None, token=token, market="FR", now=NOW)
    has_saved = threading.Event()
    outcome: dict[str, Any] = {}

    def save():
        try:
            outcome["saved"] = wish_lists.add_wish(list_id=guest.pk, wished=Wished(phone.sku.product.slug), now=NOW)
        except Exception as error:
            outcome["error"] = error
        finally:
            has_saved.set()
            connection.close()

    tab = threading.Thread(target=save)
    locks_guest = locks.lock_guest_wish_lists

    def start_tab(found_for):
        found = locks_guest(found_for) if before_merge is None else before_merge(found_for)
        tab.start()
        # With the lock the tab waits for this transaction; without it, it is through in the meantime.
        has_saved.wait(timeout=1)
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(locks, "lock_guest_wish_lists", start_tab)
        if before_merge is not None:
            patch.setattr(locks, "lock_wish_list", lambda pk: WishList.objects.filter(pk=pk).first())
        # What the guest had is read before the other tab writes.
        wish_lists.merge_guest_lists(token=token, user_id=user.pk, now=NOW)
    tab.join(timeout=10)
    if Wish.objects.filter(wish_list__user=user).exists():
        return "moved"
    return "told to look again" if outcome.get("saved", 0) is None else "lost"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_device_saved_during_sign_in_is_not_lost(phone):
    assert save_while_merging(phone) == "told to look again"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_twin_without_the_locks_a_device_saved_during_sign_in_is_lost(phone, monkeypatch):
    def read_without_lock(token):
        found = list(WishList.objects.filter(token=token, user=None).prefetch_related("wishes"))
        for row in found:
            list(row.wishes.all())
        return found

    assert save_while_merging(phone, before_merge=read_without_lock) == "lost"
