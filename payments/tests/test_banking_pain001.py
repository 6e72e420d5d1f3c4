from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from sepaxml.validation import try_valid_xml

from backmarket.core.money import Money
from payments.banking.iban import IbanInvalidError, IbanOutsideSepaError
from payments.banking.pain001 import (
    FOREIGN_CHARACTER,
    MAX_AMOUNT_MINOR,
    NAMESPACE,
    Address,
    Debtor,
    Transfer,
    TransferAddressError,
    TransferAmountError,
    TransferBicError,
    TransferCurrencyError,
    TransferDoubledError,
    TransferIdentifierError,
    TransfersMissingError,
    TransferTextError,
    credit_transfers,
    sepa_text,
)

DEBTOR = Debtor("Marketplace SA", "FR1420041010050500013M02606", "PSSTFRPPPAR", Address("FR", "Paris", "75009"))
TRANSFER = Transfer(
    end_to_end_id="PAYOUT-1",
    creditor_name="Müller & Söhne GmbH",
    iban="DE89 3704 0044 0532 0130 00",
    address=Address("DE", "Köln", "50667", "Domstraße", "12a"),
    amount=Money(12345, "EUR"),
    remittance="Auszahlung – 16.11.2026",
)


def built(*transfers, debtor=DEBTOR, **changes):
    given_facts = {
        "message_id": "MSG-1",
        "created_at": datetime(2026, 11, 27, 9, 30, tzinfo=UTC),
        "batch_id": "BATCH-1",
        "execution_date": date(2026, 11, 30),
    }
    return credit_transfers(**{**given_facts, **changes}, debtor=debtor, transfers=transfers)


def texts(document, name):
    return [element.text for element in etree.fromstring(document).iter(f"{{{NAMESPACE}}}{name}")]


def test_a_batch_is_written_with_its_facts_and_sums():
    other = replace(TRANSFER, end_to_end_id="PAYOUT-2", amount=Money(1, "EUR"), bic="COBADEFFXXX")

    document = built(TRANSFER, other)

    try_valid_xml(document, "pain.001.001.09")
    assert texts(document, "MsgId") == ["MSG-1"]
    assert texts(document, "CreDtTm") == ["2026-11-27T09:30:00Z"]
    assert texts(document, "PmtInfId") == ["BATCH-1"]
    assert texts(document, "Dt") == ["2026-11-30"]
    assert texts(document, "NbOfTxs") == ["2", "2"]
    assert texts(document, "CtrlSum") == ["123.46", "123.46"]
    assert texts(document, "InstdAmt") == ["123.45", "0.01"]
    assert texts(document, "EndToEndId") == ["PAYOUT-1", "PAYOUT-2"]
    assert texts(document, "IBAN") == ["FR1420041010050500013M02606", *["DE89370400440532013000"] * 2]
    assert texts(document, "BICFI") == ["PSSTFRPPPAR", "COBADEFFXXX"]
    assert texts(document, "Nm")[2:] == ["Muller + Sohne GmbH"] * 2
    assert texts(document, "Ustrd") == ["Auszahlung - 16.11.2026"] * 2
    addresses = [
        [child.text for child in address] for address in etree.fromstring(document).iter(f"{{{NAMESPACE}}}PstlAdr")
    ]
    assert addresses == [["75009", "Paris", "FR"], *[["Domstrasse", "12a", "50667", "Koln", "DE"]] * 2]


def test_the_same_batch_is_the_same_to_the_byte():
    assert built(TRANSFER) == built(TRANSFER)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"iban": "DE89370400440532013001"}, IbanInvalidError),
        ({"iban": "TR330006100519786457841326"}, IbanOutsideSepaError),
        ({"amount": Money(100, "GBP")}, TransferCurrencyError),
        ({"amount": Money(0, "EUR")}, TransferAmountError),
        ({"amount": Money(-1, "EUR")}, TransferAmountError),
        ({"amount": Money(MAX_AMOUNT_MINOR + 1, "EUR")}, TransferAmountError),
        ({"creditor_name": "  "}, TransferTextError),
        ({"creditor_name": "☺☺"}, TransferTextError),
        ({"remittance": "…"}, TransferTextError),
        ({"remittance": "x" * 141}, TransferTextError),
        ({"bic": "NOTABIC"}, TransferBicError),
        ({"end_to_end_id": ""}, TransferIdentifierError),
        ({"end_to_end_id": "x" * 36}, TransferIdentifierError),
        ({"end_to_end_id": "/x"}, TransferIdentifierError),
        ({"end_to_end_id": "x/"}, TransferIdentifierError),
        ({"end_to_end_id": "x//y"}, TransferIdentifierError),
        ({"end_to_end_id": "é"}, TransferIdentifierError),
        ({"end_to_end_id": "x\n"}, TransferIdentifierError),
        ({"address": Address("", "Köln")}, TransferAddressError),
        ({"address": Address("de", "Köln")}, TransferAddressError),
        ({"address": Address("DE", " ")}, TransferAddressError),
    ],
)
def test_a_transfer_that_no_bank_takes_is_refused(change, error):
    with pytest.raises(error):
        built(TRANSFER, replace(TRANSFER, **{"end_to_end_id": "PAYOUT-2", **change}))


@pytest.mark.parametrize("again", ["PAYOUT-1", "payout-1"])
def test_a_reference_is_used_once(again):
    with pytest.raises(TransferDoubledError):
        built(TRANSFER, replace(TRANSFER, end_to_end_id=again))


def test_an_empty_batch_is_refused():
    with pytest.raises(TransfersMissingError):
        built()


@pytest.mark.parametrize(
    ("change", "error"),
    [({"iban": "FR00"}, IbanInvalidError), ({"bic": ""}, TransferBicError), ({"name": "?"}, TransferTextError)],
)
def test_a_wrong_debtor_is_refused(change, error):
    with pytest.raises(error):
        built(TRANSFER, debtor=replace(DEBTOR, **change))


def test_a_wrong_id_of_the_file_is_refused():
    for name in ("message_id", "batch_id"):
        with pytest.raises(TransferIdentifierError):
            built(TRANSFER, **{name: "x" * 36})


def test_long_names_are_cut_and_140_characters_of_text_are_not():
    document = built(replace(TRANSFER, creditor_name="N" * 200, remittance="x" * 140))

    assert texts(document, "Nm")[-1] == "N" * 70
    assert texts(document, "Ustrd") == ["x" * 140]


@given(st.text(max_size=200))
def test_any_text_becomes_one_that_banks_take_or_is_refused(text):
    try:
        plain = sepa_text(text, 70)
    except TransferTextError:
        return

    assert 0 < len(plain) <= 70
    assert not FOREIGN_CHARACTER.search(plain)
    assert sepa_text(plain, 70) == plain


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, MAX_AMOUNT_MINOR), min_size=1, max_size=5))
def test_every_cent_is_in_the_file_and_in_its_sum(amounts):
    document = built(
        *(
            replace(TRANSFER, end_to_end_id=f"P-{number}", amount=Money(amount, "EUR"))
            for number, amount in enumerate(amounts)
        )
    )

    assert [Money.parse(text, "EUR").amount_minor for text in texts(document, "InstdAmt")] == amounts
    assert {Decimal(text) for text in texts(document, "CtrlSum")} == {Decimal(sum(amounts)) / 100}
