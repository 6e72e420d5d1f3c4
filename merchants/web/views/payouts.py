"""Money: balances by currency, payouts, and each payout's statement."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from backmarket.core import clock
from backmarket.core.downloads import download as csv_file
from backmarket.core.policies import policy
from checkout.selectors import documents
from merchants.enums import Role
from merchants.policies import only
from merchants.selectors import money, today
from merchants.selectors.money import Statement
from merchants.web import page
from payments.enums import EntryKind, PayoutSchedule, PayoutState
from payments.selectors import ledger, payouts
from payments.selectors.payout_terms import next_payout_of, schedules_of

CAN_SEE = only(Role.FINANCE, Role.READ_ONLY)
# Three years of months.
BILLS = 36


@policy(CAN_SEE)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    merchant = page.merchant_of(request)
    owner = money.owner_of(merchant.pk)
    day = clock.now().astimezone(today.zone_of(merchant.seller)).date()
    sent = [(payout, PayoutState(payout.state)) for payout in payouts.payouts_of(owner)]
    context: dict[str, Any] = {
        "balances": ledger.balances_of(owner),
        "payouts": sent,
        "next_payout": next_payout_of(owner, day),
    }
    schedules = schedules_of(owner)
    context["is_weekly"], context["is_daily"] = (
        schedules == {PayoutSchedule.WEEKLY},
        schedules == {PayoutSchedule.DAILY},
    )
    context["bills"] = list(documents.commissions_of(merchant.pk).defer("facts")[:BILLS])
    return page.show(request, "payouts.html", context, current="payouts")


def _statement(request: HttpRequest, public_id: UUID) -> Statement:
    found = money.statement_of(seller_id=page.merchant_of(request).pk, public_id=public_id)
    if found is None:
        raise Http404
    return found


@policy(CAN_SEE)
@require_safe
def detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    statement = _statement(request, public_id)
    context = {
        "payout": statement.payout,
        "state": PayoutState(statement.payout.state),
        "movements": [(movement, EntryKind(movement.line.kind)) for movement in statement.movements],
    }
    return page.show(request, "payout.html", context, current="payouts")


@policy(CAN_SEE)
@require_safe
def download(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Send the statement as CSV, one posting a line, amounts in major units."""
    statement = _statement(request, public_id)
    cells = (
        (
            movement.line.occurred_at.isoformat(),
            movement.line.kind,
            movement.order_text,
            movement.title,
            movement.line.amount,
            movement.line.amount.currency,
        )
        for movement in statement.movements
    )
    name = f"payout-{statement.payout.created_at:%Y-%m-%d}-{str(public_id)[:8]}"
    return csv_file(name, ("date", "movement", "order", "item", "amount", "currency"), cells)
