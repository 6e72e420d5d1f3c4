import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction

from backmarket.accounts import groups
from backmarket.accounts.models import User


@pytest.mark.django_db
def test_an_email_belongs_to_one_user_whatever_its_case():
    User.objects.create_user("Ada@Example.com")

    with pytest.raises(IntegrityError, match="accounts_one_user_per_email"), transaction.atomic():
        User.objects.create_user("ada@example.COM")

    assert User.objects.count() == 1
    assert User.objects.get_by_natural_key("ADA@example.com").email == "Ada@Example.com"


@pytest.mark.django_db
def test_the_staff_groups_exist_with_their_rights():
    assert set(Group.objects.values_list("name", flat=True)) >= set(groups.ALL)
