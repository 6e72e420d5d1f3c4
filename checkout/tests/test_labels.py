"""Shipping labels: one a key, never for what is sent or cancelled, never for an address of before."""

import io
from datetime import timedelta

import pytest
from pypdf import PdfReader

from backmarket.core import outbox
from backmarket.core.errors import NotFoundError
from backmarket.core.states import MoveRefusedError
from catalog.tests.factories import NOW, make_listing
from checkout import locks
from checkout.carriers import numbers, registry
from checkout.carriers.base import CarrierRefusedError, CarrierUnavailableError
from checkout.carriers.sandbox import SandboxCarrier
from checkout.enums import CancelledBy, LabelState
from checkout.flows import labels
from checkout.models import ShippingLabel
from checkout.rendering.label import bars
from checkout.selectors.labels import file_of
from checkout.services import address_changes, refunds
from checkout.services import labels as label_services
from checkout.services.labels import LabelExistsError, PickupPointForeignError, WeightWrongError
from checkout.services.lines import AddressChangedError, CarrierUnknownError, TrackingReusedError

from .factories import ACTOR, IMEI, accept, paid_order, ship
from .test_address_changes import NEW, at_once

db = pytest.mark.django_db
committed = pytest.mark.django_db(transaction=True)


class SilentCarrier(SandboxCarrier):
    """A carrier that does not answer at first, and then as the sandbox does."""

    def __init__(self, silent_for=1, refuses=""):
        self.silent_for, self.refuses, self.asked = silent_for, refuses, []

    def buy_label(self, shipment):
        self.asked.append(shipment)
        if self.refuses:
            raise CarrierRefusedError(self.refuses)
        if len(self.asked) <= self.silent_for:
            raise CarrierUnavailableError
        return super().buy_label(shipment)

    def void_label(self, *, key, tracking_number):
        if self.refuses:
            raise CarrierRefusedError(self.refuses)


def accepted_line(listing=None):
    line = paid_order(*([listing] if listing else [])).lines.get()
    accept(line)
    line.refresh_from_db()
    return line


def buy(line, **changes):
    wanted = {"carrier": "colissimo", "weight_g": 480, "key": "k1", "line_ids": [line.pk], **changes}
    return labels.buy_label(seller_id=line.seller_id, order_id=line.order_id, actor=ACTOR, now=NOW, **wanted)


def test_numbers_have_the_check_digits_of_their_standards():
    # Examples of UPU S10, GS1 and UPS.
    assert numbers.s10("RR", 47312482, "US") == "RR473124829US"
    assert numbers.sscc("3400123", 12)[:2] == "00"
    assert sum(int(d) * (3 if n % 2 == 0 else 1) for n, d in enumerate(numbers.sscc("3400123", 12)[2:])) % 10 == 0
    assert len(numbers.sscc("3400123", 12)) == 20
    assert numbers.ups("999AA1", 2345678, service="01") == "1Z999AA10123456784"


def test_bars_are_code_128_with_start_check_and_stop():
    widths = bars("RB000000012FR")

    # Start, characters and check symbol have 11 modules in six runs, the stop 13 in seven.
    assert (len(widths) - 7) % 6 == 0
    assert sum(widths) == 11 * ((len(widths) - 7) // 6) + 13
    assert widths[-7:] == [2, 3, 3, 1, 1, 1, 2]


@committed
def test_a_label_is_bought_once_a_key_and_drawn_with_names_and_number():
    line = accepted_line()

    first, second = buy(line), buy(line)
    text = PdfReader(io.BytesIO(file_of(first, language="en"))).pages[0].extract_text()

    assert first == second
    assert (first.state, ShippingLabel.objects.count()) == (LabelState.BOUGHT, 1)
    assert first.tracking_number == numbers.s10("RB", first.pk, line.seller.country)
    for said in ("Ada Lovelace", "12 rue de la Roquette", line.seller.name, line.order.number_text, "0.48 kg"):
        assert said in text
    assert first.tracking_number in text.replace(" ", "")
    assert file_of(first, language="en") == file_of(first, language="en")


@committed
def test_the_parcel_of_a_label_is_tracked_from_its_dispatch_on():
    line = accepted_line()
    label = buy(line)

    ship(line, number=label.tracking_number)

    line.refresh_from_db()
    label.refresh_from_db()
    assert (label.parcel, line.parcel.is_tracked) == (line.parcel, True)
    with pytest.raises(MoveRefusedError):
        labels.void_label(seller_id=line.seller_id, public_id=label.public_id, actor=ACTOR, now=NOW)


@committed
@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"carrier": "pigeon"}, CarrierUnknownError),
        ({"weight_g": 0}, WeightWrongError),
        ({"weight_g": 50_001}, WeightWrongError),
        ({"line_ids": []}, NotFoundError),
        ({"line_ids": [0]}, NotFoundError),
    ],
)
def test_what_no_carrier_could_take_is_refused_before_it_is_asked(changes, error):
    line = accepted_line()

    with pytest.raises(error):
        buy(line, **changes)

    assert not ShippingLabel.objects.exists()


