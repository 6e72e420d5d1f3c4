"""Guest orders join the account of whoever proved that the address is theirs (decision 4)."""

from datetime import datetime

from django.db import transaction

from backmarket.accounts.models import User
from backmarket.accounts.services import open_account as open_account_of
from backmarket.core import audit
from backmarket.core.actors import Actor
from checkout.models import Order
from checkout.selectors import orders
from checkout.services.purchases import push_order


@transaction.atomic
def claim_guest_orders(*, user_id: int, actor: Actor, now: datetime) -> int:
    """Give a person the guest orders placed with their verified addresses; return how many."""
    claimed = 0
    for order in orders.claimable_by(user_id):
        claimed += Order.objects.filter(pk=order.pk, user=None).update(user_id=user_id)
        push_order(order_id=order.pk)
        audit.record(actor, "guest order claimed", order, now=now)
    return claimed


@transaction.atomic
def open_account(*, order_id: int, actor: Actor, now: datetime) -> User:
    """
    Open the account of a guest who proved the address of their order, and give it all orders of that address.

    :raises backmarket.accounts.services.AccountExistsError: the address belongs to an account; nothing is claimed
    """
    order = Order.objects.get(pk=order_id)
    user = open_account_of(email=order.email, name=order.full_name, locale=order.locale, actor=actor, now=now)
    claim_guest_orders(user_id=user.pk, actor=actor, now=now)
    return user
