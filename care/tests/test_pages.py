"""A shopper's pages through HTTP: who may open them, what they refuse, what they write."""

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from backmarket.accounts.models import User
from backmarket.core.actors import Actor
from care import slots
from care.enums import AuthorKind
from care.models import Attachment, Ticket
from care.services import tickets
from care.services.photos import store_photos
from checkout.enums import LineState
from checkout.selectors import orders

from .factories import NOW, OrderFactory, OrderLineFactory, make_agent, make_ticket, picture
from .test_photos import HTML, SVG, huge_png, upload

pytestmark = pytest.mark.django_db


def url(name, *args):
    with translation.override("en-gb"):
        return reverse(name, args=args)


def help_url(line):
    return url("care:open", line.order.public_id, line.public_id)


@pytest.fixture
def line():
    return OrderLineFactory.create()


@pytest.fixture
def shopper(client, line):
    """A guest whose session placed the order."""
    session = client.session
    session[orders.SESSION_KEY] = [str(line.order.public_id)]
    session.save()
    return client


def words(**fields):
    return {"issue": "battery", "wished_outcome": "refund", "text": "Empty after three hours.", **fields}


def test_a_shopper_chooses_an_issue_reads_its_steps_and_opens_a_ticket(shopper, line, private_files):
    choice = shopper.get(help_url(line))
    assert choice.content.decode().count('name="issue"') == 10

    steps = shopper.get(help_url(line), {"issue": "battery"})
    assert "Maximum capacity" in steps.content.decode()

    sent = shopper.post(help_url(line), words(photos=[picture(), picture("two.png", kind="PNG")]))

    ticket = Ticket.objects.get()
    assert sent.status_code == 302
    assert sent.url == url("care:ticket", ticket.public_id)
    assert (ticket.issue, ticket.wished_outcome, ticket.seller) == ("battery", "refund", line.seller)
    assert ticket.messages.get().attachments.count() == len(private_files()) == 2
    page = shopper.get(sent.url).content.decode()
    assert "Empty after three hours." in page
    assert f"{line.seller.name} answers by " in page


def test_an_open_ticket_is_shown_instead_of_a_second_form(shopper, line):
    ticket = make_ticket(line)

    assert shopper.get(help_url(line)).url == url("care:ticket", ticket.public_id)
    assert shopper.post(help_url(line), words()).url == url("care:ticket", ticket.public_id)

    assert Ticket.objects.count() == 1


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(words(issue="haunted"), id="unknown issue"),
        pytest.param(words(wished_outcome="gold"), id="unknown outcome"),
        pytest.param(words(text="  "), id="no text"),
        pytest.param(words(text="a" * 5001), id="too long"),
        pytest.param(words(photos=[upload(SVG, "x.svg", "image/svg+xml")]), id="svg"),
        pytest.param(words(photos=[picture(), upload(HTML)]), id="html"),
        pytest.param(words(photos=[upload(huge_png())]), id="50k x 50k"),
        pytest.param(words(photos=[upload(b"0" * (8 * 1024 * 1024 + 1))]), id="too big"),
        pytest.param(words(photos=[picture() for _ in range(7)]), id="too many"),
    ],
)
def test_what_is_refused_writes_neither_ticket_nor_file(shopper, line, private_files, bad):
    refused = shopper.post(help_url(line), bad)

    assert refused.status_code in (200, 422)
    assert not Ticket.objects.exists()
    assert private_files() == []


def test_an_unpaid_item_has_no_help_yet(shopper, line):
    line.state = LineState.UNPAID
    line.save()

    assert shopper.get(help_url(line)).status_code == 302
    shopper.post(help_url(line), words())

    assert not Ticket.objects.exists()


def strangers(line):
    """Anonymous, another shopper with an order, and a signed-in stranger."""
    other_session, account = Client(), Client()
    session = other_session.session
    session[orders.SESSION_KEY] = [str(OrderFactory.create().public_id)]
    session.save()
    account.force_login(User.objects.create_user("other@example.com", "secret"))
    return [Client(), other_session, account]


