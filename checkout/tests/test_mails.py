import pytest

from backmarket.core import outbox
from backmarket.core.money import Money
from backmarket.notify.models import Message
from catalog.tests.factories import NOW, make_listing
from checkout import slots
from checkout.services import refunds

from .factories import ACTOR, paid_order, shipped_line

pytestmark = pytest.mark.django_db


def mail_of(kind):
    outbox.drain(now=NOW)
    return Message.objects.get(kind=kind)


def test_each_seller_is_told_of_its_own_lines_only(monkeypatch):
    monkeypatch.setattr(slots, "_contacts", [lambda seller_id: [(f"seller{seller_id}@example.org", "en-gb")]])
    first, second = make_listing(), make_listing()

    order = paid_order(first, second)
    outbox.drain(now=NOW)

    for listing, other in ((first, second), (second, first)):
        mail = Message.objects.get(to=f"seller{listing.seller_id}@example.org")
        for body in (mail.text, mail.html):
            assert listing.sku.product.full_name in body
            assert other.sku.product.full_name not in body
            assert "ada@example.org" not in body
        assert f"/office/orders/{order.number}/" in mail.text


def test_a_mail_that_a_seller_cannot_get_keeps_none_from_the_shopper(monkeypatch):
    def fail(seller_id):
        raise RuntimeError("no contacts today")

    monkeypatch.setattr(slots, "_contacts", [fail])
    paid_order()

    with pytest.raises(RuntimeError, match="no contacts today"):
        outbox.drain(now=NOW)

    assert Message.objects.filter(kind="order_confirmed").count() == 1


def test_the_shopper_can_follow_the_parcel_from_the_mail():
    line = shipped_line()

    mail = mail_of("parcel_shipped")

    assert mail.to == line.order.email
    assert f"6A{line.pk:011d}" in mail.text
    assert line.title in mail.html


def test_a_refund_is_told_with_its_amount():
    line = shipped_line()
    refunds.refund_line(
        line_id=line.pk,
        amount=Money(12_000, "EUR"),
        reason="scratched",
        borne_by="seller",
        actor=ACTOR,
        key="k1",
        now=NOW,
    )

    mail = mail_of("line_refunded")

    assert "120,00\xa0€" in mail.text
    assert "120,00\xa0€" in mail.html


def test_mails_speak_the_shoppers_language():
    order = paid_order()
    type(order).objects.update(locale="fr-fr")

    mail = mail_of("order_confirmed")

    assert mail.locale == "fr-fr"
    assert f"/fr-fr/orders/{order.public_id}/?key=" in mail.text
