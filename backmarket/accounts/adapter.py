"""How sign-in's own mails reach people: through the same outbox, queue and look as every other mail."""

from typing import Any
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.sites.shortcuts import get_current_site
from django.utils.translation import get_language

from backmarket.core import clock
from backmarket.notify.services import queue_mail


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's mails, stored and sent by a worker instead of in the request."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        site = {"email": email, "request": self.request, "current_site": get_current_site(self.request)}
        mail = self.render_mail(template_prefix, email, {**site, **context})
        locale = get_language() or settings.LANGUAGE_CODE
        queue_mail(
            kind="account",
            to=email,
            locale=locale,
            context={"heading": mail.subject, "body": str(mail.body).strip()},
            dedupe_key=f"account:{uuid4()}",
            now=clock.now(),
        )
