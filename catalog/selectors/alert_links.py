"""Signed links of alerts: who has one has the mail that it came in."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.urls import reverse
from django.utils import translation

from catalog.models import Alert

CONFIRM_SALT = "catalog.alert.confirm"
OFF_SALT = "catalog.alert.off"
CONFIRM_WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What a confirming link says: which alert, and at which price."""

    public_id: UUID
    limit_minor: int | None


def confirm_path(alert: Alert, limit_minor: int | None) -> str:
    token = signing.dumps([str(alert.public_id), limit_minor], salt=CONFIRM_SALT)
    with translation.override(alert.locale):
        return reverse("catalog:alert_confirm", args=[token])


def off_path(alert: Alert) -> str:
    token = signing.dumps(str(alert.public_id), salt=OFF_SALT)
    with translation.override(alert.locale):
        return reverse("catalog:alert_off", args=[token])


def confirmed_by(token: str) -> Confirmed | None:
    """Read a confirming link; None if it is not ours, was tampered with or is older than a week."""
    try:
        public_id, limit_minor = signing.loads(token, salt=CONFIRM_SALT, max_age=CONFIRM_WITHIN)
    except signing.BadSignature:
        return None
    return Confirmed(UUID(public_id), limit_minor)


def alert_of(token: str) -> UUID | None:
    """Read the link that switches an alert off; it never grows old, because mails are kept for years."""
    try:
        return UUID(signing.loads(token, salt=OFF_SALT))
    except signing.BadSignature:
        return None
