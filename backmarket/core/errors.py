"""Business refusals: each has a stable code and a status, and is shown to people by one handler an interface."""

from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A refusal that a person can understand; anything else that escapes is a bug."""

    code: ClassVar[str] = "refused"
    http_status: ClassVar[int] = 409
    message: ClassVar[str | Promise] = _("This is not possible right now.")

    def __init__(self, message: str | Promise | None = None, **facts: Any) -> None:
        self.text = message or self.message
        self.facts = facts
        super().__init__(f"{self.code}: {self.text} {facts or ''}".strip())


class NotFoundError(DomainError):
    code = "not_found"
    http_status = 404
    message = _("We cannot find that.")


class InvalidInputError(DomainError):
    code = "invalid"
    http_status = 422
    message = _("Please check what you entered.")
