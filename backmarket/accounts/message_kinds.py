"""The messages of accounts, whose words are those of the sign-in library."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backmarket.notify.enums import Audience
from backmarket.notify.kinds import define


def _facts(locale: str) -> Mapping[str, Any]:
    return {"heading": _("E-mail addresses"), "body": "https://example.org/accounts/confirm/"}


define("account", gettext_lazy("Sign-in, passwords and addresses of an account."), _facts, audience=Audience.ANYBODY)