def test_strangers_find_neither_form_nor_ticket_nor_photo(line, private_files):
    ticket = make_ticket(line)
    (photo,) = store_photos([picture()], now=NOW)
    attachment = Attachment.objects.create(
        message=ticket.messages.get(), key=photo.key, width=photo.width, height=photo.height
    )
    before = Ticket.objects.values().get()

    for client in strangers(line):
        answers = [
            client.get(help_url(line)),
            client.post(help_url(line), words()),
            client.get(url("care:ticket", ticket.public_id)),
            client.get(url("care:ticket", ticket.public_id), {"key": "forged"}),
            client.post(url("care:ticket", ticket.public_id), {"text": "Mine now"}),
            client.post(url("care:escalate", ticket.public_id)),
            client.post(url("care:solve", ticket.public_id)),
            client.get(url("care:photo", attachment.public_id)),
            client.get(url("care:photo", uuid4())),
        ]
        assert [answer.status_code for answer in answers] == [404] * len(answers)

    assert Ticket.objects.values().get() == before
    assert ticket.messages.count() == 1


def test_a_line_of_another_order_does_not_exist_under_ones_own(shopper, line):
    other = OrderLineFactory.create()

    answer = shopper.get(url("care:open", line.order.public_id, other.public_id))

    assert answer.status_code == 404


def test_the_accounts_owner_and_the_mails_signed_link_open_the_ticket(line):
    ticket = make_ticket(line)
    page = url("care:ticket", ticket.public_id)
    owner, guest = Client(), Client()
    user = User.objects.create_user("maren@example.com", "secret")
    line.order.user = user
    line.order.save()
    owner.force_login(user)

    assert owner.get(page).status_code == 200
    assert guest.get(page, {"key": orders.signed_key(line.order)})["Location"] == page
    assert guest.get(page).status_code == 200


def test_a_key_of_another_order_opens_nothing(line):
    ticket = make_ticket(line)

    answer = Client().get(url("care:ticket", ticket.public_id), {"key": orders.signed_key(OrderFactory.create())})

    assert answer.status_code == 404


def test_internal_notes_stay_inside(shopper, line):
    ticket = make_ticket(line)
    tickets.reply(
        ticket_id=ticket.pk,
        author_kind=AuthorKind.AGENT,
        author_name="Jonas",
        text="canary-note",
        photos=[],
        actor=Actor.system("test"),
        now=NOW,
        is_internal=True,
    )

    assert "canary-note" not in shopper.get(url("care:ticket", ticket.public_id)).content.decode()


def test_the_shopper_answers_asks_the_marketplace_in_and_says_that_it_is_solved(shopper, line):
    ticket = make_ticket(line)
    page = url("care:ticket", ticket.public_id)

    assert shopper.post(page, {"text": "Still empty."}).url == page
    assert shopper.post(page, {"text": " "}).status_code == 422
    assert [m.text for m in ticket.messages.all()] == ["Empty after three hours.", "Still empty."]

    shopper.post(url("care:escalate", ticket.public_id))
    ticket.refresh_from_db()
    assert ticket.state == "escalated"
    assert "Our support decides" in shopper.get(page).content.decode()

    shopper.post(url("care:solve", ticket.public_id))
    ticket.refresh_from_db()
    assert (ticket.state, ticket.resolution) == ("resolved", "Solved, as you told us")


def test_a_photo_is_served_as_a_private_download_that_no_browser_runs(shopper, line, private_files, monkeypatch):
    ticket = make_ticket(line)
    (photo,) = store_photos([picture()], now=NOW)
    attachment = Attachment.objects.create(
        message=ticket.messages.get(), key=photo.key, width=photo.width, height=photo.height
    )
    address = url("care:photo", attachment.public_id)

    answer = shopper.get(address)

    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/jpeg"
    assert re.fullmatch(r'attachment; filename="[0-9a-f-]{36}\.jpg"', answer["Content-Disposition"])
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, max-age=300"
    assert b"".join(answer.streaming_content) == private_files()[0].read_bytes()

    # Support staff and the people of its seller see it too, those of another seller do not.
    agent, seller, other = Client(), Client(), Client()
    agent.force_login(make_agent())
    people = {name: User.objects.create_user(f"{name}@example.com", "secret") for name in ("seller", "other")}
    seller.force_login(people["seller"])
    other.force_login(people["other"])
    work = {people["seller"].pk: [line.seller_id], people["other"].pk: [OrderLineFactory.create().seller_id]}
    monkeypatch.setattr(slots, "_sellers", [lambda request: work.get(request.user.pk, [])])
    assert [client.get(address).status_code for client in (agent, seller, other)] == [200, 200, 404]


def test_the_order_page_leads_to_the_ticket(shopper, line):
    ticket = make_ticket(line)

    page = shopper.get(url("checkout:order", line.order.public_id)).content.decode()

    assert url("care:ticket", ticket.public_id) in page
