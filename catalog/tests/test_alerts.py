"""Alerts: who may ask for what, when a mail leaves, and that it leaves once."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, connection, transaction

from backmarket.accounts.models import User
from backmarket.core import clock, outbox
from backmarket.core.actors import Actor
from backmarket.core.money import Money
from backmarket.notify.models import Message
from backmarket.notify.services import choose, recipient_of
from catalog import locks
from catalog.enums import AlertKind, AlertState
from catalog.models import Alert, AlertCheck
from catalog.rules.alerts import Verdict, verdict
from catalog.services import alert_rounds, alerts, listings
from catalog.services.alerts import Person, Watched

from .factories import NOW, ProductModelFactory, SkuFactory, elect_all, make_listing

PAGE = "/en-fr/alerts/"
ADA = Person("ada@example.org", "en-fr", is_verified=True)
GUEST = Person("guest@example.org", "en-fr")


@pytest.fixture
def phone(db):
    """An iPhone 13 at 459 euros."""
    sku = SkuFactory(product=ProductModelFactory(name="iPhone 13"))
    listing = make_listing(sku=sku, price_minor=45_900)
    elect_all()
    return listing


def watched(listing, **changes) -> Watched:
    facts = {
        "kind": AlertKind.PRICE,
        "slug": listing.sku.product.slug,
        "market": "FR",
        "sku": listing.sku.public_id,
        "grade": "good",
        "limit": Money(40_000, "EUR"),
    }
    return Watched(**{**facts, **changes})


def ask(listing, person=ADA, now=NOW, **changes) -> Alert:
    return alerts.request_alert(person=person, watched=watched(listing, **changes), now=now)


def reprice(listing, price_minor: int, now=NOW) -> None:
    listings.set_price(
        listing_id=listing.pk, market="FR", price=Money(price_minor, "EUR"), actor=Actor.system("test"), now=now
    )
    elect_all(now)


def restock(listing, quantity: int, now=NOW) -> None:
    listings.set_quantity(listing_id=listing.pk, quantity=quantity, actor=Actor.system("test"), now=now)
    elect_all(now)


def look(now=NOW) -> list[str]:
    """Look at what is due and return the kinds of all mails so far, the oldest first."""
    while alert_rounds.check_due(now=now):
        pass
    return list(Message.objects.order_by("pk").values_list("kind", flat=True))


@pytest.mark.parametrize(
    ("met", "was_met", "hours_since_mail", "expected"),
    [
        (False, False, None, Verdict.NOTHING),
        (True, False, None, Verdict.TELL),
        (True, True, 1, Verdict.NOTHING),
        (False, True, 1, Verdict.ARM),
        (True, False, 23, Verdict.LATER),
        (True, False, 24, Verdict.TELL),
    ],
)
def test_only_a_crossing_is_news_and_at_most_one_a_day(met, was_met, hours_since_mail, expected):
    told_at = None if hours_since_mail is None else NOW - timedelta(hours=hours_since_mail)

    assert verdict(met=met, was_met=was_met, told_at=told_at, now=NOW) == expected


def test_a_price_that_falls_far_enough_is_told_of_once(phone):
    alert = ask(phone)
    assert look() == []

    reprice(phone, 41_000)
    assert look() == []
    reprice(phone, 40_000)
    assert look() == ["alert_price"]
    reprice(phone, 39_000)
    assert look() == ["alert_price"]

    mail = Message.objects.get()
    alert.refresh_from_db()
    assert mail.subject == "Apple iPhone 13 now costs 400\xa0€"
    assert "400\xa0€ or less" in mail.text
    assert f"/en-fr/p/apple-iphone-13/?sku={phone.sku.public_id}&grade=good" in mail.text
    assert (alert.was_met, alert.mails, alert.told_at) == (True, 1, NOW)


def test_a_price_that_rises_and_falls_again_is_news_after_a_day(phone):
    ask(phone)
    reprice(phone, 39_000)
    assert look() == ["alert_price"]
    hour = NOW + timedelta(hours=1)
    reprice(phone, 45_000, hour)
    look(hour)
    reprice(phone, 39_500, hour)

    assert look(hour) == ["alert_price"]
    assert look(NOW + timedelta(hours=23)) == ["alert_price"]
    assert look(NOW + timedelta(days=1)) == ["alert_price"] * 2
    assert not AlertCheck.objects.exists()


def test_what_comes_back_in_stock_is_told_of(phone):
    restock(phone, 0)
    ask(phone, kind=AlertKind.STOCK, limit=None)
    assert look() == []

    restock(phone, 3)

    assert look() == ["alert_stock"]
    assert Message.objects.get().subject == "Apple iPhone 13 is back in stock"


def test_any_version_counts_where_none_is_named(phone):
    ask(phone, sku=None, grade="")
    larger = make_listing(sku=SkuFactory(product=phone.sku.product, storage_gb=256), price_minor=39_000)
    elect_all()

    assert look() == ["alert_price"]
    assert str(larger.sku.public_id) in Message.objects.get().text


def test_another_version_and_another_market_are_no_news(phone):
    ask(phone)
    make_listing(sku=SkuFactory(product=phone.sku.product, storage_gb=256), price_minor=39_000)
    make_listing(sku=phone.sku, price_minor=30_000, market="GB", currency="GBP")
    elect_all()

    assert look() == []


def test_a_price_that_fell_between_request_and_commit_is_told_of(phone):
    """The first look after a request is not left to the next election."""
    ask(phone)
    Alert.objects.update(price_minor=46_000)

    assert look() == ["alert_price"]


def test_a_crowd_is_told_in_several_rounds(phone, monkeypatch):
    monkeypatch.setattr(alert_rounds, "MAILS", 2)
    for n in range(5):
        ask(phone, Person(f"{n}@example.org", "en-fr", is_verified=True))
    look()
    reprice(phone, 39_000)

    alert_rounds.check_due(now=NOW)
    assert Message.objects.count() == 2
    assert look() == ["alert_price"] * 5


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"limit": Money(-100, "EUR")}, alerts.AlertPriceRefusedError),
        ({"limit": Money(0, "EUR")}, alerts.AlertPriceRefusedError),
        ({"limit": Money(40_000, "GBP")}, alerts.AlertPriceRefusedError),
        ({"limit": Money(10**9, "EUR")}, alerts.AlertPriceRefusedError),
        ({"limit": None}, alerts.AlertPriceRefusedError),
        ({"limit": Money(45_900, "EUR")}, alerts.AlertMetAlreadyError),
        ({"kind": AlertKind.STOCK, "limit": None}, alerts.AlertMetAlreadyError),
        ({"slug": "no-such-phone"}, alerts.NothingToWatchError),
        ({"grade": ""}, alerts.NothingToWatchError),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_written(phone, changes, error):
    with pytest.raises(error):
        ask(phone, **changes)

    assert not Alert.objects.exists()
    assert not Message.objects.exists()


def test_another_products_version_is_refused(phone):
    other: Any = SkuFactory(product=ProductModelFactory(name="iPhone 14"))

    with pytest.raises(alerts.NothingToWatchError):
        ask(phone, sku=other.public_id)

    assert not Alert.objects.exists()


def test_asking_again_changes_the_price_of_the_one_alert(phone):
    ask(phone)
    ask(phone, Person("ADA@example.org", "en-fr", is_verified=True), limit=Money(30_000, "EUR"))

    alert = Alert.objects.get()
    assert alert.price_minor == 30_000


def test_the_database_holds_one_alert_an_address_and_thing(phone):
    row = ask(phone, sku=None, grade="")

    for email in ("ada@example.org", "ADA@example.org"):
        row.pk, row.public_id, row.email = None, "00000000-0000-4000-8000-000000000001", email
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)


def test_an_address_has_twenty_alerts_at_most(phone, monkeypatch):
    monkeypatch.setattr(alerts, "MAX_ALERTS", 1)
    ask(phone)

    with pytest.raises(alerts.TooManyAlertsError):
        ask(phone, sku=None, grade="")

    assert Alert.objects.count() == 1


def test_a_guests_mailbox_cannot_be_filled(phone, monkeypatch):
    monkeypatch.setattr(alerts, "GUEST_REQUESTS_A_DAY", 1)
    ask(phone, GUEST)

    with pytest.raises(alerts.AlertAskedAlreadyError):
        ask(phone, GUEST, now=NOW + timedelta(minutes=59))
    with pytest.raises(alerts.AlertsThrottledError):
        ask(phone, GUEST, sku=None, grade="")

    assert Message.objects.count() == 1
    assert Alert.objects.count() == 1


def test_an_alert_that_nobody_confirmed_is_forgotten_after_a_week(phone):
    ask(phone, GUEST)
    ask(phone, ADA)

    assert alerts.forget_unconfirmed(now=NOW + timedelta(days=6, hours=23)) == 0
    assert alerts.forget_unconfirmed(now=NOW + timedelta(days=7)) == 1
    assert Alert.objects.get().email == ADA.email


# The pages


def link_in(text: str, part: str) -> str:
    found = re.search(rf"http://127.0.0.1:8000(/en-fr/alerts/{part}/\S+)", text)
    assert found is not None, text
    return found[1]


def form_of(listing) -> str:
    return f"{PAGE}?product={listing.sku.product.slug}&sku={listing.sku.public_id}&grade=good"


def test_a_guest_confirms_by_mail_hears_of_the_price_and_switches_it_off(client, phone):
    asked = client.post(form_of(phone), {"kind": "price", "price": "400", "email": "guest@example.org"})
    assert asked.url == f"{PAGE}asked/"
    reprice(phone, 39_900, clock.now())
    look(clock.now())
    assert [mail.kind for mail in Message.objects.all()] == ["alert_confirm"]

    link = link_in(Message.objects.get().text, "confirm")
    assert "Switch this alert on?" in client.get(link).content.decode()
    assert Alert.objects.get().state == AlertState.UNCONFIRMED
    assert "The alert is on" in client.post(link).content.decode()
    assert look(clock.now()) == ["alert_confirm", "alert_price"]

    off = link_in(Message.objects.get(kind="alert_price").text, "off")
    client.get(off)
    assert Alert.objects.exists()
    assert "Switched off" in client.post(off).content.decode()
    assert not Alert.objects.exists()
    assert client.get(off).status_code == 200


def test_a_stranger_cannot_change_what_an_address_waits_for(client, phone):
    ask(phone)

    client.post(form_of(phone), {"kind": "price", "price": "100", "email": ADA.email})
    alert = Alert.objects.get()
    assert (alert.state, alert.price_minor) == (AlertState.ACTIVE, 40_000)
    client.post(link_in(Message.objects.get().text, "confirm"))

    assert Alert.objects.get().price_minor == 10_000


@pytest.mark.parametrize("part", ["confirm", "off"])
def test_forged_links_lead_nowhere(client, phone, part):
    ask(phone, GUEST)
    link = link_in(Message.objects.get().text, "confirm")

    for wrong in (f"{link[:-4]}aaa/", f"{PAGE}{part}/nonsense/", link.replace("confirm", "off")):
        assert client.post(wrong).status_code == 404

    assert Alert.objects.get().state == AlertState.UNCONFIRMED


def test_a_proved_address_is_alerted_at_once_and_an_unproved_one_asked(client, phone):
    user = User.objects.create_user("ada@example.org")
    client.force_login(user)
    assert client.post(form_of(phone), {"kind": "price", "price": "400"}).url == f"{PAGE}asked/"
    assert Alert.objects.get().state == AlertState.UNCONFIRMED

    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    answer = client.post(form_of(phone), {"kind": "price", "price": "399,50"}, follow=True)

    assert "We write to ada@example.org" in answer.content.decode()
    alert = Alert.objects.get()
    assert (alert.state, alert.user, alert.price_minor) == (AlertState.ACTIVE, user, 39_950)


def test_the_account_lists_its_alerts_and_switches_them_off(client, phone):
    user = User.objects.create_user("ada@example.org")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    alert = ask(phone)
    stranger = ask(phone, Person("bob@example.org", "en-fr", is_verified=True))
    client.force_login(user)

    page = client.get("/en-fr/account/").content.decode()
    assert f"/en-fr/alerts/{alert.public_id}/delete/" in page
    assert f"{stranger.public_id}" not in page
    assert client.post(f"{PAGE}{stranger.public_id}/delete/").status_code == 404
    client.post(f"{PAGE}{alert.public_id}/delete/")

    assert list(Alert.objects.all()) == [stranger]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"price": "-5"}, "Enter a price above zero"),
        ({"price": "0"}, "Enter a price above zero"),
        ({"price": "9" * 5_000}, "at most 12 characters"),
        ({"price": ""}, "Enter the price you wait for."),
        ({"price": "500"}, "It costs no more than 500\xa0€ right now."),
        ({"email": "not an address"}, "Enter an e-mail address such as name@example.com."),
        ({"email": "a@example.org\nBcc: b@example.org"}, "Enter an e-mail address such as name@example.com."),
        ({"kind": "lottery"}, "Choose one of these."),
        ({"kind": "stock"}, "it is in stock right now"),
    ],
)
def test_a_form_says_what_is_wrong_with_it(client, phone, data, said):
    page = client.post(form_of(phone), {"kind": "price", "price": "400", "email": "guest@example.org", **data})

    assert page.status_code in (409, 422)
    assert said in page.content.decode()
    assert not Alert.objects.exists()


@pytest.mark.parametrize(
    "query", ["product=nothing", "product=apple-iphone-13&sku=1", "product=%3Cscript%3E", "product="]
)
def test_an_alert_for_nothing_is_not_found(client, phone, query):
    assert client.get(f"{PAGE}?{query}").status_code == 404


# Exactly once


WORKERS = 4


def look_at_once(monkeypatch, lock=None) -> int:
    """Let four workers look at one crossing, each with a note of its own; return how many mails left."""
    start = threading.Barrier(WORKERS)
    if lock is not None:
        monkeypatch.setattr(locks, "lock_active_alerts", lock)

    def work(n):
        try:
            start.wait(timeout=10)
            alert_rounds.check_due(now=NOW + timedelta(seconds=n), limit=1)
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(work, range(WORKERS)))
    return Message.objects.filter(kind="alert_price").count()


def crossing(phone) -> None:
    ask(phone)
    look()
    for _n in range(WORKERS):
        AlertCheck.objects.create(market="FR", product=phone.sku.product, due_at=NOW)
    Alert.objects.update(price_minor=46_000)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_four_workers_send_one_mail_a_crossing(phone, monkeypatch):
    crossing(phone)

    assert look_at_once(monkeypatch) == 1
    assert Alert.objects.get().mails == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_twin_without_the_lock_four_workers_send_four_mails(phone, monkeypatch):
    crossing(phone)
    together = threading.Barrier(WORKERS)

    def read_without_lock(*, market, product_ids):
        found = list(Alert.objects.filter(market=market, product_id__in=product_ids))
        together.wait(timeout=10)
        return found

    assert look_at_once(monkeypatch, read_without_lock) == WORKERS


@pytest.mark.django_db(transaction=True)
def test_a_price_change_reaches_the_mailbox_through_the_outbox(phone, mailoutbox):
    """The way of the running shop: event, election, note, round, message, mail."""
    ask(phone)
    look()
    listings.set_price(
        listing_id=phone.pk, market="FR", price=Money(39_000, "EUR"), actor=Actor.system("test"), now=NOW
    )

    outbox.drain(now=NOW)
    alert_rounds.check_due(now=NOW)
    assert mailoutbox == []
    outbox.drain(now=NOW)

    assert [(mail.to, mail.subject) for mail in mailoutbox] == [([ADA.email], "Apple iPhone 13 now costs 390\xa0€")]


def test_whoever_had_switched_off_alerts_hears_of_one_that_they_ask_for_again(phone):
    recipient = recipient_of("ADA@example.org")
    choose(recipient=recipient, wanted=[], wants_texts=False, now=NOW)

    ask(phone)

    recipient.refresh_from_db()
    assert recipient.mails_off == ["delivery", "reviews"]
