"""Cancel and refund order lines: the line's state and the refund's intent change in one transaction."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backmarket.core import outbox
from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError, InvalidInputError
from backmarket.core.money import Money
from backmarket.core.states import MoveRefusedError
from catalog.services import stock
from checkout import events, locks
from checkout.enums import CancelledBy, LineState
from checkout.models import LINE_STATES, OrderLine
from checkout.rules.refund_split import LineMoney, split_refund
from payments.selectors import refunds as payment_refunds
from payments.selectors.views import RefundView
from payments.services import refunds as payment_refund_services
from payments.services.refunds import RefundShares

BEFORE_DISPATCH = (LineState.PAID, LineState.ON_HOLD, LineState.ACCEPTED)
# These went back before dispatch; a refund that the bank refused may be made again.
ENDED_BEFORE_DISPATCH = (LineState.CANCELLED, LineState.REFUNDED_BEFORE_SHIPPING)
AFTER_DISPATCH = (LineState.SHIPPED, LineState.DELIVERED, LineState.CLOSED, LineState.REFUNDED_AFTER_SHIPPING)


class RefundAboveRestError(InvalidInputError):
    code = "refund_above_rest"
    message = _("This is more than what is left to refund of this item.")


class RefundNotPossibleError(DomainError):
    code = "refund_not_possible"
    message = _("There is nothing to refund: this item was not paid, or went back in full.")


class PartialBeforeDispatchError(DomainError):
    """The seller has nothing to give a part of yet; dispatch shares the whole price out."""

    code = "partial_before_dispatch"
    message = _("Before dispatch an item can only be refunded in full.")


def line_money(line: OrderLine) -> LineMoney:
    """Return the line's money as dispatch shares it out."""
    commission = Money(line.commission_minor, line.currency)
    vat = Money(line.commission_vat_minor, line.currency)
    seller = line.gross - commission - vat
    return LineMoney(seller, commission, vat, line.service_fee, line.protection, line.discount_house, line.sales_tax)


def refundable(line: OrderLine) -> Money:
    """Return what of a line's money has not gone back, pending refunds counted as gone."""
    return line.total - Money(payment_refunds.refunded_minor(line.reference), line.currency)


def shares_of(line: OrderLine, amount: Money, *, borne_by: str) -> RefundShares:
    """Say what each party gives back; before dispatch all of it is still the customer's."""
    if line.state not in AFTER_DISPATCH:
        return RefundShares.before_dispatch(amount)
    given = {
        name: Money(minor, line.currency)
        for name, minor in payment_refunds.given_back_minor(line.reference).items()
        if name in LineMoney.__slots__
    }
    return shares_after_dispatch(line, line_money(line) - LineMoney(**given), amount, borne_by=borne_by)


def shares_after_dispatch(line: OrderLine, rest: LineMoney, amount: Money, *, borne_by: str) -> RefundShares:
    """Share a refund out over `rest`, what each party of a dispatched line has not given back yet."""
    split = split_refund(rest, amount=amount, borne_by=borne_by)
    return RefundShares(
        customer_funds=Money.zero(amount.currency),
        seller=split.seller,
        commission=split.commission,
        commission_vat=split.commission_vat,
        vat_jurisdiction=line.vat_jurisdiction,
        service_fee=split.service_fee,
        marketplace=split.marketplace,
        protection=split.protection,
        promotion=split.promotion,
        sales_tax=split.sales_tax,
        sales_tax_jurisdiction=line.tax_jurisdiction if split.sales_tax else "",
    )


def _request(
    line: OrderLine, amount: Money, *, borne_by: str, reason: str, actor: Actor, key: str, now: datetime
) -> RefundView:
    refund = payment_refund_services.request_refund(
        reference=line.order.reference,
        line_reference=line.reference,
        amount=amount,
        shares=shares_of(line, amount, borne_by=borne_by),
        borne_by=borne_by,
        reason=reason,
        actor=actor,
        key=key,
        now=now,
    )
    payload = {"line_id": line.pk, "refund_id": str(refund.public_id)}
    outbox.publish(events.LINE_REFUNDED, key=str(line.pk), payload=payload, now=now)
    return refund


def _take_back(line: OrderLine, *, by: CancelledBy, reason: str, actor: Actor, now: datetime) -> None:
    """End a line before its dispatch and put its units back on sale."""
    to = LineState.REFUNDED_BEFORE_SHIPPING if line.state == LineState.ACCEPTED else LineState.CANCELLED
    LINE_STATES.move(line, to, actor=actor, now=now, reason=reason, cancelled_by=by, cancel_reason=reason[:200])
    stock.restock(listing_id=line.listing_id, quantity=line.quantity, now=now)
    outbox.publish(events.LINE_CANCELLED, key=str(line.pk), payload={"line_id": line.pk}, now=now)


@transaction.atomic
def cancel_line(*, line_id: int, by: CancelledBy, reason: str, actor: Actor, now: datetime) -> RefundView:
    """
    Cancel a paid line that its seller has not accepted, or an accepted one as seller or marketplace.

    The whole of it goes back to the shopper and the units back on sale.

    :raises MoveRefusedError: too late for whoever asks
    """
    line = locks.lock_line(line_id)
    if line.state not in BEFORE_DISPATCH or (line.state == LineState.ACCEPTED and by == CancelledBy.SHOPPER):
        raise MoveRefusedError
    # Catalog before payments: the order in which every tribe locks.
    _take_back(line, by=by, reason=reason, actor=actor, now=now)
    key = f"{line.reference}:cancel"
    return _request(line, refundable(line), borne_by="seller", reason=reason, actor=actor, key=key, now=now)


@transaction.atomic
def refund_line(
    *, line_id: int, amount: Money | None, reason: str, borne_by: str, actor: Actor, key: str, now: datetime
) -> RefundView:
    """
    Refund a line in part, or what is left of it when `amount` is None; once per key.

    In full before dispatch it cancels the line. What a bank refused can be refunded again under another key.

    :raises RefundAboveRestError: more than what is left, or not above zero
    :raises RefundNotPossibleError: never paid, or gone back in full
    :raises PartialBeforeDispatchError: only a part of what was not sent yet
    """
    line = locks.lock_line(line_id)
    done = payment_refunds.refund_by_key(key)
    if done is not None:
        return done
    wanted = _checked(line, amount)
    if line.state in BEFORE_DISPATCH:
        _take_back(line, by=CancelledBy.MARKETPLACE, reason=reason, actor=actor, now=now)
    ends = wanted == refundable(line) and LINE_STATES.allows(line, LineState.REFUNDED_AFTER_SHIPPING)
    refund = _request(line, wanted, borne_by=borne_by, reason=reason, actor=actor, key=key, now=now)
    if ends:
        LINE_STATES.move(line, LineState.REFUNDED_AFTER_SHIPPING, actor=actor, now=now, reason=reason)
    return refund


def _checked(line: OrderLine, amount: Money | None) -> Money:
    """Return how much goes back, if the line's state and rest allow it."""
    if line.state not in (*BEFORE_DISPATCH, *ENDED_BEFORE_DISPATCH, *AFTER_DISPATCH):
        raise RefundNotPossibleError
    rest = refundable(line)
    if not rest:
        raise RefundNotPossibleError
    wanted = rest if amount is None else amount
    if wanted.currency != line.currency or wanted.amount_minor <= 0 or wanted > rest:
        raise RefundAboveRestError
    if wanted != rest and line.state not in AFTER_DISPATCH:
        raise PartialBeforeDispatchError
    return wanted
