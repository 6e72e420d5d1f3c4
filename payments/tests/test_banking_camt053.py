import itertools
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from resource import getpagesize
from tempfile import TemporaryFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backmarket.core.money import Money
from payments.banking import reading
from payments.banking.camt053 import (
    EntryDetailsError,
    Statement,
    StatementCurrencyError,
    StatementLine,
    StatementTotalsError,
    read_statement,
)
from payments.banking.reading import (
    BankFileError,
    BankFileFactError,
    BankFileForbiddenError,
    BankFileFormatError,
    BankFileMalformedError,
    BankFileTooLargeError,
    elements,
)
from payments.banking.samples import write_statement

OWN = "FR1420041010050500013M02606"
OTHER = "DE89370400440532013000"
DAY = date(2026, 11, 26)


def euros(minor):
    return Money(minor, "EUR")


def line(entry, amount, part=1, **facts):
    return StatementLine(entry, part, DAY, DAY, euros(amount), **facts)


def written(statement, lines):
    stream = BytesIO()
    write_statement(
        stream,
        statement,
        lines,
        created_at=datetime(2026, 11, 27, tzinfo=UTC),
        opening_date=DAY,
        closing_date=DAY,
    )
    return stream.getvalue()


def read(content, **limits):
    return list(read_statement(BytesIO(content), **limits))


LINES = [
    line(1, 50_000, bank_reference="B1", end_to_end_id="PO-9", counterparty_name="Stripe", remittance="Settlement 9"),
    line(2, -3_000, 1, bank_reference="B2", batch_id="BATCH-1", end_to_end_id="P-1", counterparty_iban=OTHER),
    line(2, -2_001, 2, bank_reference="B3", batch_id="BATCH-1", end_to_end_id="P-2", counterparty_iban=OTHER),
    line(3, 2_001, bank_reference="B4", end_to_end_id="P-2", counterparty_iban=OTHER, return_reason="AC04"),
]
STATEMENT = Statement("S-1", OWN, euros(-1_000), euros(46_000), 17)
WHOLE = written(STATEMENT, LINES)


def test_what_is_written_is_read():
    assert read(WHOLE) == [STATEMENT, *LINES]
    assert STATEMENT.currency == "EUR"


@settings(max_examples=50, deadline=None)
@given(
    st.integers(-(10**15), 10**15),
    st.lists(st.lists(st.integers(-(10**15), 10**15), min_size=1, max_size=4), max_size=6),
)
def test_every_cent_survives_writing_and_reading(opening, entries):
    lines = [
        line(number, amount, part, end_to_end_id=f"E-{number}-{part}")
        for number, parts in enumerate(entries, start=1)
        for part, amount in enumerate(parts, start=1)
    ]
    statement = Statement("S", OWN, euros(opening), euros(opening + sum(map(sum, entries))))

    assert read(written(statement, lines)) == [statement, *lines]


@pytest.mark.parametrize("off", [1, -1, 100_000])
def test_a_statement_that_does_not_close_names_both_amounts(off):
    content = written(replace(STATEMENT, closing=euros(46_000 + off)), LINES)

    with pytest.raises(StatementTotalsError) as refused:
        read(content)

    assert refused.value.facts == {"reached_minor": 46_000, "closing_minor": 46_000 + off}
    assert "460.00 EUR" in str(refused.value.text)
    assert str(euros(46_000 + off)) in str(refused.value.text)


def test_a_statement_without_entries_is_read_and_checked():
    still = Statement("S", OWN, euros(5), euros(5))

    assert read(written(still, [])) == [still]
    with pytest.raises(StatementTotalsError):
        read(written(replace(still, closing=euros(6)), []))


def test_a_missing_or_doubled_entry_is_noticed():
    content = WHOLE.decode()
    entry = content[content.index("<Ntry>") : content.index("</Ntry>") + len("</Ntry>")]

    for wrong in (content.replace(entry, ""), content.replace(entry, entry * 2)):
        with pytest.raises(StatementTotalsError):
            read(wrong.encode())


def test_parts_that_do_not_make_their_entry_are_refused():
    content = WHOLE.replace(b'<Amt Ccy="EUR">20.01</Amt><CdtDbtInd>DBIT', b'<Amt Ccy="EUR">20.02</Amt><CdtDbtInd>DBIT')

    with pytest.raises(EntryDetailsError, match=r"-50\.01 EUR.*-50\.02 EUR"):
        read(content)


