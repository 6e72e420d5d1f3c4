"""The frame of every page of the back office: who is at work, where one can go, what waits."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from merchants.enums import Role
from merchants.models import Membership, Merchant
from merchants.selectors import members, queues, today

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class NavItem:
    label: str | Promise
    url: str
    icon: str
    current: bool
    badge: int | None = None


def merchant_of(request: HttpRequest) -> Merchant:
    """Return the merchant that the policy put on the request."""
    merchant: Merchant = request.merchant  # type: ignore[attr-defined]
    return merchant


def role_of(request: HttpRequest) -> str:
    membership: Membership = request.membership  # type: ignore[attr-defined]
    return membership.role


def may(request: HttpRequest, *roles: Role) -> bool:
    """Tell whether the member in the request has one of these roles, or owns the place."""
    return role_of(request) in (Role.OWNER, *roles)


def _navigation(request: HttpRequest, current: str) -> list[NavItem]:
    waiting = queues.badges_of(merchant_of(request).pk)
    entries: list[tuple[str, str | Promise, str, int | None]] = [
        ("dashboard", _("Today"), "home", None),
        ("orders", _("Orders"), "box", waiting.orders or None),
        ("listings", _("Listings"), "tag", None),
        ("tickets", _("Tickets"), "chat", waiting.tickets or None),
        ("reviews", _("Reviews"), "star", None),
    ]
    if may(request, Role.FINANCE, Role.READ_ONLY):
        entries.append(("payouts", _("Money"), "coin", None))
    entries.append(("team", _("Team"), "users", None))
    return [
        NavItem(label, reverse(f"office:{name}"), icon, name == current, badge) for name, label, icon, badge in entries
    ]


def show(
    request: HttpRequest, template: str, context: dict[str, Any], *, current: str, status: int = 200
) -> HttpResponse:
    """Render a page in the merchant's time zone."""
    seller = merchant_of(request).seller
    frame = {
        "merchant": merchant_of(request),
        "seller": seller,
        "role": role_of(request),
        "office_nav": _navigation(request, current),
        "memberships": members.memberships_of(request.user.pk or 0),
    }
    with timezone.override(today.zone_of(seller)):
        return render(request, f"merchants/{template}", {**frame, **context}, status=status)


def page_of(request: HttpRequest, rows: QuerySet[Any], *, count: int | None = None) -> Page[Any]:
    """Cut a list into pages of 50; an impossible page number gives the nearest page."""
    paginator = Paginator(rows, PAGE_SIZE)
    if count is not None:
        paginator.count = count
    return paginator.get_page(request.GET.get("page"))


def way_back(request: HttpRequest, default: str) -> str:
    """Return where a form wants to go back to, if it is a page of ours."""
    wanted = request.POST.get("next", "")
    is_ours = wanted.startswith("/office/") and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}
    )
    return wanted if is_ours else default
