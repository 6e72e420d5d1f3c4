"""What the money pages share: who may open them, the admin's frame, names of references."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backmarket.accounts.groups import FINANCE
from backmarket.core.policies import in_group, policy
from payments.enums import AccountKind
from payments.slots import REFERENCE_LABELS, ReferenceLabel

View = Callable[..., HttpResponse]
PAGE_SIZE = 50
TABS = (
    ("money:home", gettext_lazy("Overview")),
    ("money:sellers", gettext_lazy("Sellers")),
    ("money:payouts", gettext_lazy("Payouts")),
    ("money:cards", gettext_lazy("Gift cards")),
    ("money:providers", gettext_lazy("Providers")),
    ("money:close", gettext_lazy("Daily close")),
    ("money:books", gettext_lazy("Books")),
)


def finance(view: View) -> View:
    """Open a view to the finance group, with the admin's own gate (second factor) around it."""
    return admin.site.admin_view(policy(in_group(FINANCE))(view))


def show(
    request: HttpRequest, template: str, *, tab: str, title: str, status: int = 200, **context: Any
) -> HttpResponse:
    frame = {**admin.site.each_context(request), "title": title, "tabs": TABS, "tab": tab}
    return render(request, f"payments/money/{template}.html", {**frame, **context}, status=status)


def names_of(request: HttpRequest, references: Iterable[str]) -> dict[str, ReferenceLabel]:
    """Return what to call these references and owners; a payout's name is its own."""
    return REFERENCE_LABELS.labels(request, list(references))


def account_name(kind: str, owner: str, labels: dict[str, ReferenceLabel]) -> str:
    """Return an account's name for people, with whose it is."""
    label = str(AccountKind(kind).label)
    if not owner:
        return label
    return _("%(account)s: %(owner)s") % {"account": label, "owner": labels[owner].text if owner in labels else owner}
