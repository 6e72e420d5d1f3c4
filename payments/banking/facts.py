"""Facts as bank files write them: amounts to minor units, dates, references."""

import re
from datetime import date

from backmarket.core.money import MINOR_DIGITS, Money

from .reading import BankFileFactError, Element, children, text_at

# What a bank writes where the payer gave no reference.
NOT_PROVIDED = "NOTPROVIDED"
# 18 digits in all is the most that ISO 20022 allows; it fits the ledger's 64 bits.
AMOUNT = re.compile(r"[0-9]{1,18}(\.[0-9]{1,5})?")


def amount_at(element: Element, path: str = "Amt") -> Money | None:
    """
    Return the unsigned amount at a path, None where there is none.

    :raises BankFileFactError: it is no amount, finer than a minor unit, or of a currency that is not known
    """
    found = children(element, path)
    if not found:
        return None
    text, currency = (found[0].text or "").strip(), found[0].get("Ccy", "")
    if not AMOUNT.fullmatch(text) or currency not in MINOR_DIGITS:
        raise BankFileFactError(amount=text[:40], currency=currency[:10])
    try:
        return Money.parse(text, currency)
    except ValueError as error:
        raise BankFileFactError(amount=text, currency=currency) from error


def signed_amount_at(element: Element) -> Money:
    """Return the amount of a balance or an entry, credits positive; both facts are compulsory."""
    amount = amount_at(element)
    if amount is None:
        raise BankFileFactError(missing="Amt")
    return signed(amount, text_at(element, "CdtDbtInd"))


def signed(amount: Money, indicator: str) -> Money:
    """:raises BankFileFactError: the indicator is neither CRDT nor DBIT"""
    if indicator not in {"CRDT", "DBIT"}:
        raise BankFileFactError(indicator=indicator[:10])
    return amount if indicator == "CRDT" else -amount


def date_at(element: Element, path: str) -> date | None:
    """
    Return the day at a path that holds either a date or an instant, None where there is neither.

    The day of an instant is the bank's own, whatever its offset.

    :raises BankFileFactError: it is no date
    """
    text = text_at(element, f"{path}/Dt", f"{path}/DtTm")
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise BankFileFactError(date=text[:40]) from error


def reference(text: str) -> str:
    return "" if text == NOT_PROVIDED else text
