"""Status reports of credit transfers: ISO 20022 pain.002, versions 001.03 and 001.10, read as a stream."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import IO

from .facts import reference
from .reading import MAX_BYTES, BankFileFactError, Element, children, elements, text_at

NAMESPACES = tuple(f"urn:iso:std:iso:20022:tech:xsd:pain.002.001.{version}" for version in ("10", "03"))
REJECTED = "RJCT"
CODE_LENGTH = 4


class StatusLevel(StrEnum):
    """What a status is about: the file, one payment information block of it, or one transfer."""

    GROUP = "group"
    BATCH = "batch"
    TRANSACTION = "transaction"


@dataclass(frozen=True, slots=True)
class TransferStatus:
    """
    What the bank says of a transfer, or of all transfers of a batch or a file.

    `status` is an ISO code as it came (ACCP accepted, ACSC settled, PDNG pending, PART partly, RJCT rejected, …): one
    that nobody knows yet is kept, not refused. `reason` is an ISO code such as AC04 or the bank's own word; `text` is
    what it adds in words. A group says nothing of its batches where `status` is empty.
    """

    level: StatusLevel
    original_message_id: str
    status: str
    batch_id: str = ""
    end_to_end_id: str = ""
    reason: str = ""
    text: str = ""

    @property
    def is_rejected(self) -> bool:
        return self.status == REJECTED


def read_status_report(stream: IO[bytes], *, max_bytes: int = MAX_BYTES) -> Iterator[TransferStatus]:
    """
    Yield what a report says, the file's status first, then each batch's before those of its transfers.

    A level without a status of its own is not yielded; a transfer without one has its batch's, else the file's.

    :raises BankFileFactError: no original message is named, or a transfer has neither an id nor any status
    :raises BankFileError: the file itself cannot be read
    """
    reading = _Reading()
    for event, name, element in elements(
        stream,
        namespaces=NAMESPACES,
        records=("OrgnlGrpInfAndSts", "TxInfAndSts"),
        containers=("OrgnlPmtInfAndSts",),
        max_bytes=max_bytes,
    ):
        yield from reading.take(event, name, element)
    reading.require_group()


class _Reading:
    """The file's and the batch's status that transfers below them fall back to."""

    def __init__(self) -> None:
        self.group: TransferStatus | None = None
        self.batch: TransferStatus | None = None

    def take(self, event: str, name: str, element: Element) -> Iterator[TransferStatus]:
        match event, name:
            case "end", "OrgnlGrpInfAndSts":
                self.group = _group(element)
                yield from _with_status(self.group)
            case "start", "OrgnlPmtInfAndSts":
                self.batch = None
            case "start", "TxInfAndSts":
                # All that stands before the first transfer is whole by now.
                yield from self.head_of_batch(element.getparent())
            case "end", "TxInfAndSts":
                yield _transaction(element, self.batch, self.require_group())
            case "end", "OrgnlPmtInfAndSts":
                yield from self.head_of_batch(element)

    def head_of_batch(self, element: Element) -> Iterator[TransferStatus]:
        if self.batch is None:
            self.batch = _batch(element, self.require_group())
            yield from _with_status(self.batch)

    def require_group(self) -> TransferStatus:
        if self.group is None:
            raise BankFileFactError(missing="OrgnlGrpInfAndSts")
        return self.group


def _with_status(status: TransferStatus) -> list[TransferStatus]:
    return [status] if status.status else []


def _group(element: Element) -> TransferStatus:
    message_id = text_at(element, "OrgnlMsgId")
    if not message_id:
        raise BankFileFactError(missing="OrgnlMsgId")
    reason, text = _reason(element)
    return TransferStatus(StatusLevel.GROUP, message_id, _code(text_at(element, "GrpSts")), reason=reason, text=text)


def _batch(element: Element, group: TransferStatus) -> TransferStatus:
    reason, text = _reason(element)
    return TransferStatus(
        StatusLevel.BATCH,
        group.original_message_id,
        _code(text_at(element, "PmtInfSts")),
        batch_id=text_at(element, "OrgnlPmtInfId"),
        reason=reason,
        text=text,
    )


def _transaction(element: Element, batch: TransferStatus | None, group: TransferStatus) -> TransferStatus:
    above = batch if batch and batch.status else group
    end_to_end_id = reference(text_at(element, "OrgnlEndToEndId"))
    own = _code(text_at(element, "TxSts"))
    status = own or above.status
    if not end_to_end_id or not status:
        raise BankFileFactError(end_to_end_id=end_to_end_id, status=status)
    reason, text = _reason(element)
    if not own and not reason:
        reason, text = above.reason, above.text
    return TransferStatus(
        StatusLevel.TRANSACTION,
        group.original_message_id,
        status,
        batch.batch_id if batch else "",
        end_to_end_id,
        reason,
        text,
    )


def _code(text: str) -> str:
    if text and not (len(text) == CODE_LENGTH and text.isascii() and text.isalpha() and text.isupper()):
        raise BankFileFactError(status=text[:40])
    return text


def _reason(element: Element) -> tuple[str, str]:
    """Return the first reason code, and all words that go with any."""
    details = children(element, "StsRsnInf")
    codes = [code for detail in details if (code := text_at(detail, "Rsn/Cd", "Rsn/Prtry"))]
    words = [" ".join((line.text or "").split()) for detail in details for line in children(detail, "AddtlInf")]
    return (codes[0] if codes else ""), " ".join(filter(None, words))
