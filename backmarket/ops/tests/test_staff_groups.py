import io

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from backmarket.accounts.groups import AGENT, ALL, FINANCE, OPERATOR

pytestmark = pytest.mark.django_db


def codenames(group: str) -> set[str]:
    rows = Group.objects.get(name=group).permissions.values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in rows}


def sync() -> None:
    call_command("sync_staff_groups", stdout=io.StringIO())


def test_each_group_gets_what_its_work_needs():
    sync()

    assert {"care.view_ticket", "care.change_ticket", "checkout.view_order"} <= codenames(AGENT)
    assert {"payments.view_entry", "payments.view_payout", "checkout.view_order"} <= codenames(FINANCE)
    assert {"catalog.change_productmodel", "merchants.change_merchant", "accounts.view_user"} <= codenames(OPERATOR)


def test_no_group_may_delete_change_money_or_change_people():
    sync()

    given = {name for group in ALL for name in codenames(group)}
    assert not {name for name in given if ".delete_" in name}
    assert {name for name in given if name.startswith("payments.")} == {
        name for name in given if name.startswith("payments.view_")
    }
    assert {name for name in given if name.startswith(("accounts.", "auth."))} == {"accounts.view_user"}


def test_syncing_again_takes_back_what_was_given_by_hand():
    sync()
    before = codenames(AGENT)
    Group.objects.get(name=AGENT).permissions.add(Permission.objects.get(codename="delete_user"))

    sync()

    assert codenames(AGENT) == before
