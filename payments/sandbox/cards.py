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


@dataclass(frozen=True, slots=True)
class TestCard:
    number: str
    behaviour: Behaviour
    meaning: str | Promise

    @property
    def digits(self) -> str:
        return self.number.replace(" ", "")


CARDS = (
    TestCard("4242 4242 4242 4242", Behaviour.CHARGED, _("is charged")),
    TestCard("4000 0027 6000 3184", Behaviour.CHALLENGED, _("asks for 3-D Secure, then is charged")),
    TestCard("4000 0000 0000 0002", Behaviour.DECLINED, _("is declined")),
    TestCard("4000 0000 0000 9995", Behaviour.NO_FUNDS, _("is declined for lack of funds")),
    TestCard("4000 0000 0000 0341", Behaviour.TIMES_OUT, _("times out after the money was taken")),
    TestCard("4000 0000 0000 5126", Behaviour.REFUND_FAILS, _("is charged, but refunds to it fail")),
)
BY_DIGITS = {card.digits: card for card in CARDS}
