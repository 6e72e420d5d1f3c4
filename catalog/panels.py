"""What the catalogue adds to others' pages: alerts and the wish list of an account."""

from collections.abc import Mapping, Sequence

from django.http import HttpRequest

from backmarket.accounts.selectors import user_id_of, verified_emails
from backmarket.accounts.slots import ACCOUNT_PANELS
from backmarket.core.slots import Panel
from catalog.selectors.alerts import alerts_of


@ACCOUNT_PANELS.provider
def alerts_panel(request: HttpRequest, keys: Sequence[int]) -> Mapping[int, Panel]:
    """List the alerts of the person signed in; nobody sees another's."""
    user_id = user_id_of(request)
    if user_id not in keys:
        return {}
    found = list(alerts_of(user_id=user_id, emails=verified_emails(user_id)))
    return {user_id: Panel("catalog/parts/account_alerts.html", {"alerts": found}, weight=30)}