def test_a_part_without_an_amount_is_refused():
    part = b'<Amt Ccy="EUR">20.01</Amt><CdtDbtInd>DBIT</CdtDbtInd><RltdPties>'

    with pytest.raises(EntryDetailsError):
        read(WHOLE.replace(part, b"<RltdPties>"))


BALANCES = (
    "<Bal><Tp><CdOrPrtry><Cd>PRCD</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>10</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>"
    "<Bal><Tp><CdOrPrtry><Cd>CLAV</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>99</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>"
    "<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>7.5</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>"
)


def old(entries, balances=BALANCES):
    return (
        "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'><BkToCstmrStmt><GrpHdr/><Stmt><Id>OLD</Id>"
        f"<Acct><Id><IBAN>{OWN}</IBAN></Id></Acct>{balances}{entries}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def old_entry(amount="2.50", side="DBIT", status="BOOK", details="", ccy="EUR"):
    return (
        f"<Ntry><Amt Ccy='{ccy}'>{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts>{status}</Sts><BookgDt>"
        f"<DtTm>2026-11-26T23:30:00+01:00</DtTm></BookgDt><AcctSvcrRef>R</AcctSvcrRef>{details}</Ntry>"
    )


def test_version_02_is_read_with_the_side_of_a_part_from_its_entry():
    parts = "".join(
        f"<TxDtls><Refs><EndToEndId>{reference}</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy='EUR'>{amount}"
        f"</Amt></TxAmt></AmtDtls><RltdPties><Cdtr><Nm>Shop</Nm></Cdtr><CdtrAcct><Id><IBAN>{OTHER}</IBAN></Id></CdtrAcct></RltdPties>"
        "<RmtInf><Ustrd>one</Ustrd><Ustrd>two</Ustrd></RmtInf></TxDtls>"
        for reference, amount in (("NOTPROVIDED", "1.00"), ("E-2", "1.50000"))
    )
    content = old(
        old_entry(details=f"<NtryDtls><Btch><PmtInfId>B-1</PmtInfId></Btch>{parts}</NtryDtls>")
        + old_entry("9.99", status="PDNG")
        + old_entry("0.00", details="<AddtlNtryInf>Nothing to pay</AddtlNtryInf>")
    )
    common = {
        "bank_reference": "R",
        "batch_id": "B-1",
        "counterparty_name": "Shop",
        "counterparty_iban": OTHER,
        "remittance": "one two",
    }

    assert read(content) == [
        Statement("OLD", OWN, euros(1000), euros(750)),
        line(1, -100, 1, **common),
        line(1, -150, 2, **common, end_to_end_id="E-2"),
        line(2, 0, bank_reference="R", remittance="Nothing to pay"),
    ]


def test_a_batch_without_its_parts_is_one_line_with_its_id():
    content = old(old_entry(details="<NtryDtls><Btch><PmtInfId>B-1</PmtInfId></Btch></NtryDtls>"))

    assert read(content)[1:] == [line(1, -250, bank_reference="R", batch_id="B-1")]


@pytest.mark.parametrize("own_role", ["Dbtr", "Cdtr"])
def test_the_other_side_of_a_return_is_found_whichever_way_the_bank_writes_it(own_role):
    other_role = {"Dbtr": "Cdtr", "Cdtr": "Dbtr"}[own_role]
    parties = {own_role: ("Marketplace", OWN), other_role: ("Shop", OTHER)}
    written_parties = "".join(
        f"<{role}><Nm>{name}</Nm></{role}><{role}Acct><Id><IBAN>{iban}</IBAN></Id></{role}Acct>"
        for role, (name, iban) in sorted(parties.items(), reverse=True)
    )
    content = old(
        old_entry(
            side="CRDT",
            details=f"<NtryDtls><TxDtls><RltdPties>{written_parties}</RltdPties><RtrInf><Rsn><Cd>AC01</Cd></Rsn></RtrInf>"
            "</TxDtls></NtryDtls>",
        ),
        BALANCES.replace("7.5", "12.5"),
    )

    assert read(content)[1:] == [
        line(1, 250, bank_reference="R", counterparty_name="Shop", counterparty_iban=OTHER, return_reason="AC01")
    ]


def test_several_statements_of_one_file_are_each_checked():
    body = WHOLE[WHOLE.index(b"<Stmt>") : WHOLE.index(b"</BkToCstmrStmt>")]

    assert read(WHOLE.replace(body, body * 2)) == [STATEMENT, *LINES] * 2
    with pytest.raises(StatementTotalsError):
        read(WHOLE.replace(body, body + body.replace(b"460.00", b"460.01")))


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (old(old_entry(ccy="USD")), StatementCurrencyError),
        (old(old_entry(ccy="XXX")), BankFileFactError),
        (old(old_entry("-2.50")), BankFileFactError),
        (old(old_entry("2,50")), BankFileFactError),
        (old(old_entry("2.505")), BankFileFactError),
        (old(old_entry("1e3")), BankFileFactError),
        (old(old_entry("NaN")), BankFileFactError),
        (old(old_entry("9" * 18)), BankFileFactError),
        (old(old_entry("9" * 30)), BankFileFactError),
        (old(old_entry("٢.٥٠")), BankFileFactError),
        (old(old_entry(side="BOTH")), BankFileFactError),
        (old(old_entry(status="")), BankFileFactError),
        (old(old_entry().replace("2026-11-26T", "26.11.2026T")), BankFileFactError),
        (old(old_entry().replace("BookgDt", "ValDt")), BankFileFactError),
        (old(old_entry(), ""), BankFileFactError),
        (old(old_entry(), BALANCES.replace("CLBD", "ITBD")), BankFileFactError),
        (old(old_entry(), BALANCES.replace("'EUR'>7.5", "'USD'>7.5")), StatementCurrencyError),
        (old("").replace(b"IBAN", b"Othr"), BankFileFactError),
        (WHOLE.replace(b">17<", b">x<"), BankFileFactError),
        (old("").replace(b"Stmt>", b"Rpt>"), BankFileFactError),
        (old(old_entry()).replace(b"camt.053.001.02", b"camt.052.001.02"), BankFileFormatError),
        (b"<!DOCTYPE Document [<!ENTITY a 'x'>]>" + old(old_entry()), BankFileForbiddenError),
        (WHOLE[:-30], BankFileMalformedError),
        (WHOLE + b"<more/>", BankFileMalformedError),
    ],
    ids=map(str, itertools.count()),
)
def test_a_wrong_file_is_refused_by_its_own_error(content, error):
    with pytest.raises(error):
        read(content)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(WHOLE) - 1))
