import threading
from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
from django.db import IntegrityError, connection, connections, transaction
from stdnum import luhn

from backmarket.core.money import Money
from catalog.enums import TaxScheme
from catalog.tests.factories import NOW, SellerFactory, make_listing
from checkout import locks
from checkout.enums import DocumentKind, TaxTreatment
from checkout.flows import commissions
from checkout.models import Document, InvoiceSeries, OrderLine
from checkout.rules.invoicing import digest
from checkout.services import documents, refunds
from payments.providers.base import ProviderRefund, Truth
from payments.services import refunds as payment_refunds

from .factories import ACTOR, accept, paid_order, ship, shipped_line

pytestmark = pytest.mark.django_db

DECEMBER = datetime(2026, 12, 3, 9, 0, tzinfo=UTC)


def sent(*, scheme=TaxScheme.MARGIN, vat_number="FR20938472610", **fields):
    """A line that was handed over, of a seller of its own."""
    seller = SellerFactory(tax_scheme=scheme, vat_number=vat_number)
    line = paid_order(make_listing(seller=seller, **fields)).lines.get()
    accept(line)
    body = f"35{line.pk:012d}"
    ship(line, imei=body + luhn.calc_check_digit(body))
    line.refresh_from_db()
    return line


def issue(line, now=NOW):
    return {document.kind: document for document in documents.issue_for_parcel(parcel_id=line.parcel_id, now=now)}


def refund(line, minor, *, borne_by="seller", key="r", now=NOW):
    """Refund a part of a line and let the provider confirm it."""
    amount = None if minor is None else Money(minor, line.currency)
    view = refunds.refund_line(
        line_id=line.pk, amount=amount, reason="scratched", borne_by=borne_by, actor=ACTOR, key=key, now=now
    )
    truth = ProviderRefund(ref=f"ref_{key}", state=Truth.SUCCEEDED)
    payment_refunds.record_truth(refund_id=view.public_id, truth=truth, now=now)
    return str(view.public_id)


def test_an_order_line_freezes_its_tax_when_it_is_placed():
    margin, taxed = sent(), sent(scheme=TaxScheme.VAT)

    assert (margin.tax_treatment, margin.tax_rate, margin.tax_jurisdiction) == (TaxTreatment.MARGIN, 0, "")
    assert taxed.tax_treatment == TaxTreatment.VAT
    assert (str(taxed.tax_rate), taxed.tax_jurisdiction) == ("0.20000", "FR")


def test_a_dispatched_parcel_has_one_invoice_of_its_seller_and_one_of_the_house():
    line = sent()

    issued = issue(line)
    again = issue(line, NOW + timedelta(hours=1))

    sale, service = issued[DocumentKind.SALE], issued[DocumentKind.SERVICE]
    assert (sale.number_text, sale.total_minor) == (f"S{line.seller_id}-2026-000001", 45_900)
    assert (service.number_text, service.total_minor) == ("H-2026-000001", 499)
    assert [document.pk for document in again.values()] == [sale.pk, service.pk]
    assert Document.objects.count() == 2


def test_an_invoice_under_the_margin_scheme_shows_no_vat_and_says_why():
    sale = issue(sent())[DocumentKind.SALE]

    assert (sale.facts["net_minor"], sale.facts["tax_minor"], sale.facts["gross_minor"]) == (45_900, 0, 45_900)
    assert sale.facts["mentions"] == ["Margin scheme – second-hand goods"]


def test_a_seller_who_bills_with_vat_shows_what_of_the_price_is_vat():
    sale = issue(sent(scheme=TaxScheme.VAT))[DocumentKind.SALE]

    assert (sale.facts["net_minor"], sale.facts["tax_minor"], sale.facts["gross_minor"]) == (38_250, 7_650, 45_900)
    assert sale.facts["taxes"] == [
        {"treatment": "vat", "rate": "0.2", "jurisdiction": "FR", "net_minor": 38_250, "tax_minor": 7_650}
    ]
    assert sale.facts["mentions"] == []


