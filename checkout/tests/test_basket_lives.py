"""Baskets merged at sign-in, kept for 60 days, and swept."""

import threading
from datetime import timedelta

import pytest
from celery import current_app
from django.db import connections

from backmarket.accounts.models import User
from catalog.tests.factories import NOW, make_listing
from checkout import locks, tasks
from checkout.enums import BasketState
from checkout.models import Basket, BasketLine, SharedBasket
from checkout.services import basket_lives, baskets, shared_baskets
from checkout.services.baskets import BasketClosedError

from .factories import make_basket

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def ada(db):
    return User.objects.create_user("ada@example.org", "long enough")


def merge(guest, user):
    basket_lives.merge_guest_basket(token=guest.token, user_id=user.pk, now=NOW)


@pytest.mark.parametrize(
    ("own_saved", "guest_saved", "kept"),
    [
        (None, None, (3, None)),
        (NOW, NOW, (3, NOW)),
        (None, NOW, (1, None)),
        (NOW, None, (3, None)),
    ],
)
def test_of_one_listing_the_one_to_be_bought_or_the_larger_number_is_kept(ada, own_saved, guest_saved, kept):
    listing = make_listing()
    own = make_basket([listing], user=ada)
    guest = make_basket([listing], quantity=3)
    own.lines.update(saved_at=own_saved)
    guest.lines.update(saved_at=guest_saved)

    merge(guest, ada)

    line = BasketLine.objects.get()
    assert (line.basket, (line.quantity, line.saved_at)) == (own, kept)


def test_saved_lines_come_along(ada):
    guest = make_basket([make_listing()])
    guest.lines.update(saved_at=NOW)

    merge(guest, ada)

    assert BasketLine.objects.get().saved_at == NOW
    assert Basket.objects.get().user == ada


def test_a_basket_of_another_market_is_merged_into_that_markets(ada):
    guest = make_basket([make_listing(market="DE")], market="DE")

    merge(guest, ada)

    assert Basket.objects.get().market == "DE"
    assert Basket.objects.get().user == ada


def test_merging_again_changes_nothing(ada):
    guest = make_basket([make_listing()])

    for _ in range(2):
        merge(guest, ada)

    assert BasketLine.objects.get().quantity == 1


def test_an_account_that_orders_during_sign_in_gets_the_guests_choice_in_its_next_basket(ada, monkeypatch):
    own, guest = make_basket([make_listing()], user=ada), make_basket([make_listing()])
    lock = locks.lock_open_basket

    def order_first(basket_id):
        Basket.objects.filter(pk=own.pk).update(state=BasketState.ORDERED)
        return lock(basket_id)

    monkeypatch.setattr(locks, "lock_open_basket", order_first)

    merge(guest, ada)

    following = Basket.objects.get(user=ada, state=BasketState.OPEN)
    assert following != own
    assert (own.lines.count(), following.lines.count()) == (1, 1)


def add_while_merging(ada, is_locked):
    """Let one tab add a phone to a guest's basket while another one signs in; return what became of the phone."""
    guest, phone = make_basket([make_listing()]), make_listing()
    done, ended = threading.Event(), []

    def add():
        try:
            baskets.add_listing(basket_id=guest.pk, listing_id=phone.pk, quantity=1, now=NOW)
            ended.append("added")
        except BasketClosedError:
            ended.append("told to look again")
        finally:
            done.set()
            connections.close_all()

    tab = threading.Thread(target=add)
    create = baskets.create_basket

    def start_tab(**facts):
        # With the lock the tab waits for the merge to end; without it, it is through in the meantime.
        tab.start()
        done.wait(timeout=1)
        return create(**facts)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(basket_lives, "create_basket", start_tab)
        if not is_locked:
            patch.setattr(locks, "lock_guest_basket", lambda token: Unlocked(Basket.objects.get(token=token)))
        merge(guest, ada)
    tab.join(timeout=10)
    if BasketLine.objects.filter(listing=phone).exists():
        return "kept"
    return "lost" if ended == ["added"] else ended[0]


class Unlocked:
    """A guest's basket as it is read without a lock: its lines are those of that moment."""

    def __init__(self, basket):
        self.codes, self.gift_cards = basket.codes, basket.gift_cards
        self.market, self.lines, self.delete = basket.market, Lines(list(basket.lines.all())), basket.delete


class Lines:
    def __init__(self, lines):
        self.lines = lines

    def all(self):
        return self.lines


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_what_is_added_during_sign_in_is_not_lost(ada):
    assert add_while_merging(ada, is_locked=True) == "told to look again"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_what_is_added_during_sign_in_is_lost(ada):
    """Twin of the one above: unlocked, the basket is deleted with what came in after it was read."""
    assert add_while_merging(ada, is_locked=False) == "lost"


# 60 days


def test_baskets_end_60_days_after_they_were_touched_last(ada):
    ages = {61: None, 60: ada, 59: None}
    for days, user in ages.items():
        basket = make_basket([make_listing()], user=user)
        Basket.objects.filter(pk=basket.pk).update(touched_at=NOW - days * DAY)
    ordered = make_basket([make_listing()])
    Basket.objects.filter(pk=ordered.pk).update(touched_at=NOW - 90 * DAY, state=BasketState.ORDERED)

    assert basket_lives.forget_old_baskets(now=NOW) == 2

    assert [(NOW - basket.touched_at).days for basket in Basket.objects.order_by("pk")] == [59, 90]
    assert BasketLine.objects.count() == 2


def test_every_change_starts_the_60_days_anew():
    basket = make_basket([make_listing(), make_listing()])
    first, second = basket.lines.all()
    changes = [
        lambda now: baskets.set_quantity(basket_id=basket.pk, line_id=first.pk, quantity=2, now=now),
        lambda now: baskets.save_for_later(basket_id=basket.pk, line_id=first.pk, now=now),
        lambda now: baskets.move_to_basket(basket_id=basket.pk, line_id=first.pk, now=now),
        lambda now: baskets.remove_line(basket_id=basket.pk, line_id=second.pk, now=now),
        lambda now: baskets.note_shown(basket_id=basket.pk, shown=[], now=now),
    ]

    for days, change in enumerate(changes, 1):
        change(NOW + days * DAY)
        basket.refresh_from_db()

        assert basket.touched_at == NOW + days * DAY


def test_old_baskets_end_in_chunks_and_one_in_use_is_passed_over():
    for _ in range(3):
        make_basket([])
    Basket.objects.update(touched_at=NOW - 61 * DAY)

    assert basket_lives.forget_old_baskets(now=NOW, limit=2) == 2
    assert Basket.objects.count() == 1


def test_links_end_after_30_days():
    basket = make_basket([make_listing()])
    shared_baskets.share_basket(basket_id=basket.pk, tokens=[], now=NOW)

    assert shared_baskets.forget_expired_shares(now=NOW + 29 * DAY) == 0
    assert shared_baskets.forget_expired_shares(now=NOW + 30 * DAY) == 1
    assert not SharedBasket.objects.exists()


def test_the_sweep_takes_chunk_after_chunk(monkeypatch):
    chunks = iter([500, 500, 0, 0])
    monkeypatch.setattr(basket_lives, "forget_old_baskets", lambda **_: next(chunks))

    tasks.forget_baskets()

    assert list(chunks) == [0]


def test_the_sweep_runs_daily():
    line = current_app.conf.beat_schedule["checkout-forget-baskets"]

    assert (line["task"], line["options"]) == ("checkout.tasks.forget_baskets", {"queue": "perfect-journey"})
    assert (line["schedule"].hour, line["schedule"].minute) == ({3}, {20})
