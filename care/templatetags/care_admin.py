"""Parts of the admin's frame: where one can go, and what waits today."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.http import HttpRequest
from django.template.context import Context
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backmarket.core import clock
from backmarket.core.money import Money
from care.selectors import tickets
from checkout.selectors.figures import held_orders, paid_orders_since
from payments.selectors.ledger import owner_balances

register = template.Library()


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the admin: seen by whoever has the permission, current below its prefix."""

    label: str | Promise
    icon: str
    url_name: str
    permission: str
    prefix: str


PLACES = (
    Place(_("Tickets"), "chat", "admin:care_ticket_changelist", "care.view_ticket", "/admin/care/"),
    Place(_("Orders"), "box", "admin:checkout_order_changelist", "checkout.view_order", "/admin/checkout/order"),
    Place(
        _("Promotions"),
        "star",
        "admin:checkout_promotion_changelist",
        "checkout.view_promotion",
        "/admin/checkout/promotion/",
    ),
    Place(_("Money"), "coin", "money:home", "payments.view_entry", "/admin/money/"),
    Place(
        _("Catalogue"), "tag", "admin:catalog_productmodel_changelist", "catalog.view_productmodel", "/admin/catalog/"
    ),
    Place(_("Searches"), "search", "searches:empty", "catalog.view_searchqueryday", "/admin/searches/"),
    Place(
        _("Merchants"), "store", "admin:merchants_merchant_changelist", "merchants.view_merchant", "/admin/merchants/"
    ),
    Place(_("Mails"), "mail", "admin:notify_message_changelist", "notify.view_message", "/admin/notify/"),
    Place(_("People"), "users", "admin:accounts_user_changelist", "accounts.view_user", "/admin/accounts/"),
    Place(_("System"), "cog", "admin:core_auditentry_changelist", "core.view_auditentry", "/admin/core/"),
)


def _url(name: str) -> str:
    """Return an address, or nothing for a page that this installation does not have."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@register.simple_tag(takes_context=True)
def admin_places(context: Context) -> list[dict[str, Any]]:
    """List where the signed-in member of staff may go."""
    request: HttpRequest = context["request"]
    index = reverse("admin:index")
    found: list[dict[str, Any]] = [
        {"label": _("Today"), "icon": "home", "url": index, "current": request.path == index}
    ]
    for place in PLACES:
        url = _url(place.url_name)
        if url and request.user.has_perm(place.permission):
            current = request.path.startswith(place.prefix)
            found.append({"label": place.label, "icon": place.icon, "url": url, "current": current})
    return found


@dataclass(frozen=True, slots=True)
class Tile:
    label: str | Promise
    figure: str
    note: str | Promise
    url: str
    tone: str = ""


def _care_tiles() -> list[Tile]:
    counts = tickets.queue_counts(now=clock.now())
    url = _url("admin:care_ticket_changelist")
    late = _("%(count)s overdue") % {"count": counts.overdue} if counts.overdue else _("none overdue")
    return [
        Tile(_("Tickets to answer"), str(counts.waiting), late, url, "bad" if counts.overdue else ""),
        Tile(_("With the marketplace"), str(counts.escalated), _("support decides"), f"{url}?turn=escalated"),
    ]


def _order_tiles() -> list[Tile]:
    now = clock.now().astimezone(timezone.get_current_timezone())
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    count = paid_orders_since(midnight)
    waiting, late = held_orders(now=now)
    note = _("%(count)s overdue") % {"count": late} if late else _("none overdue")
    queue = _url("admin:checkout_fraudcheck_changelist")
    return [
        Tile(_("Orders today"), str(count), _("paid since midnight"), _url("admin:checkout_order_changelist")),
        Tile(_("Orders to check"), str(waiting), note, queue, "bad" if late else ""),
    ]


def _money_tiles() -> list[Tile]:
    """Say what could be paid out by currency, over all sellers."""
    sums: dict[str, Money] = {}
    waiting = 0
    for balances in owner_balances().values():
        for currency, balance in balances.items():
            if balance.payable.amount_minor > 0:
                waiting += 1
                sums[currency] = sums.get(currency, Money.zero(currency)) + balance.payable
    amounts = ", ".join(sums[currency].format(whole=True) for currency in sorted(sums))
    return [Tile(_("Payouts waiting"), str(waiting), amounts or _("nothing is payable"), _url("money:home"))]


TILES = (
    ("care.view_ticket", _care_tiles),
    ("checkout.view_order", _order_tiles),
    ("payments.view_payout", _money_tiles),
)


@register.simple_tag(takes_context=True)
def today_tiles(context: Context) -> list[Tile]:
    """Count what waits today, of what the signed-in member of staff may see."""
    user = context["request"].user
    return [tile for permission, tiles in TILES if user.has_perm(permission) for tile in tiles()]
