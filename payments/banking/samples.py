"""Files as banks write them, for the sandbox bank and the tests; what is written reads back the same."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import groupby
from typing import IO, Any

from lxml import etree

from backmarket.core.money import Money

from .camt053 import NAMESPACES as STATEMENT_NAMESPACES
from .camt053 import Statement, StatementLine
from .facts import NOT_PROVIDED
from .pain002 import NAMESPACES as REPORT_NAMESPACES
from .pain002 import StatusLevel, TransferStatus
from .reading import Element

# Bank transaction codes: a received and an issued SEPA credit transfer.
FAMILY = {True: "RCDT", False: "ICDT"}


def write_statement(
    stream: IO[bytes],
    statement: Statement,
    lines: Iterable[StatementLine],
    *,
    created_at: datetime,
    opening_date: date,
    closing_date: date,
) -> None:
    """
    Write a camt.053.001.08 file of one statement, line by line.

    Lines of the same `entry_number` follow each other and become one entry, booked as a batch. Balances are written as
    they are given, also where the lines do not lead from one to the other.
    """
    with _document(stream, STATEMENT_NAMESPACES[0], "BkToCstmrStmt") as file:
        file.write(_tree("GrpHdr", MsgId=statement.statement_id, CreDtTm=_instant(created_at)))
        with file.element("Stmt"):
            file.write(_leaf("Id", statement.statement_id))
            if statement.sequence_number is not None:
                file.write(_leaf("ElctrncSeqNb", str(statement.sequence_number)))
            file.write(_leaf("CreDtTm", _instant(created_at)))
            file.write(_tree("Acct", Id={"IBAN": statement.iban}, Ccy=statement.currency))
            file.write(_balance("OPBD", statement.opening, opening_date))
            file.write(_balance("CLBD", statement.closing, closing_date))
            for _number, parts in groupby(lines, key=lambda line: line.entry_number):
                file.write(_entry(list(parts), statement.iban))


def write_status_report(
    stream: IO[bytes], statuses: Sequence[TransferStatus], *, message_id: str, created_at: datetime
) -> None:
    """
    Write a pain.002.001.10 file about one original message.

    Transactions stand in the batch that they name, whether or not the batch has a status of its own.
    """
    with _document(stream, REPORT_NAMESPACES[0], "CstmrPmtStsRpt") as file:
        file.write(_tree("GrpHdr", MsgId=message_id, CreDtTm=_instant(created_at)))
        group = next((status for status in statuses if status.level == StatusLevel.GROUP), None)
        original = {"OrgnlMsgId": statuses[0].original_message_id, "OrgnlMsgNmId": "pain.001.001.09"}
        file.write(_tree("OrgnlGrpInfAndSts", **original, **_status("GrpSts", group)))
        below = [status for status in statuses if status.level != StatusLevel.GROUP]
        for batch_id, members in groupby(below, key=lambda status: status.batch_id):
            together = list(members)
            batch = next((status for status in together if status.level == StatusLevel.BATCH), None)
            with file.element("OrgnlPmtInfAndSts"):
                for child in _tree("_", OrgnlPmtInfId=batch_id, **_status("PmtInfSts", batch)):
                    file.write(child)
                for status in together:
                    if status.level == StatusLevel.TRANSACTION:
                        identity = {"OrgnlEndToEndId": status.end_to_end_id}
                        file.write(_tree("TxInfAndSts", **identity, **_status("TxSts", status)))


@contextmanager
def _document(stream: IO[bytes], namespace: str, message: str) -> Iterator[Any]:
    with etree.xmlfile(stream, encoding="UTF-8") as file:
        file.write_declaration()
        # Elements without a namespace of their own are read in the default one.
        with file.element("Document", {"xmlns": namespace}), file.element(message):
            yield file


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _leaf(name: str, text: str, **attributes: str) -> Element:
    element = etree.Element(name, attributes)
    element.text = text
    return element


def _tree(name: str, **content: Any) -> Element:
    """Nest texts, amounts and groups by their names, in the order given; what is empty is left out."""
    element = etree.Element(name)
    for child, value in content.items():
        if isinstance(value, Money):
            element.append(_leaf(child, str(abs(value.decimal)), Ccy=value.currency))
        elif isinstance(value, dict):
            below = _tree(child, **value)
            if len(below):
                element.append(below)
        elif value:
            element.append(_leaf(child, value))
    return element


def _side(amount: Money) -> str:
    return "DBIT" if amount.amount_minor < 0 else "CRDT"


def _balance(code: str, amount: Money, day: date) -> Element:
    kind = {"CdOrPrtry": {"Cd": code}}
    return _tree("Bal", Tp=kind, Amt=amount, CdtDbtInd=_side(amount), Dt={"Dt": day.isoformat()})


def _entry(parts: list[StatementLine], own_iban: str) -> Element:
    first = parts[0]
    amount = Money.total((part.amount for part in parts), first.amount.currency)
    family = {"Cd": FAMILY[amount.amount_minor >= 0], "SubFmlyCd": "ESCT"}
    entry = _tree(
        "Ntry",
        Amt=amount,
        CdtDbtInd=_side(amount),
        Sts={"Cd": "BOOK"},
        BookgDt={"Dt": first.booking_date.isoformat()},
        ValDt={"Dt": first.value_date.isoformat()},
        AcctSvcrRef=first.bank_reference,
        BkTxCd={"Domn": {"Cd": "PMNT", "Fmly": family}},
    )
    details = etree.SubElement(entry, "NtryDtls")
    if len(parts) > 1:
        details.append(_tree("Btch", PmtInfId=first.batch_id, NbOfTxs=str(len(parts))))
    for part in parts:
        details.append(_part(part, own_iban))
    return entry


def _part(line: StatementLine, own_iban: str) -> Element:
    came_in = line.amount.amount_minor >= 0
    other, own = ("Dbtr", "Cdtr") if came_in != bool(line.return_reason) else ("Cdtr", "Dbtr")
    parties: dict[str, Any] = {
        other: {"Pty": {"Nm": line.counterparty_name}},
        f"{other}Acct": {"Id": {"IBAN": line.counterparty_iban}},
        f"{own}Acct": {"Id": {"IBAN": own_iban}},
    }
    order = ("Dbtr", "DbtrAcct", "Cdtr", "CdtrAcct")
    return _tree(
        "TxDtls",
        Refs={
            "AcctSvcrRef": line.bank_reference,
            "PmtInfId": line.batch_id,
            "EndToEndId": line.end_to_end_id or NOT_PROVIDED,
        },
        Amt=line.amount,
        CdtDbtInd=_side(line.amount),
        RltdPties={role: parties[role] for role in order if role in parties},
        RmtInf={"Ustrd": line.remittance},
        RtrInf={"Rsn": {"Cd": line.return_reason}},
    )


def _status(name: str, status: TransferStatus | None) -> dict[str, Any]:
    if status is None:
        return {}
    return {name: status.status, "StsRsnInf": {"Rsn": {"Cd": status.reason}, "AddtlInf": status.text}}