@committed
def test_nobody_makes_a_label_for_anothers_line_or_one_that_is_not_accepted():
    line, other = accepted_line(), accepted_line(make_listing())
    unaccepted = paid_order().lines.get()

    with pytest.raises(NotFoundError):
        buy(line, line_ids=[other.pk])
    with pytest.raises(NotFoundError):
        labels.buy_label(
            seller_id=other.seller_id,
            order_id=line.order_id,
            line_ids=[line.pk],
            key="k",
            carrier="colissimo",
            weight_g=1,
            actor=ACTOR,
            now=NOW,
        )
    with pytest.raises(MoveRefusedError):
        buy(unaccepted)

    assert not ShippingLabel.objects.exists()


@committed
def test_only_the_carrier_of_the_pick_up_point_brings_it_there():
    line = accepted_line()
    type(line).objects.update(pickup_point="P1", carrier="mondial_relay")

    with pytest.raises(PickupPointForeignError):
        buy(line)

    assert buy(line, carrier="mondial_relay").routing_code == "FR P1"


@committed
def test_an_item_has_one_living_label():
    line = accepted_line()
    label = buy(line)

    with pytest.raises(LabelExistsError):
        buy(line, key="k2")
    labels.void_label(seller_id=line.seller_id, public_id=label.public_id, actor=ACTOR, now=NOW)

    assert buy(line, key="k2").state == LabelState.BOUGHT


@pytest.mark.race
@committed
def test_two_labels_for_one_item_at_once_are_one():
    line = accepted_line()

    assert at_once(request(line, "a"), request(line, "b")) == ("done", "label_exists")
    assert ShippingLabel.objects.count() == 1


@pytest.mark.race
@committed
def test_twin_without_the_lines_lock_there_are_two(monkeypatch):
    line = accepted_line()
    rows = type(line).objects.select_related("order", "seller")
    monkeypatch.setattr(locks, "lock_lines", lambda ids: list(rows.filter(pk__in=ids)))

    assert at_once(request(line, "a"), request(line, "b")) == ("done", "done")
    assert ShippingLabel.objects.count() == 2


def request(line, key):
    return lambda: label_services.request_label(
        seller_id=line.seller_id,
        order_id=line.order_id,
        line_ids=[line.pk],
        carrier="colissimo",
        weight_g=500,
        key=key,
        actor=ACTOR,
        now=NOW,
    )


@committed
def test_a_carrier_that_does_not_answer_is_asked_again_with_the_same_key(monkeypatch):
    carrier = SilentCarrier(silent_for=2)
    monkeypatch.setattr(registry, "_SANDBOX", carrier)
    line = accepted_line()

    label = buy(line)
    assert label.state == LabelState.REQUESTED
    looked_at = [labels.finish_unanswered(now=NOW + timedelta(minutes=minutes)) for minutes in (4, 5, 11)]

    label.refresh_from_db()
    assert looked_at == [0, 1, 1]
    assert label.state == LabelState.BOUGHT
    assert len({shipment.key for shipment in carrier.asked}) == 1
    assert labels.finish_unanswered(now=NOW + timedelta(days=1)) == 0


@committed
def test_a_crash_before_the_carrier_was_asked_is_made_good_by_the_sweep():
    line = accepted_line()
    label = request(line, "k1")()

    assert labels.finish_unanswered(now=NOW + timedelta(minutes=1)) == 1

    label.refresh_from_db()
    assert label.state == LabelState.BOUGHT


