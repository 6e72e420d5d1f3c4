"""The cards the test bank issued, and how each behaves."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Behaviour(StrEnum):
    CHARGED = "charged"
    CHALLENGED = "challenged"
    DECLINED = "declined"
    NO_FUNDS = "insufficient_funds"
    TIMES_OUT = "times_out"
    REFUND_FAILS = "refund_fails"
    DECLINED_LATER = "declined_later"


@dataclass(frozen=True, slots=True)
class TestCard:
    number: str
    behaviour: Behaviour
    meaning: str | Promise

    @property
    def digits(self) -> str:
        return self.number.replace(" ", "")

    @property
    def last4(self) -> str:
        return self.number[-4:]

    @property
    def brand(self) -> str:
        return {"3": "amex", "5": "mastercard"}.get(self.number[0], "visa")


CARDS = (
    TestCard("4242 4242 4242 4242", Behaviour.CHARGED, _("is charged")),
    TestCard("4000 0027 6000 3184", Behaviour.CHALLENGED, _("asks for 3-D Secure, then is charged")),
    TestCard("4000 0000 0000 0002", Behaviour.DECLINED, _("is declined")),
    TestCard("4000 0000 0000 9995", Behaviour.NO_FUNDS, _("is declined for lack of funds")),
    TestCard("4000 0000 0000 0341", Behaviour.TIMES_OUT, _("times out after the money was taken")),
    TestCard("4000 0000 0000 5126", Behaviour.REFUND_FAILS, _("is charged, but refunds to it fail")),
    TestCard("4000 0000 0000 9987", Behaviour.DECLINED_LATER, _("is charged, but declined once it is kept")),
)
BY_DIGITS = {card.digits: card for card in CARDS}
BY_LAST4 = {card.last4: card for card in CARDS}