def test_the_parts_of_an_invoice_sum_to_what_was_paid():
    line = sent(scheme=TaxScheme.VAT, price_minor=33_333)
    OrderLine.objects.filter(pk=line.pk).update(shipping_minor=590)

    issued = issue(line)

    sale, service = issued[DocumentKind.SALE].facts, issued[DocumentKind.SERVICE].facts
    assert [row["gross_minor"] for row in sale["lines"]] == [33_333, 590]
    assert sale["gross_minor"] == 33_923 == sale["net_minor"] + sale["tax_minor"]
    assert sum(row["tax_minor"] for row in sale["taxes"]) == sale["tax_minor"]
    assert service["gross_minor"] == line.service_fee_minor == service["net_minor"] + service["tax_minor"]


def test_discounts_and_protection_plans_are_lines_of_their_own():
    line = sent(scheme=TaxScheme.VAT)
    OrderLine.objects.filter(pk=line.pk).update(
        discount_minor=2_000, discount_seller_minor=500, protection_minor=2_990, protection_months=12
    )

    issued = issue(line)

    sale, service = issued[DocumentKind.SALE].facts, issued[DocumentKind.SERVICE].facts
    assert [(row["name"], row["gross_minor"]) for row in sale["lines"]][1:] == [("Discount", -500)]
    assert (sale["gross_minor"], sale["paid_by_house_minor"]) == (45_400, 1_500)
    assert [(row["name"], row["treatment"], row["gross_minor"]) for row in service["lines"]] == [
        ("Service fee", "vat", 499),
        ("Protection plan", "exempt", 2_990),
    ]
    line.refresh_from_db()
    assert line.total.amount_minor == sale["gross_minor"] - 1_500 + service["gross_minor"]


def test_a_refund_that_arrived_has_credit_notes_that_name_their_invoices():
    line = sent()
    issued = issue(line)

    notes = documents.issue_for_refund(refund_id=refund(line, None), now=NOW)

    sale, service = notes
    assert [note.kind for note in notes] == [DocumentKind.SALE_CREDIT, DocumentKind.SERVICE_CREDIT]
    assert (sale.number_text, sale.total_minor) == (f"SC{line.seller_id}-2026-000001", 45_900)
    assert (service.number_text, service.total_minor) == ("HC-2026-000001", 499)
    assert sale.corrects_id == issued[DocumentKind.SALE].pk
    assert sale.facts["corrects"] == {"number": issued[DocumentKind.SALE].number_text, "issued_on": "2026-11-23"}


def test_a_refund_is_credited_once_and_only_what_the_seller_gave_back():
    line = sent()
    refund_id = refund(line, 2_500)

    first = documents.issue_for_refund(refund_id=refund_id, now=NOW)
    again = documents.issue_for_refund(refund_id=refund_id, now=NOW)

    assert [note.total_minor for note in first] == [2_500]
    assert [note.pk for note in again] == [first[0].pk]


def test_a_credit_note_that_is_early_issues_its_invoice_first():
    line = sent()

    documents.issue_for_refund(refund_id=refund(line, 2_500), now=NOW)

    assert list(Document.objects.values_list("kind", flat=True)) == ["sale", "service", "sale_credit"]


def test_a_gesture_of_the_house_and_a_refund_before_dispatch_have_no_credit_note():
    line = sent()
    waiting = paid_order(make_listing()).lines.get()

    gesture = documents.issue_for_refund(refund_id=refund(line, 2_500, borne_by="marketplace", key="a"), now=NOW)
    before = documents.issue_for_refund(refund_id=refund(waiting, None, key="b"), now=NOW)

    assert (gesture, before) == ([], [])
    assert not Document.objects.filter(kind__endswith="credit").exists()


def test_a_document_that_was_rolled_back_leaves_no_gap():
    first, second = sent(), sent()

    def crash():
        with transaction.atomic():
            issue(first)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        crash()

    number = issue(second)[DocumentKind.SERVICE].number

    assert number == 1
    assert InvoiceSeries.objects.get(kind=DocumentKind.SERVICE).last_number == 1


def test_numbers_start_again_with_the_year_of_the_issuer():
    line, later = sent(), sent()
    eve = datetime(2026, 12, 31, 22, 30, tzinfo=UTC)

    before = issue(line, eve)[DocumentKind.SERVICE]
    after = issue(later, eve + timedelta(minutes=45))[DocumentKind.SERVICE]

    assert (before.number_text, after.number_text) == ("H-2026-000001", "H-2027-000001")
    assert after.facts["issued_on"] == "2027-01-01"