@committed
def test_a_refusal_is_kept_in_the_carriers_words_and_stands_in_no_way(monkeypatch):
    line = accepted_line()
    monkeypatch.setattr(registry, "_SANDBOX", SilentCarrier(refuses="street unknown"))

    refused = buy(line)
    monkeypatch.setattr(registry, "_SANDBOX", SandboxCarrier())

    assert (refused.state, refused.refusal) == (LabelState.REFUSED, "street unknown")
    assert buy(line, key="k2").state == LabelState.BOUGHT


@committed
def test_a_label_that_its_carrier_does_not_take_back_stays(monkeypatch):
    line = accepted_line()
    label = buy(line)
    monkeypatch.setattr(registry, "_SANDBOX", SilentCarrier(refuses="scanned already"))

    kept = labels.void_label(seller_id=line.seller_id, public_id=label.public_id, actor=ACTOR, now=NOW)

    assert (kept.state, kept.refusal) == (LabelState.BOUGHT, "scanned already")


@committed
def test_a_label_of_a_cancelled_line_is_given_back():
    line = accepted_line()
    label = buy(line)

    refunds.cancel_line(line_id=line.pk, by=CancelledBy.SELLER, reason="broken", actor=ACTOR, now=NOW)
    outbox.drain(now=NOW)

    label.refresh_from_db()
    assert label.state == LabelState.VOIDED


@committed
def test_a_label_for_two_items_stays_while_one_of_them_is_sent():
    first = make_listing()
    order = paid_order(first, make_listing(seller=first.seller))
    lines = list(order.lines.order_by("pk"))
    for line in lines:
        accept(line)
    label = buy(lines[0], line_ids=[line.pk for line in lines])

    states = []
    for line in lines:
        refunds.cancel_line(line_id=line.pk, by=CancelledBy.SELLER, reason="broken", actor=ACTOR, now=NOW)
        outbox.drain(now=NOW)
        label.refresh_from_db()
        states.append(label.state)

    assert states == [LabelState.BOUGHT, LabelState.VOIDED]


@committed
def test_a_line_cancelled_while_its_carrier_was_asked_keeps_no_label():
    line = accepted_line()
    label = request(line, "k1")()
    refunds.cancel_line(line_id=line.pk, by=CancelledBy.SELLER, reason="broken", actor=ACTOR, now=NOW)
    outbox.drain(now=NOW)

    for minutes in (1, 2):
        labels.finish_unanswered(now=NOW + timedelta(minutes=minutes))

    label.refresh_from_db()
    assert label.state == LabelState.VOIDED


@committed
def test_a_label_of_an_address_of_before_sends_nothing_and_is_given_back():
    line = accepted_line()
    label = buy(line)
    address_changes.change_address(order_id=line.order_id, address=NEW, actor=ACTOR, now=NOW)

    with pytest.raises(AddressChangedError):
        ship(line, number=label.tracking_number)
    outbox.drain(now=NOW)

    label.refresh_from_db()
    assert label.state == LabelState.VOIDED
    with pytest.raises(TrackingReusedError):
        ship(line, number=label.tracking_number)


@db
def test_a_number_belongs_to_one_seller_and_one_shopper():
    line, other = accepted_line(), accepted_line(make_listing())
    ship(line, number="6A00012")

    with pytest.raises(TrackingReusedError):
        ship(other, number="6a 000 12", imei="356938035643809")

    other.refresh_from_db()
    assert other.parcel is None
    assert IMEI not in (other.imei, other.serial_number)


@pytest.mark.race
@committed
def test_of_two_sellers_with_one_number_at_once_the_first_has_it():
    line, other = accepted_line(), accepted_line(make_listing())

    told = at_once(lambda: ship(line, number="6A00012"), lambda: ship(other, number="6A00012", imei="356938035643809"))

    assert told == ("done", "tracking_reused")


@pytest.mark.race
@committed
def test_twin_without_the_numbers_lock_both_have_it(monkeypatch):
    line, other = accepted_line(), accepted_line(make_listing())
    monkeypatch.setattr(locks, "lock_tracking_number", lambda number: None)

    told = at_once(lambda: ship(line, number="6A00012"), lambda: ship(other, number="6A00012", imei="356938035643809"))

    assert told == ("done", "done")
