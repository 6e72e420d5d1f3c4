"""Support staff's desk through HTTP: the queue, the screen, and actions that show themselves before they happen."""

import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from backmarket.accounts.groups import FINANCE, OPERATOR
from backmarket.accounts.models import User
from backmarket.core import clock
from backmarket.core.actors import Actor
from backmarket.core.models import AuditEntry
from care.enums import AuthorKind
from care.models import Ticket
from care.services import tickets
from checkout.enums import LineState
from payments.models import Refund
from payments.selectors import trail

from .factories import NOW, OrderLineFactory, make_agent, make_shipped_line, make_ticket

pytestmark = pytest.mark.django_db(transaction=True)

QUEUE = "/admin/care/ticket/"


@pytest.fixture
def agent(client):
    """A client signed in as an agent who has the group's permissions."""
    call_command("sync_staff_groups", stdout=io.StringIO())
    client.force_login(make_agent())
    return client


def do(client, ticket, action, *, stage="confirm", **data):
    return client.post(f"{QUEUE}{ticket.pk}/{action}/", {"stage": stage, **data})


def refund_data(**data):
    key = "8a0c42f2-52f5-4b9c-93c8-5c1e3b1f1a10"
    fields = {"key": key, "amount": "291.50", "borne_by": "seller", "reason": "defect", "resolves": "on"}
    return {**fields, **data}


def test_the_path_from_opening_over_the_sellers_answer_to_one_refund_even_when_sent_twice(agent, sandbox_provider):
    line = make_shipped_line(sandbox_provider)
    ticket = make_ticket(line)
    tickets.reply(
        ticket_id=ticket.pk,
        author_kind=AuthorKind.SELLER,
        author_name="Lena",
        text="Please charge it overnight.",
        photos=[],
        actor=Actor.system("test"),
        now=NOW + timedelta(hours=1),
    )

    screen = agent.get(f"{QUEUE}{ticket.pk}/change/").content.decode()
    assert 'value="291.50"' in screen
    assert "Please charge it overnight." in screen
    assert "Sale captured" in screen

    preview = do(agent, ticket, "refund", stage="preview", **refund_data()).content.decode()
    shown = [text for text in ("€291.50", "-€254.32", "-€28.90", "-€5.78", "-€2.50") if text in preview]
    assert shown == ["€291.50", "-€254.32", "-€28.90", "-€5.78", "-€2.50"]
    assert not Refund.objects.exists()

    first = do(agent, ticket, "refund", **refund_data())
    entries = len(trail(line.order.reference))
    second = do(agent, ticket, "refund", **refund_data())

    assert first.url == second.url == f"{QUEUE}{ticket.pk}/change/"
    refund = Refund.objects.get()
    assert (refund.amount_minor, refund.line_reference, refund.borne_by) == (29_150, line.reference, "seller")
    assert len(trail(line.order.reference)) == entries
    assert len(sandbox_provider.objects("refunds", refund.public_id)) == 1
    ticket.refresh_from_db()
    line.refresh_from_db()
    assert (ticket.state, ticket.resolution) == ("resolved", "Refund of €291.50")
    assert line.state == LineState.REFUNDED_AFTER_SHIPPING


def test_another_key_cannot_refund_what_is_gone(agent, sandbox_provider):
    ticket = make_ticket(make_shipped_line(sandbox_provider))
    do(agent, ticket, "refund", **refund_data())

    again = do(agent, ticket, "refund", **refund_data(key="00000000-0000-4000-8000-000000000001"))

    assert again.status_code == 409
    assert "There is nothing to refund" in again.content.decode()
    assert Refund.objects.count() == 1


def test_the_same_key_with_another_amount_says_so_and_sends_nothing_more(agent, sandbox_provider):
    ticket = make_ticket(make_shipped_line(sandbox_provider))
    do(agent, ticket, "refund", **refund_data(amount="100.00", resolves=""))

    other = do(agent, ticket, "refund", **refund_data(amount="150.00", resolves=""))

    assert other.status_code == 409
    assert "with another amount" in other.content.decode()
    assert [refund.amount_minor for refund in Refund.objects.all()] == [10_000]


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("291.51", "Only €291.50 is left"),
        ("0", "above zero"),
        ("-5", "above zero"),
        ("1.001", "such as 129.90"),
        ("all of it", "such as 129.90"),
        ("1e9", "Only €291.50 is left"),
        ("NaN", "such as 129.90"),
    ],
)
def test_an_amount_that_cannot_be_is_refused_in_plain_words(agent, amount, words):
    ticket = make_ticket(make_shipped_line())

    refused = do(agent, ticket, "refund", stage="preview", **refund_data(amount=amount))

    assert refused.status_code == 422
    assert words in refused.content.decode()
    assert not Refund.objects.exists()


def test_a_confirmed_amount_above_the_rest_is_refused_by_the_service(agent):
    ticket = make_ticket(make_shipped_line())

    refused = do(agent, ticket, "refund", **refund_data(amount="291.51"))

    assert refused.status_code == 422
    assert "more than what is left" in refused.content.decode()
    assert not Refund.objects.exists()
    ticket.refresh_from_db()
    assert ticket.is_open


def test_a_refund_in_part_leaves_the_ticket_open_when_asked_to(agent, sandbox_provider):
    ticket = make_ticket(make_shipped_line(sandbox_provider))

    do(agent, ticket, "refund", **refund_data(amount="20", borne_by="marketplace", resolves=""))

    ticket.refresh_from_db()
    assert ticket.state == "waiting_seller"
    assert Refund.objects.get().shares["marketplace"] == 2_000