def test_the_database_refuses_to_change_or_delete_documents():
    document = issue(sent())[DocumentKind.SALE]
    attacks = (
        "UPDATE checkout_document SET total_minor = 1",
        "DELETE FROM checkout_document",
        "UPDATE checkout_invoiceseries SET last_number = 7",
        "UPDATE checkout_invoiceseries SET last_number = 0",
        "UPDATE checkout_invoiceseries SET year = 2030, last_number = last_number + 1",
        "DELETE FROM checkout_invoiceseries",
    )

    for attack in attacks:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(attack)

    document.refresh_from_db()
    assert document.total_minor == 45_900
    assert document.sha256 == digest(document.facts)


def race(lines):
    """Issue at the same moment; return the house's numbers that were written."""
    barrier = threading.Barrier(len(lines))
    failures = []

    def one(line):
        try:
            barrier.wait()
            with transaction.atomic():
                documents.issue_for_parcel(parcel_id=line.parcel_id, now=NOW)
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(line,)) for line in lines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(isinstance(failure, IntegrityError) for failure in failures), failures
    return sorted(Document.objects.filter(kind=DocumentKind.SERVICE).values_list("number", flat=True))


@pytest.mark.django_db(transaction=True)
def test_documents_issued_at_once_are_numbered_without_gaps():
    lines = [sent() for _ in range(6)]

    assert race(lines) == [1, 2, 3, 4, 5, 6]


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_race_for_a_number_is_real():
    lines = [sent() for _ in range(6)]
    meet = threading.Barrier(6)

    def unlocked(series_id):
        series = InvoiceSeries.objects.get(pk=series_id)
        if series.kind == DocumentKind.SERVICE:
            meet.wait(timeout=10)
        return series

    InvoiceSeries.objects.create(kind=DocumentKind.SERVICE, year=2026)
    with mock.patch.object(locks, "lock_series", unlocked):
        numbers = race(lines)

    assert numbers == [1]


@pytest.mark.django_db(transaction=True)
def test_one_parcel_told_of_twice_at_once_is_billed_once():
    line = sent()

    assert race([line, line]) == [1]


def test_a_closed_month_is_billed_to_its_seller_once():
    line = sent()
    other = sent()

    issued = [commissions.issue_due(now=DECEMBER), commissions.issue_due(now=DECEMBER + timedelta(days=2))]

    assert issued == [2, 0]
    document = Document.objects.get(kind=DocumentKind.COMMISSION, seller_id=line.seller_id)
    assert (document.number_text, document.total_minor) == ("F-2026-000001", 4_590 + 918)
    assert document.facts["period"] == ["2026-11-01", "2026-11-30"]
    assert document.facts["taxes"] == [
        {"treatment": "vat", "rate": "0.2", "jurisdiction": "FR", "net_minor": 4_590, "tax_minor": 918}
    ]
    assert Document.objects.get(kind=DocumentKind.COMMISSION, seller_id=other.seller_id).number == 2


def test_commission_given_back_lowers_the_bill_or_turns_it_into_a_credit_note():
    line = sent()
    refund(line, 4_590, key="november")
    commissions.issue_due(now=DECEMBER)
    refund(line, None, key="december", now=DECEMBER)

    issued = commissions.issue_due(now=DECEMBER + timedelta(days=31))

    bill = Document.objects.get(kind=DocumentKind.COMMISSION)
    note = Document.objects.get(kind=DocumentKind.COMMISSION_CREDIT)
    assert issued == 1
    assert bill.total_minor == 4_590 + 918 - 459 - 92
    assert bill.total_minor == note.total_minor
    assert note.number_text == "FC-2027-000001"
    assert [row["gross_minor"] for row in note.facts["lines"]] == [note.total_minor]


def test_a_seller_that_cannot_be_billed_does_not_stop_the_others():
    first, second = sent(), sent()
    real = documents.issue_commission

    def broken(*, seller_id, **facts):
        if seller_id == first.seller_id:
            raise ZeroDivisionError
        return real(seller_id=seller_id, **facts)

    with mock.patch.object(documents, "issue_commission", broken):
        issued = commissions.issue_due(now=DECEMBER)

    assert issued == 1
    assert Document.objects.get(kind=DocumentKind.COMMISSION).seller_id == second.seller_id
    assert commissions.issue_due(now=DECEMBER) == 1


def test_the_month_that_runs_is_not_billed():
    shipped_line()

    assert commissions.issue_due(now=NOW) == 0
    assert not Document.objects.exists()
