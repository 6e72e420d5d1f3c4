"""Every example of docs/money-flows.md is executed through the services and compared with its table."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.conf import settings

from backmarket.core.actors import Actor
from backmarket.core.money import Money
from payments.enums import BorneBy, EntryKind
from payments.models import Entry, Payout, Refund
from payments.providers.base import ProviderPayment, ProviderRefund, ProviderTransfer, Truth
from payments.rules.shares import RefundShares
from payments.services import (
    adjustments,
    gift_cards,
    maturity,
    movements,
    payments,
    payouts,
    refunds,
    stored_value,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FINANCE = Actor("user", "finance@example.test", 7)
SELLER, LINE = "seller:7", "line:1"
GIFT = re.compile(r"gift:[0-9a-f-]{36}")
KIND = re.compile(r"^Kind `(\w+)`", re.MULTILINE)


def eur(text: str) -> Money:
    return Money.parse(text, "EUR")


ZERO = eur("0")
PARTIAL = RefundShares(ZERO, eur("22.00"), eur("2.50"), eur("0.50"), "FR", ZERO, ZERO, ZERO, ZERO, ZERO)
GESTURE = RefundShares(ZERO, ZERO, ZERO, ZERO, "FR", ZERO, eur("25.00"), ZERO, ZERO, ZERO)
PROMOTED_BACK = RefundShares(
    ZERO, eur("276.32"), eur("31.40"), eur("6.28"), "FR", ZERO, ZERO, eur("11.00"), eur("15.00"), ZERO
)
TAXED_BACK = RefundShares(ZERO, eur("287.10"), eur("31.90"), ZERO, "US", ZERO, ZERO, ZERO, ZERO, eur("23.13"), "US-CA")
DISPATCHED = ("sale", "dispatch")
TAXED = ("taxed sale", "taxed dispatch")
PROMOTED = ("promoted sale", "promoted dispatch")
MATURE = (*DISPATCHED, "mature")
PAID_OUT = (*MATURE, "payout", "payout paid")


class Story:
    """The order of the page; each step is one service call."""

    def __init__(self) -> None:
        self.reference = f"order:{uuid4()}"

    def run(self, *steps: str) -> None:
        for step in steps:
            getattr(self, step.replace(" ", "_"))()

    def sale(self, amount: str = "324.98") -> None:
        payment, _ = payments.create_payment(
            reference=self.reference,
            amount=eur(amount),
            description="Order 3041-8827",
            email="ada@example.test",
            locale="fr-fr",
            return_url="http://127.0.0.1:8000/",
            key=self.reference,
            provider="sandbox",
            now=NOW,
        )
        truth = ProviderPayment("pay_1", Truth.SUCCEEDED, eur(amount), eur("4.80"))
        payments.record_truth(payment_id=payment.public_id, truth=truth, now=NOW)

    def dispatch(self) -> None:
        movements.record_dispatch(
            reference=self.reference,
            line_reference=LINE,
            seller_owner=SELLER,
            gross=eur("319.00"),
            commission=eur("31.90"),
            commission_vat=eur("6.38"),
            vat_jurisdiction="FR",
            service_fee=eur("5.98"),
            protection=ZERO,
            promotion=ZERO,
            sales_tax=ZERO,
            sales_tax_jurisdiction="",
            matures_at=NOW + timedelta(days=7),
            now=NOW,
        )

    def promoted_sale(self) -> None:
        self.sale("334.88")

    def promoted_dispatch(self) -> None:
        movements.record_dispatch(
            reference=self.reference,
            line_reference=LINE,
            seller_owner=SELLER,
            gross=eur("314.00"),
            commission=eur("31.40"),
            commission_vat=eur("6.28"),
            vat_jurisdiction="FR",
            service_fee=eur("5.98"),
            protection=eur("29.90"),
            promotion=eur("15.00"),
            sales_tax=ZERO,
            sales_tax_jurisdiction="",
            matures_at=NOW + timedelta(days=7),
            now=NOW,
        )

    def promoted_refund(self) -> None:
        self._refund(PROMOTED_BACK, "310.00", BorneBy.SELLER)

    def taxed_sale(self) -> None:
        self.sale("348.11")

    def taxed_dispatch(self) -> None:
        movements.record_dispatch(
            reference=self.reference,
            line_reference=LINE,
            seller_owner=SELLER,
            gross=eur("319.00"),
            commission=eur("31.90"),
            commission_vat=ZERO,
            vat_jurisdiction="US",
            service_fee=eur("5.98"),
            protection=ZERO,
            promotion=ZERO,
            sales_tax=eur("23.13"),
            sales_tax_jurisdiction="US-CA",
            matures_at=NOW + timedelta(days=7),
            now=NOW,
        )

    def taxed_refund(self) -> None:
        self._refund(TAXED_BACK, "342.13", BorneBy.SELLER)

    def mature(self) -> None:
        assert maturity.release_matured(now=NOW + timedelta(days=7)) == 1

    def cancel(self) -> None:
        self._refund(RefundShares.before_dispatch(eur("324.98")), "324.98", BorneBy.CUSTOMER_FUNDS)

    def refund(self) -> None:
        self._refund(PARTIAL, "25.00", BorneBy.SELLER)

    def gesture(self) -> None:
        self._refund(GESTURE, "25.00", BorneBy.MARKETPLACE)

    def _refund(self, shares: RefundShares, amount: str, borne_by: BorneBy) -> None:
        refunds.request_refund(
            reference=self.reference,
            line_reference=LINE,
            amount=eur(amount),
            shares=shares,
            borne_by=borne_by,
            reason="strap missing",
            actor=FINANCE,
            key=uuid4().hex,
            now=NOW,
        )

    def refund_paid(self) -> None:
        truth = ProviderRefund("re_1", Truth.SUCCEEDED)
        refunds.record_truth(refund_id=Refund.objects.get().public_id, truth=truth, now=NOW)

    def refund_failed(self) -> None:
        truth = ProviderRefund("re_1", Truth.FAILED, "card_refused_refund")
        refunds.record_truth(refund_id=Refund.objects.get().public_id, truth=truth, now=NOW)

    def payout(self) -> None:
        payouts.create_payout(owner=SELLER, currency="EUR", actor=FINANCE, now=NOW)

    def payout_paid(self) -> None:
        self._transfer(Truth.SUCCEEDED)

    def payout_returned(self) -> None:
        self._transfer(Truth.RETURNED)

    def _transfer(self, state: Truth) -> None:
        truth = ProviderTransfer("tr_1", state)
        payouts.record_truth(payout_id=Payout.objects.get().public_id, truth=truth, now=NOW)

    def hold(self) -> None:
        adjustments.hold_reserve(
            owner=SELLER, amount=eur("14.00"), reason="open claims", actor=FINANCE, key="hold", now=NOW
        )

    def release(self) -> None:
        adjustments.release_reserve(
            owner=SELLER, amount=eur("14.00"), reason="claims closed", actor=FINANCE, key="release", now=NOW
        )

    def grant(self) -> None:
        gift_cards.grant_credit(
            owner="user:3", amount=eur("50.00"), reason="late parcel", actor=FINANCE, key="grant", now=NOW
        )

    def move(self) -> None:
        card, _ = gift_cards.issue_gift_card(
            amount=eur("20.00"), reason="contest", expires_at=None, actor=FINANCE, key="card", now=NOW
        )
        gift_cards.move_to_credit(card_id=card.public_id, owner="user:3", actor=FINANCE, now=NOW)

    def pay_with_credit(self) -> None:
        stored_value.hold(reference=self.reference, wants=[("user:3", eur("50.00"))], now=NOW)
        self.sale("274.98")
        stored_value.spend(reference=self.reference, now=NOW)

    def correct(self) -> None:
        fee = Entry.objects.get(kind=EntryKind.PROVIDER_FEE)
        adjustments.correct_entry(entry_id=fee.pk, reason="not taken", actor=FINANCE, now=NOW)


EXAMPLES = {
    "Sale captured": ("sale",),
    "Provider fee": ("sale",),
    "Line dispatched": DISPATCHED,
    "Line dispatched, with a promotion and a protection plan": PROMOTED,
    "Line dispatched, with sales tax": TAXED,
    "Matured": MATURE,
    "Refund created, before dispatch": ("sale", "cancel"),
    "Refund created, before maturity": (*DISPATCHED, "refund"),
    "Refund created, after maturity": (*MATURE, "refund"),
    "Refund created, with a promotion and a protection plan": (*PROMOTED, "promoted refund"),
    "Refund created, with sales tax": (*TAXED, "taxed refund"),
    "Refund created, borne by the marketplace": (*DISPATCHED, "gesture"),
    "Refund paid": (*DISPATCHED, "refund", "refund paid"),
    "Refund failed": (*DISPATCHED, "refund", "refund failed"),
    "Payout created": (*MATURE, "payout"),
    "Payout paid": PAID_OUT,
    "Payout returned, on its way": (*MATURE, "payout", "payout returned"),
    "Payout returned, after it was paid": (*PAID_OUT, "payout returned"),
    "Reserve held": (*MATURE, "hold"),
    "Reserve released": (*MATURE, "hold", "release"),
    "Gift card or credit given": ("grant",),
    "Gift card moved to an account": ("move",),
    "Gift card or credit spent": ("grant", "pay with credit"),
    "Refund credited": ("grant", "pay with credit", "cancel", "refund paid"),
    "Correction": ("sale", "correct"),
}


def sections() -> dict[str, tuple[str, list[tuple[str, int]]]]:
    """Read the page: title -> kind and (account, signed minor units)."""
    found = {}
    for part in (settings.BASE_DIR / "docs" / "money-flows.md").read_text().split("\n## ")[1:]:
        title, text = part.split("\n", 1)
        kind = KIND.search(text)
        assert kind is not None, title
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if "|" in line]
        legs = [(account, _minor(debit) - _minor(credit)) for account, debit, credit in rows[2:]]
        found[title] = (kind[1], sorted(legs))
    return found


def _minor(cell: str) -> int:
    return int(Decimal(cell or 0) * 100)


PAGE = sections()


def test_the_page_shows_every_declared_movement():
    assert {kind for kind, _ in PAGE.values()} == set(EntryKind.values)
    assert list(PAGE) == list(EXAMPLES)


@pytest.mark.django_db
@pytest.mark.parametrize("title", EXAMPLES)
def test_the_movement_posts_what_the_page_says(title):
    kind, legs = PAGE[title]

    Story().run(*EXAMPLES[title])

    entry = Entry.objects.get(kind=kind)
    posted = sorted(
        (GIFT.sub("gift:1", posting.account.name), posting.amount_minor) for posting in entry.postings.all()
    )
    assert posted == legs
    assert sum(minor for _, minor in legs) == 0


@pytest.mark.django_db
def test_a_correction_names_what_it_reverses_and_is_made_once():
    story = Story()
    story.run("sale", "correct")
    fee = Entry.objects.get(kind=EntryKind.PROVIDER_FEE)

    with pytest.raises(adjustments.NotCorrectableError):
        story.correct()

    assert Entry.objects.get(kind=EntryKind.CORRECTION).reverses == fee
    assert Entry.objects.count() == 3


@pytest.mark.django_db
def test_a_sale_is_not_corrected_by_hand():
    Story().run("sale")
    sale = Entry.objects.get(kind=EntryKind.SALE_CAPTURED)

    with pytest.raises(adjustments.NotCorrectableError):
        adjustments.correct_entry(entry_id=sale.pk, reason="oops", actor=FINANCE, now=NOW)

    assert Entry.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("amount", ["280.73", "0", "-1"])
def test_no_more_is_held_back_than_is_payable(amount):
    Story().run(*MATURE)

    with pytest.raises(adjustments.AmountNotThereError):
        adjustments.hold_reserve(owner=SELLER, amount=eur(amount), reason="claims", actor=FINANCE, key="hold", now=NOW)

    assert not Entry.objects.filter(kind=EntryKind.RESERVE_HELD).exists()


@pytest.mark.django_db
def test_holding_back_twice_with_one_key_moves_it_once():
    story = Story()
    story.run(*MATURE, "hold", "hold")

    assert Entry.objects.filter(kind=EntryKind.RESERVE_HELD).count() == 1


@pytest.mark.django_db
def test_a_payout_leaves_held_back_money_alone():
    Story().run(*MATURE, "hold", "payout")

    assert Payout.objects.get().amount == eur("266.72")
