"""Two owners take each other out at the same moment: a pair of tests, with the lock and without."""

import threading

import pytest
from django.db import connection, transaction

from backmarket.core.actors import Actor
from catalog.tests.factories import NOW, SellerFactory
from merchants import locks
from merchants.models import Membership
from merchants.services import team
from merchants.services.team import LastOwnerError

from .factories import make_member

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]
WAIT_S = 20


def remove_each_other():
    """Let one removal stop between its last read and its commit while the other begins."""
    seller = SellerFactory.create()
    users = [make_member(seller, email=f"owner{n}@example.org") for n in (1, 2)]
    first, second = (Membership.objects.get(user=user).pk for user in users)
    removed, may_commit = threading.Event(), threading.Event()
    refused = []

    def remove(membership_id, *, is_first):
        try:
            with transaction.atomic():
                team.remove_member(
                    merchant_id=seller.pk, membership_id=membership_id, actor=Actor.system("test"), now=NOW
                )
                if is_first:
                    removed.set()
                    may_commit.wait(WAIT_S)
        except LastOwnerError:
            refused.append(membership_id)
        finally:
            connection.close()

    one = threading.Thread(target=remove, args=(first,), kwargs={"is_first": True})
    two = threading.Thread(target=remove, args=(second,), kwargs={"is_first": False})
    one.start()
    assert removed.wait(WAIT_S)
    two.start()
    # Without the lock the second is done by now; with it, it waits for the first.
    two.join(1)
    may_commit.set()
    one.join(WAIT_S)
    two.join(WAIT_S)
    return Membership.objects.filter(merchant_id=seller.pk).count(), len(refused)


def test_two_owners_cannot_leave_a_team_without_one():
    assert remove_each_other() == (1, 1)


def test_without_the_lock_they_can(monkeypatch):
    def read_only(merchant_id):
        return list(Membership.objects.filter(merchant_id=merchant_id).select_related("user").order_by("pk"))

    monkeypatch.setattr(locks, "lock_team", read_only)

    assert remove_each_other() == (0, 0)