def test_a_file_cut_anywhere_is_refused(length):
    # Cut within its first tag it may seem to be of another kind.
    with pytest.raises((BankFileMalformedError, BankFileFormatError)):
        read(WHOLE[:length])


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(WHOLE) - 1), st.binary(max_size=3))
def test_a_damaged_file_is_read_or_refused_and_nothing_else(position, noise):
    try:
        found = read(WHOLE[:position] + noise + WHOLE[position + 1 :])
    except BankFileError:
        return

    (statement, *lines) = found
    assert statement.opening + Money.total((line.amount for line in lines), "EUR") == statement.closing


def test_limits_hold_for_the_file_and_for_one_record():
    with pytest.raises(BankFileTooLargeError):
        read(WHOLE, max_bytes=1000)
    endless = BytesIO(WHOLE.replace(b"<Ntry>", b"<Ntry>" + b"<x>1</x>" * 100_000, 1))
    records = elements(
        endless,
        namespaces=("urn:iso:std:iso:20022:tech:xsd:camt.053.001.08",),
        records=("Ntry",),
        max_record_bytes=200_000,
    )
    with pytest.raises(BankFileTooLargeError):
        list(records)


def resident_kilobytes():
    return int(Path("/proc/self/statm").read_text().split()[1]) * getpagesize() // 1024


def growth_while_reading(count):
    lines = (line(n, 1, end_to_end_id=f"E-{n}", counterparty_name="Shop") for n in range(1, count + 1))
    with TemporaryFile() as file:
        write_statement(
            file,
            Statement("S", OWN, euros(0), euros(count)),
            lines,
            created_at=datetime(2026, 11, 27, tzinfo=UTC),
            opening_date=DAY,
            closing_date=DAY,
        )
        file.seek(0)
        before = peak = resident_kilobytes()
        for number, _found in enumerate(read_statement(file)):
            if number % 1000 == 0:
                peak = max(peak, resident_kilobytes())
    assert number == count
    return peak - before


def test_fifty_thousand_entries_take_no_more_memory_than_a_few():
    assert growth_while_reading(50_000) < 10_000


def test_memory_would_grow_if_what_was_read_were_not_forgotten(monkeypatch):
    monkeypatch.setattr(reading, "_forget", lambda element: None)

    assert growth_while_reading(10_000) > 20_000
