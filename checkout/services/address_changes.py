"""Send what has not left elsewhere: the address of an order changes until its first parcel is on its way."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backmarket.core import audit, outbox
from backmarket.core.actors import Actor
from backmarket.core.errors import DomainError, InvalidInputError
from checkout import events, locks
from checkout.models import Order
from checkout.selectors import orders

FIELDS = ("first_name", "last_name", "street", "street2", "postcode", "city", "region", "phone")


class AddressTooLateError(DomainError):
    code = "address_too_late"
    message = _("It is too late to change the address: a parcel has left. Nothing was changed.")


class AddressElsewhereError(InvalidInputError):
    code = "address_elsewhere"
    message = _("The tax of this order was counted for another state, so it can only go to an address there.")


@transaction.atomic
def change_address(*, order_id: int, address: Mapping[str, str], actor: Actor, now: datetime) -> Order:
    """
    Change where an order goes, name and phone included; the same address again changes nothing.

    `address` is what the form of the order's country has checked. All lines are locked, so that a seller who sends
    one at this moment either has the new address or keeps it from changing.

    :raises AddressTooLateError: a parcel has left, or there is nothing to send
    :raises AddressElsewhereError: another country, or another state whose sales tax differs
    """
    order = locks.lock_order(order_id)
    locks.lock_lines_of_order(order_id)
    if not orders.address_can_change(order):
        raise AddressTooLateError
    wanted = {name: address.get(name, "") for name in FIELDS}
    if address.get("country") != order.country or (order.country == "US" and wanted["region"] != order.region):
        raise AddressElsewhereError
    changed = [name for name, value in wanted.items() if getattr(order, name) != value]
    if not changed:
        return order
    for name in changed:
        setattr(order, name, wanted[name])
    order.address_version += 1
    order.address_changed_at = now
    order.save(update_fields=[*changed, "address_version", "address_changed_at"])
    # Which fields, never what they say: the trail is kept longer than an address may be.
    audit.record(actor, "address changed", order, now=now, fields=changed, version=order.address_version)
    payload = {"order_id": order.pk, "version": order.address_version}
    outbox.publish(events.ADDRESS_CHANGED, key=str(order.pk), payload=payload, now=now)
    return order
