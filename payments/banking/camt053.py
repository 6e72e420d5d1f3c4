"""Bank statements: ISO 20022 camt.053, versions 001.02 and 001.08, read as a stream and checked to the cent."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import IO

from django.utils.translation import gettext_lazy as _

from backmarket.core.money import Money

from .facts import amount_at, date_at, reference, signed, signed_amount_at
from .reading import MAX_BYTES, BankFileError, BankFileFactError, Element, children, elements, text_at

NAMESPACES = tuple(f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}" for version in ("08", "02"))
# Booked balances: the opening one, which some banks only give as the one before it, and the closing one.
OPENING = ("OPBD", "PRCD")
CLOSING = ("CLBD",)
# The batch that a group of parts came in, seen from the group or, where it has no parts, from the entry.
BATCH_PATHS = {True: "Btch/PmtInfId", False: "NtryDtls/Btch/PmtInfId"}


class StatementTotalsError(BankFileError):
    code = "statement_totals"
    message = _("The entries of this statement do not lead from its opening to its closing balance.")


class EntryDetailsError(BankFileError):
    code = "statement_entry_details"
    message = _("The parts of a collected entry do not add up to it.")


class StatementCurrencyError(BankFileError):
    code = "statement_currency"
    message = _("This statement has amounts in another currency than its account.")


@dataclass(frozen=True, slots=True)
class Statement:
    """The head of a statement: one account, one period; balances are signed, credit positive."""

    statement_id: str
    iban: str
    opening: Money
    closing: Money
    sequence_number: int | None = None

    @property
    def currency(self) -> str:
        return self.opening.currency


@dataclass(frozen=True, slots=True)
class StatementLine:
    """
    One movement: an entry, or one part of an entry that the bank booked as a batch.

    `amount` is signed: positive came in. `entry_number` counts the booked entries of the statement and `part_number`
    the parts of an entry, both from 1; together they name a line where the bank gives no reference. References are
    empty where there are none. `return_reason` is an ISO code such as AC04 and filled on returned transfers alone.
    """

    entry_number: int
    part_number: int
    booking_date: date
    value_date: date
    amount: Money
    bank_reference: str = ""
    batch_id: str = ""
    end_to_end_id: str = ""
    counterparty_name: str = ""
    counterparty_iban: str = ""
    remittance: str = ""
    return_reason: str = ""


def read_statement(stream: IO[bytes], *, max_bytes: int = MAX_BYTES) -> Iterator[Statement | StatementLine]:
    """
    Yield each statement's head, then its booked lines in the order of the file.

    Memory does not grow with the file. Totals are known at a statement's end only, so whoever stores lines does it in
    a transaction that an error undoes. Pending and informational entries move no balance and are left out.

    :raises StatementTotalsError: opening balance and entries do not make the closing balance
    :raises EntryDetailsError: the parts of an entry do not make the entry
    :raises StatementCurrencyError: an amount is not in the account's currency
    :raises BankFileError: the file itself cannot be read
    """
    reading = _Reading()
    for event, name, element in elements(
        stream, namespaces=NAMESPACES, records=("Ntry",), containers=("Stmt",), max_bytes=max_bytes
    ):
        if name == "Stmt":
            yield from reading.start() if event == "start" else reading.end(element)
        elif name == "Ntry":
            yield from reading.entry(event, element)
    if not reading.statements:
        raise BankFileFactError(missing="Stmt")


class _Reading:
    """Where the reader stands: in no statement, before its head is whole, or among its entries."""

    def __init__(self) -> None:
        self.statements = 0
        self.inside = False
        self.known: Statement | None = None
        self.entries = 0
        self.balance_minor = 0

    def start(self) -> Iterator[Statement]:
        self.inside, self.known = True, None
        self.statements += 1
        self.entries = self.balance_minor = 0
        yield from ()

    def entry(self, event: str, element: Element) -> Iterator[Statement | StatementLine]:
        if not self.inside:
            raise BankFileFactError(missing="Stmt")
        if self.known is None:
            # All that stands before the first entry is whole by now.
            self.known = _head(element.getparent())
            yield self.known
        if event == "end" and _is_booked(element):
            self.entries += 1
            amount = _entry_amount(element, self.known)
            self.balance_minor += amount.amount_minor
            yield from _lines(element, amount, self.entries, self.known)

    def end(self, element: Element) -> Iterator[Statement]:
        if self.known is None:
            self.known = _head(element)
            yield self.known
        _check_totals(self.known, self.balance_minor)
        self.inside = False


def _head(element: Element) -> Statement:
    balances = {
        text_at(balance, "Tp/CdOrPrtry/Cd"): signed_amount_at(balance) for balance in reversed(children(element, "Bal"))
    }
    opening, closing = (
        next((balances[code] for code in codes if code in balances), None) for codes in (OPENING, CLOSING)
    )
    if opening is None or closing is None:
        raise BankFileFactError(missing="Bal", statement=text_at(element, "Id"))
    account_currency = text_at(element, "Acct/Ccy") or opening.currency
    if {opening.currency, closing.currency} != {account_currency}:
        raise StatementCurrencyError(account=account_currency, opening=str(opening), closing=str(closing))
    iban, number = text_at(element, "Acct/Id/IBAN"), text_at(element, "ElctrncSeqNb")
    if not iban or (number and not (number.isascii() and number.isdigit())):
        raise BankFileFactError(iban=iban, sequence_number=number[:40])
    return Statement(text_at(element, "Id"), iban, opening, closing, int(number[:18]) if number else None)


def _check_totals(head: Statement, balance_minor: int) -> None:
    reached = head.opening + Money(balance_minor, head.currency)
    if reached != head.closing:
        raise StatementTotalsError(
            _("Statement %(id)s: opening balance and entries make %(reached)s, its closing balance is %(closing)s.")
            % {"id": head.statement_id, "reached": reached, "closing": head.closing},
            reached_minor=reached.amount_minor,
            closing_minor=head.closing.amount_minor,
        )


def _is_booked(entry: Element) -> bool:
    # The status became a choice of code and own word after version 02.
    status = text_at(entry, "Sts/Cd", "Sts/Prtry", "Sts")
    if not status:
        raise BankFileFactError(missing="Sts")
    return status == "BOOK"


def _entry_amount(entry: Element, head: Statement) -> Money:
    amount = signed_amount_at(entry)
    _require_currency(amount, head)
    return amount


def _lines(entry: Element, amount: Money, entry_number: int, head: Statement) -> Iterator[StatementLine]:
    booked, value = date_at(entry, "BookgDt"), date_at(entry, "ValDt")
    if booked is None:
        raise BankFileFactError(missing="BookgDt", entry=entry_number)
    parts = [(group, part) for group in children(entry, "NtryDtls") for part in children(group, "TxDtls")]
    amounts = _part_amounts([part for _group, part in parts], amount, entry_number, head)
    whole = {"remittance": text_at(entry, "AddtlNtryInf")}
    for number, part_amount in enumerate(amounts, start=1):
        group, part = parts[number - 1] if parts else (None, None)
        yield StatementLine(
            entry_number=entry_number,
            part_number=number,
            booking_date=booked,
            value_date=value or booked,
            amount=part_amount,
            bank_reference=_fact(part, "Refs/AcctSvcrRef") or text_at(entry, "AcctSvcrRef"),
            batch_id=_fact(part, "Refs/PmtInfId") or _fact(group if parts else entry, BATCH_PATHS[bool(parts)]),
            **(whole if part is None else _details(part, part_amount, head)),
        )


def _fact(element: Element | None, path: str) -> str:
    return "" if element is None else text_at(element, path)


def _require_currency(amount: Money, head: Statement) -> None:
    if amount.currency != head.currency:
        raise StatementCurrencyError(account=head.currency, amount=str(amount))


def _part_amounts(parts: list[Element], whole: Money, entry_number: int, head: Statement) -> list[Money]:
    """
    Return a signed amount for each part, the entry's own where there are none or one.

    A single part may name what was sent before charges or in another currency; what was booked is the entry's.
    """
    if len(parts) <= 1:
        return [whole]
    amounts = [_part_amount(part, whole) for part in parts]
    for amount in amounts:
        if amount is None:
            raise EntryDetailsError(entry=entry_number, missing="Amt")
        _require_currency(amount, head)
    known = [amount for amount in amounts if amount is not None]
    total = Money.total(known, head.currency)
    if total != whole:
        raise EntryDetailsError(
            _("Entry %(number)s is over %(whole)s, its parts make %(total)s.")
            % {"number": entry_number, "whole": whole, "total": total},
            entry=entry_number,
        )
    return known


def _part_amount(part: Element, whole: Money) -> Money | None:
    """Version 02 knows no amount or side on a part itself: its side is then the entry's."""
    found = (amount_at(part, path) for path in ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt"))
    amount = next((amount for amount in found if amount is not None), None)
    if amount is None:
        return None
    side = text_at(part, "CdtDbtInd") or ("DBIT" if whole.amount_minor < 0 else "CRDT")
    return signed(amount, side)


def _details(part: Element, amount: Money, head: Statement) -> dict[str, str]:
    reason = text_at(part, "RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry")
    came_in = amount.amount_minor >= 0
    name, iban = _counterparty(part, "Dbtr" if came_in != bool(reason) else "Cdtr", head)
    texts = [" ".join((line.text or "").split()) for line in children(part, "RmtInf/Ustrd")]
    return {
        "end_to_end_id": reference(text_at(part, "Refs/EndToEndId")),
        "counterparty_name": name,
        "counterparty_iban": iban,
        "remittance": " ".join(filter(None, texts)) or text_at(part, "RmtInf/Strd/CdtrRefInf/Ref"),
        "return_reason": reason,
    }


def _counterparty(part: Element, expected: str, head: Statement) -> tuple[str, str]:
    """
    Name the other side. In a return the parties keep the roles of the first transfer, yet some banks swap them: who
    has this statement's own account is never the other side.
    """

    def party(role: str) -> tuple[str, str]:
        return (
            text_at(part, f"RltdPties/{role}/Pty/Nm", f"RltdPties/{role}/Nm"),
            text_at(part, f"RltdPties/{role}Acct/Id/IBAN"),
        )

    found = party(expected)
    if found[1] == head.iban or not any(found):
        other = party("Dbtr" if expected == "Cdtr" else "Cdtr")
        return other if other[1] != head.iban else ("", "")
    return found
