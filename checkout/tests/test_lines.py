from datetime import UTC, datetime, timedelta

import pytest

from backmarket.core.errors import NotFoundError
from backmarket.core.money import Money
from backmarket.core.states import MoveRefusedError
from catalog.tests.factories import NOW, make_listing
from checkout.enums import LineState
from checkout.flows import delivery
from checkout.models import Parcel
from checkout.services import lines
from checkout.services.lines import (
    CarrierUnknownError,
    IdentifierMissingError,
    ImeiInUseError,
    ImeiInvalidError,
    TrackingMissingError,
)
from payments.models import Maturity
from payments.selectors.ledger import balances_of

from .factories import ACTOR, IMEI, accept, paid_order, ship, shipped_line

pytestmark = pytest.mark.django_db


def accepted_line(**fields):
    line = paid_order(*([make_listing(**fields)] if fields else [])).lines.get()
    accept(line)
    line.refresh_from_db()
    return line


def try_to_ship(line, **changes):
    wanted = {"carrier": "colissimo", "tracking_number": "6A123", "identifiers": {line.pk: IMEI}, **changes}
    return lines.ship_lines(
        **{"seller_id": line.seller_id, "order_id": line.order_id, "actor": ACTOR, "now": NOW, **wanted}
    )


def nothing_was_sent(line):
    line.refresh_from_db()
    return line.state == LineState.ACCEPTED and not Parcel.objects.exists() and not Maturity.objects.exists()


def test_accepting_twice_is_accepting_once():
    line = accepted_line()

    accept(line, NOW + timedelta(hours=1))

    line.refresh_from_db()
    assert (line.state, line.accepted_at) == (LineState.ACCEPTED, NOW)


def test_another_sellers_line_does_not_exist():
    line = paid_order().lines.get()
    other = make_listing().seller

    with pytest.raises(NotFoundError):
        lines.accept_line(line_id=line.pk, seller_id=other.pk, actor=ACTOR, now=NOW)

    line.refresh_from_db()
    assert line.state == LineState.PAID


def test_a_dispatched_line_is_the_sellers_money_less_commission():
    line = shipped_line()

    maturity = Maturity.objects.get()
    assert (line.state, line.imei) == (LineState.SHIPPED, IMEI)
    assert Parcel.objects.get().tracking_url.endswith(f"6A{line.pk:011d}")
    assert maturity.amount == Money(45_900 - 4_590 - 918, "EUR")
    assert maturity.matures_at == datetime(2026, 11, 29, 23, 0, tzinfo=UTC)
    assert balances_of(f"seller:{line.seller_id}")["EUR"].pending == maturity.amount


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"tracking_number": "  "}, TrackingMissingError),
        ({"tracking_number": "6A\x00"}, TrackingMissingError),
        ({"tracking_number": "1" * 61}, TrackingMissingError),
        ({"carrier": "dhl_packstation"}, CarrierUnknownError),
        ({"identifiers": {}}, NotFoundError),
        ({"seller_id": 0}, NotFoundError),
        ({"order_id": 0}, NotFoundError),
    ],
)
def test_a_dispatch_without_what_it_needs_changes_nothing(changes, error):
    line = accepted_line()

    with pytest.raises(error):
        try_to_ship(line, **changes)

    assert nothing_was_sent(line)


@pytest.mark.parametrize(
    ("number", "error"),
    [
        ("", IdentifierMissingError),
        ("490154203237519", ImeiInvalidError),
        ("4901542032375", ImeiInvalidError),
        ("not an imei", ImeiInvalidError),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_a_wrong_imei_is_refused(number, error):
    line = accepted_line()

    with pytest.raises(error):
        try_to_ship(line, identifiers={line.pk: number})

    assert nothing_was_sent(line)


@pytest.mark.django_db(transaction=True)
def test_two_open_orders_never_hold_one_imei():
    first = shipped_line()
    second = accepted_line()

    with pytest.raises(ImeiInUseError):
        ship(second)

    second.refresh_from_db()
    assert second.state == LineState.ACCEPTED
    assert Parcel.objects.count() == 1
    assert Maturity.objects.get().line_reference == first.reference


def test_a_line_that_was_not_accepted_cannot_be_sent():
    line = paid_order().lines.get()

    with pytest.raises(MoveRefusedError):
        ship(line)

    line.refresh_from_db()
    assert line.state == LineState.PAID
    assert not Parcel.objects.exists()


def test_a_line_is_sent_once():
    line = shipped_line()

    with pytest.raises(MoveRefusedError):
        ship(line)

    assert Parcel.objects.count() == 1
    assert Maturity.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_parcel_counts_as_delivered_once_its_window_has_passed():
    line = shipped_line()
    on_the_last_day = datetime.combine(line.latest_delivery_date, NOW.time(), tzinfo=UTC)

    assert delivery.watch_parcels(now=on_the_last_day) == 0
    assert delivery.watch_parcels(now=on_the_last_day + timedelta(days=1)) == 1
    assert delivery.watch_parcels(now=on_the_last_day + timedelta(days=2)) == 0

    line.refresh_from_db()
    assert (line.state, line.delivered_at) == (LineState.DELIVERED, on_the_last_day + timedelta(days=1))


def test_what_was_not_sent_was_not_delivered():
    line = accepted_line()

    with pytest.raises(MoveRefusedError):
        lines.mark_delivered(line_id=line.pk, actor=ACTOR, now=NOW)

    line.refresh_from_db()
    assert line.delivered_at is None
