from datetime import UTC, datetime

import pytest

from backmarket.accounts.models import User
from backmarket.core.actors import Actor
from backmarket.core.models import AuditEntry
from backmarket.core.states import MoveRefusedError, StateMachine

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LOCALES = StateMachine(field="locale", moves={"fr-fr": frozenset({"en-fr"})})


@pytest.mark.django_db
def test_an_allowed_move_is_saved_with_its_facts_and_audited():
    user = User.objects.create_user("ada@example.com", locale="fr-fr")

    LOCALES.move(user, "en-fr", actor=Actor.system("test"), now=NOW, reason="moved", name="Ada")

    user.refresh_from_db()
    assert (user.locale, user.name) == ("en-fr", "Ada")
    entry = AuditEntry.objects.get()
    assert (entry.actor_label, entry.action, entry.target_type) == ("test", "locale:fr-fr->en-fr", "accounts.user")
    assert (entry.target_id, entry.reason, entry.occurred_at) == (str(user.pk), "moved", NOW)


@pytest.mark.django_db
def test_a_move_that_the_table_lacks_is_refused_and_writes_nothing():
    user = User.objects.create_user("ada@example.com", locale="en-fr")

    with pytest.raises(MoveRefusedError):
        LOCALES.move(user, "fr-fr", actor=Actor.system("test"), now=NOW)

    user.refresh_from_db()
    assert user.locale == "en-fr"
    assert not AuditEntry.objects.exists()
