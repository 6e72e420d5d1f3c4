"""Today: what is due, what was sold, how the buy box stands, what will be paid out."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from backmarket.core import clock
from backmarket.core.policies import policy
from catalog.selectors import standings
from merchants.enums import Role
from merchants.policies import SESSION_KEY, any_member, member
from merchants.rules import charts
from merchants.selectors import members, money, today
from merchants.web import page
from payments.selectors import ledger
from payments.selectors.payout_terms import next_payout_of

BUY_BOX_PARTS = ("winning", "losing", "sold_out", "paused")


def _buy_box(seller_id: int) -> dict[str, Any]:
    counts = standings.counts_of_seller(seller_id=seller_id)
    competing = counts["winning"] + counts["losing"]
    share = round(100 * counts["winning"] / competing, 1) if competing else None
    parts = charts.parts_of_bar([(name, counts[name]) for name in BUY_BOX_PARTS])
    return {"counts": counts, "competing": competing, "share": share, "parts": parts}


@policy(member())
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    merchant, now = page.merchant_of(request), clock.now()
    seller = merchant.seller
    sales = today.sales_of(seller, now=now)
    zone = today.zone_of(seller)
    context: dict[str, Any] = {
        "now": now,
        "work": today.work_of(seller, now=now),
        "sales": sales[0],
        "other_sales": sales[1:],
        "chart": charts.bar_chart(sales[0].days),
        "buy_box": _buy_box(merchant.pk),
        "may_accept": page.may(request, Role.ORDERS),
        "sees_money": page.may(request, Role.FINANCE, Role.READ_ONLY),
    }
    if context["sees_money"]:
        owner = money.owner_of(merchant.pk)
        context["balances"] = ledger.balances_of(owner)
        context["next_payout"] = next_payout_of(owner, now.astimezone(zone).date())
    return page.show(request, "dashboard.html", context, current="dashboard")


@policy(any_member())
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Work for another of one's merchants; a forged one changes nothing."""
    wanted = request.POST.get("merchant", "")
    own = {str(one.merchant_id): one.merchant_id for one in members.memberships_of(request.user.pk or 0)}
    if wanted in own:
        request.session[SESSION_KEY] = own[wanted]
    return redirect("office:dashboard")
