import pytest

from backmarket.core import outbox
from care.models import Ticket
from care.services import tickets
from catalog.tests.factories import NOW
from checkout.services import withdrawals
from checkout.tests.factories import ACTOR, shipped_line

pytestmark = pytest.mark.django_db


def declare(line):
    withdrawals.declare_withdrawal(line_id=line.pk, actor=ACTOR, now=NOW)
    outbox.drain(now=NOW)


def test_a_withdrawal_opens_the_return_with_the_seller():
    line = shipped_line()

    declare(line)

    ticket = Ticket.objects.get()
    assert (ticket.line, ticket.issue, ticket.wished_outcome) == (line, "changed_mind", "refund")
    assert "I withdraw from the contract" in ticket.messages.get().text


def test_a_conversation_that_runs_goes_on_instead():
    line = shipped_line()
    running = tickets.open_ticket(
        line_id=line.pk,
        issue="sound",
        wished_outcome="repair",
        text="It crackles.",
        author_name="Ada",
        photos=(),
        actor=ACTOR,
        now=NOW,
    )

    declare(line)

    assert Ticket.objects.get() == running
    assert [message.author_kind for message in running.messages.all()] == ["shopper", "shopper"]
