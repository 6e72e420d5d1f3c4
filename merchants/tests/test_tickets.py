import pytest
from django.urls import reverse

from backmarket.core.actors import Actor
from care.enums import AuthorKind, TicketState
from care.models import Attachment, Message
from care.services import tickets
from care.tests.conftest import private_files  # noqa: F401 — a fixture
from care.tests.factories import make_ticket, picture
from checkout.tests.factories import shipped_line
from merchants.enums import Role
from merchants.models import Membership

from .factories import office_of

pytestmark = pytest.mark.django_db


def url_of(ticket):
    return reverse("office:ticket", args=[ticket.public_id])


def test_the_seller_answers_and_it_is_the_shoppers_turn():
    ticket = make_ticket(shipped_line())
    office = office_of(ticket.seller, Role.CARE)

    response = office.post(url_of(ticket), {"text": "We are sending a new battery."})

    assert (response.status_code, response["Location"]) == (302, url_of(ticket))
    ticket.refresh_from_db()
    message = ticket.messages.get(author_kind="seller")
    assert ticket.state == TicketState.WAITING_SHOPPER
    assert (message.author_kind, message.author_name) == ("seller", ticket.seller.name)
    assert message.author_user_id == Membership.objects.get().user_id
    assert "We are sending a new battery." in office.get(url_of(ticket)).content.decode()


def test_a_photo_of_the_answer_is_shown_through_cares_own_address(private_files):  # noqa: F811
    ticket = make_ticket(shipped_line())
    office = office_of(ticket.seller, Role.CARE)

    office.post(url_of(ticket), {"text": "This is the label.", "photos": picture()})

    photo = Attachment.objects.get()
    page = office.get(url_of(ticket)).content.decode()
    address = reverse("care:photo", args=[photo.public_id])
    assert address.split("/", 2)[2] in page
    assert office.get(address).status_code == 200
    assert len(private_files()) == 1


@pytest.mark.parametrize("body", [{"text": "  "}, {"text": "x" * 5001}, {}])
def test_an_answer_without_words_is_refused(body):
    ticket = make_ticket(shipped_line())

    response = office_of(ticket.seller).post(url_of(ticket), body)

    assert response.status_code == 422
    assert Message.objects.count() == 1


def test_notes_of_support_are_not_for_the_seller():
    ticket = make_ticket(shipped_line())
    tickets.reply(
        ticket_id=ticket.pk,
        author_kind=AuthorKind.AGENT,
        author_name="Jonas",
        text="The seller is slow today.",
        photos=[],
        actor=Actor.system("test"),
        now=ticket.opened_at,
        is_internal=True,
    )

    page = office_of(ticket.seller).get(url_of(ticket)).content.decode()

    assert "slow today" not in page


def test_tickets_stand_where_their_turn_says():
    ticket = make_ticket(shipped_line())
    office = office_of(ticket.seller)
    own = reverse("office:tickets")

    before = [list(office.get(f"{own}?tab={tab}").context["page"]) for tab in ("to_answer", "waiting")]
    office.post(url_of(ticket), {"text": "Done."})
    after = [list(office.get(f"{own}?tab={tab}").context["page"]) for tab in ("to_answer", "waiting")]

    assert (before, after) == ([[ticket], []], [[], [ticket]])
