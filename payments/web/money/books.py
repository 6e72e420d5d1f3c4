"""Whether the books are whole, and the switch that stops payouts."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from backmarket.core import audit, clock
from payments.models import LedgerCheck, PayoutFreeze
from payments.selectors.checks import PARTS
from payments.services.checks import start_check
from payments.services.freezes import freeze_payouts, lift_freeze

from .adjustments import ReasonForm, decide
from .pages import PAGE_SIZE, show

PART_NAMES: dict[str, str | Promise] = {
    "entries": gettext_lazy("Every entry sums to zero"),
    "stamps": gettext_lazy("Every posting carries its entry’s time"),
    "captures": gettext_lazy("Sales equal what providers took, by order"),
    "stored_value_spent": gettext_lazy("Gift cards and credit spent equal what orders held"),
    "refunds": gettext_lazy("Refunds to pay equal those on their way, by order"),
    "maturities": gettext_lazy("Sellers’ pending money equals what matures"),
    "stored_value": gettext_lazy("No gift card and no credit is overdrawn"),
    "payouts": gettext_lazy("Every payout equals its statement"),
    "reserves": gettext_lazy("Reserves kept from payouts equal what was held, by payout"),
    "snapshots": gettext_lazy("Remembered balances can be recomputed"),
    "balances": gettext_lazy("Balances as read equal the sum of all postings"),
}


def books(request: HttpRequest) -> HttpResponse:
    """Show the last check part by part, those before, and whether payouts are frozen."""
    page = Paginator(LedgerCheck.objects.order_by("-pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    last = LedgerCheck.objects.first()
    freeze = PayoutFreeze.objects.filter(lifted_at=None).first()
    return show(
        request,
        "books",
        tab="money:books",
        title=_("Books"),
        page=page,
        last=last,
        parts=[(PART_NAMES[part], last.parts.get(part)) for part in PARTS] if last else [],
        freeze=freeze,
        freezes=[(past, audit.entries_of(past)) for past in PayoutFreeze.objects.exclude(lifted_at=None)[:10]],
    )


@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """Have a worker check the books now; it begins within a minute."""
    with transaction.atomic(durable=True):
        start_check(now=clock.now())
    messages.success(request, _("The check begins within a minute; this page shows how far it is."))
    return redirect("money:books")


@require_http_methods(["GET", "POST"])
def switch(request: HttpRequest, step: str) -> HttpResponse:
    """Ask why, then freeze payouts or let them go again."""
    if step not in ("freeze", "lift"):
        raise Http404
    stops = step == "freeze"
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        done = _("Payouts are frozen.") if stops else _("Payouts go again.")
        decide(request, form, freeze_payouts if stops else lift_freeze, done)
        return redirect("money:books")
    freeze = PayoutFreeze.objects.filter(lifted_at=None).first()
    if stops:
        lead = _("No payout is made or sent until somebody lifts it. Sales and refunds go on.")
    else:
        lead = freeze.reason if freeze else _("Payouts are not frozen.")
    return show(
        request,
        "decision",
        tab="money:books",
        title=_("Freeze payouts") if stops else _("Let payouts go again"),
        status=422 if form.errors else 200,
        lead=lead,
        back=reverse("money:books"),
        form=form,
    )
