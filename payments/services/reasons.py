"""Why a person did something to money; nothing is done without."""

from django.utils.translation import gettext_lazy as _

from backmarket.core.errors import InvalidInputError


class ReasonMissingError(InvalidInputError):
    code = "reason_missing"
    message = _("Say why.")


def require_reason(reason: str) -> str:
    """
    Return a reason as it is kept, at most 300 characters.

    :raises ReasonMissingError: there is none
    """
    if not reason.strip():
        raise ReasonMissingError
    return reason.strip()[:300]
