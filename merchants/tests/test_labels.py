import pytest
from django.urls import reverse

from backmarket.notify.models import Message
from catalog.tests.factories import make_listing
from checkout.enums import LabelState
from checkout.models import ShippingLabel
from checkout.tests.factories import IMEI, accept, paid_order
from merchants.enums import Role

from .factories import office_of

pytestmark = pytest.mark.django_db(transaction=True)
KEY = "8f6f2f9e-5c1b-4d0e-9f5e-0d9f5c0b7d11"


def accepted_line(listing=None):
    line = paid_order(*([listing] if listing else [])).lines.get()
    accept(line)
    line.refresh_from_db()
    return line


def url_of(name, line, *more):
    return reverse(f"office:{name}", args=[line.order.number, *more])


def wanted(*lines, **changes):
    items = {f"label-in_{line.pk}": "on" for line in lines}
    return {"label-key": KEY, "label-carrier": "colissimo", "label-weight_g": "480", **items, **changes}


def make(line, office, **changes):
    office.post(url_of("make_label", line), wanted(line, **changes))
    return ShippingLabel.objects.get()


def test_a_label_is_made_printed_and_sent_with_its_number_filled_in():
    line = accepted_line()
    office = office_of(line.seller, Role.ORDERS)

    label = make(line, office)
    page = office.get(url_of("order", line)).content.decode()
    file = office.get(url_of("label", line, label.public_id))
    sent = {"carrier": label.carrier, "tracking_number": label.tracking_number}
    office.post(url_of("ship", line), {**sent, f"send_{line.pk}": "on", f"number_{line.pk}": IMEI})

    assert f'value="{label.tracking_number}"' in page
    assert "Make the label" not in page
    assert file["Content-Type"] == "application/pdf"
    assert label.tracking_number in file["Content-Disposition"]
    line.refresh_from_db()
    assert line.parcel.label == label
    assert "Print label again" in office.get(url_of("order", line)).content.decode()
    assert not Message.objects.filter(kind="parcel_late").exists()


def test_a_label_sent_twice_is_one():
    line = accepted_line()
    office = office_of(line.seller)

    make(line, office)
    make(line, office)

    assert ShippingLabel.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"label-weight_g": "0"}, "The weight is a whole number of grams"),
        ({"label-weight_g": "heavy"}, "The weight is a whole number of grams"),
        ({"label-weight_g": ""}, "Enter what the parcel weighs."),
        ({"label-carrier": "pigeon"}, "pigeon"),
        ({"label-key": "x"}, "UUID"),
    ],
)
def test_what_is_typed_wrong_is_said_and_nothing_is_made(changes, words):
    line = accepted_line()

    answer = office_of(line.seller).post(url_of("make_label", line), wanted(line, **changes))

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not ShippingLabel.objects.exists()


def test_a_parcel_of_nothing_gets_no_label():
    line = accepted_line()

    answer = office_of(line.seller).post(url_of("make_label", line), wanted())

    assert answer.status_code == 422
    assert "Choose at least one item for this parcel." in answer.content.decode()


def test_a_label_is_cancelled_and_another_can_be_made():
    line = accepted_line()
    office = office_of(line.seller)
    label = make(line, office)

    office.post(url_of("void_label", line, label.public_id))

    label.refresh_from_db()
    page = office.get(url_of("order", line)).content.decode()
    assert label.state == LabelState.VOIDED
    assert "Make the label" in page
    assert office.get(url_of("label", line, label.public_id)).status_code == 404


def test_anothers_label_is_as_if_it_were_not_there():
    line, other = accepted_line(), accepted_line(make_listing())
    label = make(line, office_of(line.seller))
    stranger = office_of(other.seller)

    answers = [
        stranger.get(url_of("label", line, label.public_id)),
        stranger.get(url_of("label", other, label.public_id)),
        stranger.post(url_of("void_label", line, label.public_id)),
        stranger.post(url_of("void_label", other, label.public_id)),
        stranger.post(url_of("make_label", line), wanted(line)),
        stranger.post(url_of("make_label", other), wanted(line)),
    ]

    label.refresh_from_db()
    assert [answer.status_code for answer in answers] == [404, 404, 404, 404, 404, 422]
    assert (label.state, ShippingLabel.objects.count()) == (LabelState.BOUGHT, 1)


def test_who_may_only_read_makes_no_label():
    line = accepted_line()

    answer = office_of(line.seller, Role.READ_ONLY).post(url_of("make_label", line), wanted(line))

    assert answer.status_code in (403, 404)
    assert not ShippingLabel.objects.exists()