def test_each_action_previews_before_it_happens(agent):
    ticket = make_ticket()
    data = {
        "reply": {"text": "We look into it."},
        "note": {"text": "canary-note"},
        "take-over": {"reason": "seller is silent"},
        "resolve": {"resolution": "A new battery"},
    }

    for action, fields in data.items():
        preview = do(agent, ticket, action, stage="preview", **fields)
        assert preview.status_code == 200
        assert next(iter(fields.values())) in preview.content.decode()

    assert ticket.messages.count() == 1
    assert Ticket.objects.get().state == "waiting_seller"


def test_going_back_from_the_preview_keeps_what_was_written(agent):
    ticket = make_ticket()

    page = do(agent, ticket, "reply", stage="edit", text="Half a sentence").content.decode()

    assert "Half a sentence</textarea>" in page
    assert ticket.messages.count() == 1


def test_an_agent_notes_takes_over_replies_and_resolves(agent):
    ticket = make_ticket()

    do(agent, ticket, "note", text="Six of these this month.")
    do(agent, ticket, "take-over", reason="seller is silent")
    do(agent, ticket, "reply", text="From here on we take care of it.")
    do(agent, ticket, "resolve", resolution="A new battery")

    ticket.refresh_from_db()
    assert (ticket.state, ticket.resolution) == ("resolved", "A new battery")
    said = list(ticket.messages.values_list("text", "author_name", "is_internal"))
    assert said[1:] == [
        ("Six of these this month.", "Jonas Albrecht", True),
        ("From here on we take care of it.", "Jonas Albrecht", False),
    ]
    assert AuditEntry.objects.filter(actor_label="agent@example.com", reason="seller is silent").count() == 1
    again = do(agent, ticket, "resolve", resolution="Twice")
    assert again.status_code == 409
    ticket.refresh_from_db()
    assert ticket.resolution == "A new battery"


def test_only_agents_find_the_tickets(agent):
    ticket = make_ticket(make_shipped_line())
    before = Ticket.objects.values().get()
    shopper = User.objects.create_user("shopper@example.com", "secret")
    others = [shopper, make_agent(FINANCE, email="finance@example.com"), make_agent(OPERATOR, email="op@example.com")]
    # In the group without being staff is not enough.
    outside = make_agent(email="outside@example.com")
    outside.is_staff = False
    outside.save()

    for user in [*others, outside]:
        visitor = Client()
        visitor.force_login(user)
        assert visitor.get(f"{QUEUE}{ticket.pk}/change/").status_code == 404
        for action, data in (("reply", {"text": "x"}), ("note", {"text": "x"}), ("refund", refund_data())):
            assert do(visitor, ticket, action, **data).status_code == 404
        assert do(visitor, ticket, "resolve", resolution="x").status_code == 404
        assert do(visitor, ticket, "take-over", reason="x").status_code == 404

    anonymous = Client()
    assert anonymous.get(f"{QUEUE}{ticket.pk}/change/").status_code == 302
    assert do(anonymous, ticket, "refund", **refund_data()).status_code == 302
    assert agent.get(f"{QUEUE}999999/change/").status_code == 404
    assert Ticket.objects.values().get() == before
    assert ticket.messages.count() == 1
    assert not Refund.objects.exists()


def listed(client, **query):
    page = client.get(QUEUE, query)
    assert page.status_code == 200
    return [ticket.pk for ticket in page.context["cl"].result_list]


def test_the_queue_shows_what_waits_for_an_answer_the_earliest_first_and_marks_what_is_late(agent):
    now = clock.now()
    late = make_ticket(now=now - timedelta(days=20))
    fresh = make_ticket(now=now)
    ended = make_ticket(now=now)
    tickets.resolve(ticket_id=ended.pk, resolution="Done", actor=Actor.system("test"), now=now)

    assert listed(agent) == [late.pk, fresh.pk]
    assert listed(agent, turn="overdue") == [late.pk]
    assert listed(agent, turn="ended") == [ended.pk]
    assert listed(agent, market="DE") == []
    assert agent.get(QUEUE).content.decode().count('class="due late"') == 1


def test_the_queue_finds_by_order_number_mail_imei_and_seller(agent):
    line = OrderLineFactory.create(imei="353262119044583", order__email="lena@example.com", order__number=40_129_876)
    ticket = make_ticket(line, now=clock.now())
    make_ticket(now=clock.now())

    for term in ("4012-9876", "40129876", "LENA@example", "353262119044583", line.seller.name):
        assert listed(agent, q=term) == [ticket.pk]
    assert listed(agent, q="9" * 40) == []


def test_the_queue_costs_the_same_for_two_tickets_and_for_twenty(agent, django_assert_max_num_queries):
    for _ in range(20):
        make_ticket(now=clock.now())

    with django_assert_max_num_queries(12):
        agent.get(QUEUE)


def test_today_counts_what_waits_by_what_one_may_see(agent):
    make_ticket(make_shipped_line(), now=clock.now())
    finance = Client()
    finance.force_login(make_agent(FINANCE, email="finance@example.com"))

    mine = agent.get(reverse("admin:index")).content.decode()
    theirs = finance.get(reverse("admin:index")).content.decode()

    assert "Tickets to answer" in mine
    assert "Payouts waiting" not in mine
    assert "Payouts waiting" in theirs
    assert "Tickets to answer" not in theirs
