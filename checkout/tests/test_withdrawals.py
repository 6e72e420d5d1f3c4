from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from backmarket.core import clock, outbox
from backmarket.notify.models import Message
from catalog.tests.factories import NOW
from checkout.models import Withdrawal
from checkout.rules import withdrawal as rules
from checkout.services import lines, withdrawals

from .factories import ACTOR, accept, paid_order, shipped_line
from .test_order_page import sign_in, url_of

db = pytest.mark.django_db


@pytest.mark.parametrize(
    ("bought", "delivered", "country", "last"),
    [
        # Day 30 is a Thursday.
        (date(2026, 6, 1), date(2026, 6, 2), "FR", date(2026, 7, 2)),
        # Day 30 is a Saturday: it moves to Monday.
        (date(2026, 9, 1), date(2026, 9, 3), "FR", date(2026, 10, 5)),
        # Day 30 is 14 July, a holiday in France and a Tuesday elsewhere.
        (date(2026, 6, 10), date(2026, 6, 14), "FR", date(2026, 7, 15)),
        (date(2026, 6, 10), date(2026, 6, 14), "DE", date(2026, 7, 14)),
        # 25 and 26 December are holidays in Germany, 27 a Sunday.
        (date(2026, 11, 19), date(2026, 11, 25), "DE", date(2026, 12, 28)),
        # Presents: 31 January 2027 is a Sunday.
        (date(2026, 11, 20), date(2026, 11, 22), "FR", date(2027, 2, 1)),
        (date(2026, 12, 31), date(2027, 1, 5), "FR", date(2027, 2, 4)),
        (date(2027, 1, 1), date(2027, 1, 5), "FR", date(2027, 2, 4)),
        (date(2027, 12, 1), date(2027, 12, 3), "FR", date(2028, 1, 31)),
    ],
)
def test_the_last_day_to_change_ones_mind(bought, delivered, country, last):
    assert rules.last_day(bought=bought, delivered=delivered, country=country) == last


def test_the_last_day_counts_whole_on_the_shoppers_clock():
    zone = ZoneInfo("Europe/Paris")

    assert rules.is_within(datetime(2026, 7, 2, 21, 59, 59, tzinfo=UTC), date(2026, 7, 2), zone)
    assert not rules.is_within(datetime(2026, 7, 2, 22, 0, tzinfo=UTC), date(2026, 7, 2), zone)


def delivered_line():
    line = shipped_line()
    lines.mark_delivered(line_id=line.pk, actor=ACTOR, now=NOW)
    line.refresh_from_db()
    return line


def declare(line, now=NOW):
    return withdrawals.declare_withdrawal(line_id=line.pk, actor=ACTOR, now=now)


@db
def test_a_withdrawal_is_declared_once_with_its_first_instant():
    line = delivered_line()

    first = declare(line)
    second = declare(line, NOW + timedelta(days=60))

    assert second == first
    assert Withdrawal.objects.get().declared_at == NOW


@db
def test_what_is_on_its_way_can_be_withdrawn_from_already():
    assert declare(shipped_line()).until_date is None


@db
def test_after_the_period_the_refusal_names_its_last_day():
    line = delivered_line()
    last = withdrawals.last_day_of(line)
    assert last is not None

    with pytest.raises(withdrawals.WithdrawalTooLateError, match=str(last.year)):
        declare(line, NOW + timedelta(days=90))

    assert not Withdrawal.objects.exists()


@db
def test_what_was_not_sent_cannot_be_withdrawn_from():
    line = paid_order().lines.get()
    accept(line)

    with pytest.raises(withdrawals.WithdrawalNotPossibleError):
        declare(line)

    assert not Withdrawal.objects.exists()


@db
def test_the_receipt_is_dated_and_sent_once():
    line = delivered_line()

    declare(line)
    declare(line)
    outbox.drain(now=NOW)

    mail = Message.objects.get(kind="line_withdrawn")
    assert mail.to == line.order.email
    for body in (mail.text, mail.html):
        assert str(line.withdrawal.public_id) in body
        assert line.identifier in body
        assert "/withdrawn/?key=" in body


@db
def test_the_shopper_reads_the_statement_confirms_it_and_gets_a_receipt(client, monkeypatch):
    line = delivered_line()
    type(line.order).objects.update(user=sign_in(client))
    url = f"{url_of(line.order)}lines/{line.public_id}"

    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=1))

    assertContains(client.get(url_of(line.order)), f"{url}/withdraw/")
    assertContains(client.get(f"{url}/withdraw/"), "I hereby withdraw from the contract")
    assert not Withdrawal.objects.exists()
    answer = client.post(f"{url}/withdraw/")
    again = client.post(f"{url}/withdraw/")

    assertRedirects(answer, f"{url}/withdrawn/")
    assertRedirects(again, f"{url}/withdrawn/")
    assertContains(client.get(f"{url}/withdrawn/"), str(Withdrawal.objects.get().public_id))
    assertContains(client.get(url_of(line.order)), "You withdrew from the contract")


@db
def test_too_late_the_page_says_until_when_it_was_possible(client, monkeypatch):
    line = delivered_line()
    type(line.order).objects.update(user=sign_in(client))
    url = f"{url_of(line.order)}lines/{line.public_id}/withdraw/"
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=90))

    page = client.get(url)
    answer = client.post(url)
    order_page = client.get(url_of(line.order))

    assertContains(page, "that day is over")
    assertNotContains(page, "Confirm the withdrawal")
    assertContains(order_page, "Was possible until")
    assert answer.status_code == 409
    assert not Withdrawal.objects.exists()


@db
def test_nobody_withdraws_from_anothers_contract(client):
    line = delivered_line()
    mine = paid_order(user_id=sign_in(client).pk)

    for order in (line.order, mine):
        for page in ("withdraw", "withdrawn"):
            assert client.get(f"{url_of(order)}lines/{line.public_id}/{page}/").status_code == 404
        assert client.post(f"{url_of(order)}lines/{line.public_id}/withdraw/").status_code == 404
    assert not Withdrawal.objects.exists()
