import itertools
from datetime import UTC, datetime
from io import BytesIO

import pytest

from payments.banking.pain002 import StatusLevel, TransferStatus, read_status_report
from payments.banking.reading import (
    BankFileFactError,
    BankFileForbiddenError,
    BankFileFormatError,
    BankFileMalformedError,
    BankFileTooLargeError,
)
from payments.banking.samples import write_status_report

GROUP, BATCH, TRANSACTION = StatusLevel.GROUP, StatusLevel.BATCH, StatusLevel.TRANSACTION


NAMED = "<OrgnlGrpInfAndSts><OrgnlMsgId>M</OrgnlMsgId></OrgnlGrpInfAndSts>"


def report(body, version="03"):
    namespace = f"urn:iso:std:iso:20022:tech:xsd:pain.002.001.{version}"
    return (
        f'<?xml version="1.0"?><Document xmlns="{namespace}"><CstmrPmtStsRpt><GrpHdr><MsgId>R</MsgId></GrpHdr>{body}'
        "</CstmrPmtStsRpt></Document>"
    ).encode()


def read(content, **limits):
    return list(read_status_report(BytesIO(content), **limits))


def test_what_is_written_is_read():
    statuses = [
        TransferStatus(GROUP, "MSG-1", "PART"),
        TransferStatus(BATCH, "MSG-1", "PART", "BATCH-1"),
        TransferStatus(TRANSACTION, "MSG-1", "ACSC", "BATCH-1", "PAYOUT-1"),
        TransferStatus(TRANSACTION, "MSG-1", "RJCT", "BATCH-1", "PAYOUT-2", "AC04", "Account closed"),
        TransferStatus(BATCH, "MSG-1", "ACCP", "BATCH-2"),
    ]
    stream = BytesIO()

    write_status_report(stream, statuses, message_id="R", created_at=datetime(2026, 11, 27, tzinfo=UTC))

    assert read(stream.getvalue()) == statuses


@pytest.mark.parametrize("version", ["03", "10"])
def test_a_rejected_file_says_why(version):
    content = report(
        "<OrgnlGrpInfAndSts><OrgnlMsgId>MSG-1</OrgnlMsgId><OrgnlMsgNmId>pain.001</OrgnlMsgNmId><GrpSts>RJCT</GrpSts>"
        "<StsRsnInf><Rsn><Cd>FF01</Cd></Rsn><AddtlInf>Not\n valid</AddtlInf><AddtlInf>at line 3</AddtlInf></StsRsnInf>"
        "</OrgnlGrpInfAndSts>",
        version,
    )

    (status,) = read(content)

    assert status == TransferStatus(GROUP, "MSG-1", "RJCT", reason="FF01", text="Not valid at line 3")
    assert status.is_rejected


def test_a_transfer_without_a_status_has_that_of_its_batch_with_the_reason():
    content = report(
        "<OrgnlGrpInfAndSts><OrgnlMsgId>M</OrgnlMsgId></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts>"
        "<OrgnlPmtInfId>B</OrgnlPmtInfId><PmtInfSts>RJCT</PmtInfSts><StsRsnInf><Rsn><Prtry>X9</Prtry></Rsn></StsRsnInf>"
        "<TxInfAndSts><OrgnlEndToEndId>E</OrgnlEndToEndId></TxInfAndSts></OrgnlPmtInfAndSts>"
    )

    assert read(content) == [
        TransferStatus(BATCH, "M", "RJCT", "B", "", "X9"),
        TransferStatus(TRANSACTION, "M", "RJCT", "B", "E", "X9"),
    ]


def test_a_status_that_nobody_knows_yet_is_kept():
    content = report("<OrgnlGrpInfAndSts><OrgnlMsgId>M</OrgnlMsgId><GrpSts>ZZZZ</GrpSts></OrgnlGrpInfAndSts>")

    assert [status.status for status in read(content)] == ["ZZZZ"]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<OrgnlGrpInfAndSts/>",
        "<OrgnlGrpInfAndSts><OrgnlMsgId>M</OrgnlMsgId><GrpSts>rejected</GrpSts></OrgnlGrpInfAndSts>",
        "<OrgnlPmtInfAndSts><TxInfAndSts/></OrgnlPmtInfAndSts>",
        NAMED + "<OrgnlPmtInfAndSts><TxInfAndSts><TxSts>RJCT</TxSts></TxInfAndSts></OrgnlPmtInfAndSts>",
        NAMED
        + "<OrgnlPmtInfAndSts><TxInfAndSts><OrgnlEndToEndId>E</OrgnlEndToEndId></TxInfAndSts></OrgnlPmtInfAndSts>",
    ],
)
def test_a_report_that_lacks_a_fact_is_refused(body):
    with pytest.raises(BankFileFactError):
        read(report(body))


WHOLE = report("<OrgnlGrpInfAndSts><OrgnlMsgId>M</OrgnlMsgId><GrpSts>RJCT</GrpSts></OrgnlGrpInfAndSts>")
BOMB = (
    b'<!DOCTYPE Document [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (c, b"&%c;" % (c - 1) * 10) for c in range(ord("b"), ord("k")))
    + b"]>"
)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", BankFileMalformedError),
        (b"hello", BankFileMalformedError),
        (WHOLE[:-20], BankFileMalformedError),
        (WHOLE.replace(b"RJCT", b"RJ\xffCT"), BankFileMalformedError),
        (WHOLE.replace(b"RJCT", b"&unknown;"), BankFileMalformedError),
        (WHOLE.replace(b"001.03", b"001.99"), BankFileFormatError),
        (WHOLE.replace(b"pain.002", b"camt.053"), BankFileFormatError),
        (b"<html><body/></html>", BankFileFormatError),
        (b"<x>" + WHOLE[21:] + b"</x>", BankFileFormatError),
        (WHOLE.replace(b"?>", b"?><!DOCTYPE Document>"), BankFileForbiddenError),
        (WHOLE.replace(b"?>", b"?>" + BOMB).replace(b"RJCT", b"&j;"), BankFileForbiddenError),
        (
            WHOLE.replace(b"?>", b'?><!DOCTYPE Document [<!ENTITY f SYSTEM "file:///etc/passwd">]>').replace(
                b"RJCT", b"&f;"
            ),
            BankFileForbiddenError,
        ),
        (WHOLE.replace(b"?>", b'?><!DOCTYPE Document SYSTEM "http://example.invalid/x.dtd">'), BankFileForbiddenError),
        (
            WHOLE.decode().replace('"1.0"?>', '"1.0" encoding="UTF-16"?><!DOCTYPE Document>').encode("utf-16"),
            BankFileForbiddenError,
        ),
        (b"<a>" * 100_000, BankFileMalformedError),
    ],
    ids=map(str, itertools.count()),
)
def test_a_hostile_or_damaged_file_is_refused(content, error):
    with pytest.raises(error):
        read(content)


def test_a_file_above_its_limit_is_refused():
    with pytest.raises(BankFileTooLargeError):
        read(WHOLE, max_bytes=100)
