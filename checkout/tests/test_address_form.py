"""The address of each country: order, labels, examples, and what is refused in which words."""

import pytest
from django.utils import translation

from backmarket.markets.postcodes import POSTCODES
from backmarket.markets.registry import MARKETS
from checkout.rules.addresses import FORMATS, address_lines, names_po_box, split_house_number, unprintable
from checkout.rules.companies import EXAMPLES, company_number
from checkout.web.forms import DetailsForm

VALID = {
    "FR": {"postcode": "75011", "city": "Paris", "phone": "06 12 34 56 78"},
    "DE": {"postcode": "10115", "city": "Berlin", "phone": "0151 12345678"},
    "AT": {"postcode": "1010", "city": "Wien", "phone": "0664 1234567"},
    "BE": {"postcode": "1000", "city": "Brussel", "phone": "0470 12 34 56"},
    "NL": {"postcode": "1012ab", "city": "Amsterdam", "phone": "06 12345678", "house_number": "70 A"},
    "ES": {"postcode": "28004", "city": "Madrid", "phone": "612 34 56 78", "region": "Madrid"},
    "IT": {"postcode": "20121", "city": "Milano", "phone": "312 345 6789", "region": "MI"},
    "GB": {"postcode": "ec1a1bb", "city": "London", "phone": "07400 123456"},
    "IE": {"postcode": "d02af30", "city": "Dublin 2", "phone": "085 012 3456", "region": ""},
    "US": {"postcode": "10001", "city": "New York", "phone": "(201) 555-0123", "region": "NY"},
}
NAMES = {"email": "ada@example.org", "first_name": "Ada", "last_name": "Lovelace"}


def form_of(country, *, carriers=None, **changes):
    market = MARKETS[country]
    street = {"street": FORMATS[country].street_example}
    chosen = [market.carrier(key) for key in carriers or [market.carriers[0].key]]
    return DetailsForm({**NAMES, **street, **VALID[country], **changes}, market=market, carriers=chosen)


def buyer_of(country, **changes):
    form = form_of(country, **changes)
    assert form.errors == {}
    return form.buyer()


@pytest.mark.parametrize("country", MARKETS)
def test_an_ordinary_address_of_each_country_is_accepted(country):
    assert buyer_of(country).country == country


@pytest.mark.parametrize(
    ("country", "order"),
    [
        ("FR", ["street", "street2", "postcode", "city"]),
        ("DE", ["street", "street2", "postcode", "city"]),
        ("ES", ["street", "street2", "postcode", "city", "region"]),
        ("IT", ["street", "street2", "postcode", "city", "region"]),
        ("NL", ["street", "house_number", "street2", "postcode", "city"]),
        ("GB", ["street", "street2", "city", "postcode"]),
        ("IE", ["street", "street2", "city", "region", "postcode"]),
        ("US", ["street", "street2", "city", "region", "postcode"]),
    ],
)
def test_fields_stand_in_the_order_of_the_countrys_post(country, order):
    assert [row.field.name for row in form_of(country).address_rows()] == order


@pytest.mark.parametrize(
    ("country", "lines"),
    [
        ("FR", ["Bât. B", "12 rue de la Roquette", "75011 Paris"]),
        ("DE", ["Torstraße 12", "Bât. B", "10115 Berlin"]),
        ("NL", ["Damrak 70 A", "Bât. B", "1012 AB Amsterdam"]),
        ("ES", ["Calle de Alcalá 12", "Bât. B", "28004 Madrid"]),
        ("IT", ["Via Garibaldi 12", "Bât. B", "20121 Milano MI"]),
        ("GB", ["12 High Street", "Bât. B", "London", "EC1A 1BB"]),
        ("IE", ["14 Rialto Street", "Bât. B", "Dublin 2", "D02 AF30"]),
        ("US", ["350 5th Ave", "Bât. B", "New York, NY 10001"]),
    ],
)
def test_the_address_is_written_as_the_countrys_post_wants_it(country, lines):
    buyer = buyer_of(country, street2="Bât. B")
    parts = {name: getattr(buyer, name) for name in ("street", "street2", "postcode", "city", "region", "country")}

    assert address_lines(**parts, region_name=buyer.region) == lines


def test_labels_and_examples_are_the_countrys_own():
    form = form_of("US")

    assert [str(form.fields[name].label) for name in ("city", "region", "postcode")] == ["City", "State", "ZIP code"]
    assert form.fields["postcode"].help_text == "For example 10001"
    assert form.fields["phone"].help_text == "Only the carrier gets it, for example (201) 555-0123"
    assert form.fields["postcode"].widget.attrs["autocomplete"] == "shipping postal-code"


@pytest.mark.parametrize(
    ("country", "changes", "field", "said"),
    [
        ("NL", {"house_number": ""}, "house_number", "Enter the house number."),
        ("NL", {"house_number": "A"}, "house_number", "A house number begins with a digit, for example 70 A."),
        ("NL", {"postcode": "1012 SS"}, "postcode", "“1012 SS” is no postcode of Nederland. It looks like 1012 AB."),
        ("US", {"region": ""}, "region", "Choose the state."),
        ("US", {"postcode": ""}, "postcode", "Enter the ZIP code."),
        ("IT", {"region": ""}, "region", "Choose the province."),
        ("ES", {"region": "Sevilla"}, "region", "Postcode 28004 lies in Madrid. Choose that, or mend the postcode."),
        ("IE", {"postcode": ""}, "region", "Choose the county, or enter the Eircode."),
        ("GB", {"postcode": "XX1 1AA"}, "postcode", ("“XX1 1AA” is no postcode of United Kingdom."
         " It looks like EC1A 1BB.")),
        ("FR", {"postcode": "00100"}, "postcode", "“00100” is no postcode of France. It looks like 75011."),
        ("FR", {"first_name": "Ada 😀"}, "first_name",
         "“😀” cannot be printed on a label. Use Latin letters, as in a passport."),
        ("FR", {"last_name": "לאבלייס"}, "last_name",
         "“ל” cannot be printed on a label. Use Latin letters, as in a passport."),
        ("FR", {"city": "Пари"}, "city", "“П” cannot be printed on a label. Use Latin letters, as in a passport."),
        ("DE", {"street": "Postfach 12 34"}, "street",
         "DHL Paket does not deliver to post office boxes. Enter a street address."),
        ("FR", {"postcode": "97400", "carriers": ["mondial_relay"]}, "postcode",
         ("Mondial Relay does not deliver to this region: Overseas France."
         " Choose another delivery: Colissimo, Chronopost.")),
        ("GB", {"street": "P.O. Box 12", "carriers": ["dpd_uk"]}, "street",
         ("DPD Next Day does not deliver to post office boxes. Enter a street address, or choose"
         " Royal Mail Tracked 48.")),
        ("FR", {"is_company": "on"}, "company", "Enter the company’s name."),
        ("FR", {"is_company": "on", "company": "Ada SARL", "vat_number": "FR83404833049"}, "vat_number",
         "“FR83404833049” is no VAT number: its check digits do not fit. It looks like FR83404833048."),
        ("US", {"is_company": "on", "company": "Ada Inc.", "vat_number": "07-1144442"}, "vat_number",
         "“07-1144442” is no EIN. It looks like 91-1144442."),
        ("FR", {"gift_note": "x" * 301}, "gift_note",
         "Ensure this value has at most 300 characters (it has 301)."),
        ("FR", {"gift_note": "turned \u202e around"}, "gift_note",
         "This contains characters that cannot be printed."),
    ],
)  # fmt: skip
def test_one_thing_wrong_is_said_at_its_field_alone(country, changes, field, said):
    form = form_of(country, **changes)

    assert form.errors == {field: [said]}


def test_all_that_is_wrong_is_said_at_once():
    wrong = {"email": "ada", "phone": "1", "first_name": "", "street": "", "postcode": "1", "city": "😀"}

    assert set(form_of("FR", **wrong).errors) == set(wrong)


def test_errors_speak_the_shoppers_language():
    with translation.override("fr-fr"):
        form = form_of("FR", city="")

        assert form.errors["city"] == ["Saisissez la ville."]


@pytest.mark.parametrize(
    "name",
    ["José Núñez", "Zoë", "Łukasz Dąbrowski", "Nguyễn", "O’Brien", "D'Arcy", "Müller-Lüdenscheidt", "C. N. 2º B"],
)
def test_names_in_latin_letters_fit_on_a_label(name):
    assert unprintable(name) == ""


def test_letters_that_are_composed_of_two_marks_are_stored_as_one():
    assert buyer_of("FR", first_name="Zoe\u0308").first_name == "Zoë"


@pytest.mark.parametrize("carriers", [["royal_mail"], ["evri_point"]])
def test_a_box_is_accepted_where_the_post_opens_it_or_nobody_rings(carriers):
    assert form_of("GB", street="PO Box 12", carriers=carriers).errors == {}


@pytest.mark.parametrize(
    ("line", "country", "is_box"),
    [
        ("BP 123", "FR", True),
        ("12 rue BPost", "FR", False),
        ("Postbus 9", "NL", True),
        ("Apartado de Correos 22", "ES", True),
        ("Casella Postale 5", "IT", True),
        ("P O Box 7", "US", True),
        ("Boxing Lane 4", "GB", False),
        ("Postfachweg 3", "DE", False),
    ],
)
def test_boxes_are_known_by_the_words_of_their_country(line, country, is_box):
    assert names_po_box(line, country) is is_box


def test_a_kept_dutch_address_shows_its_number_apart():
    form = DetailsForm(initial={"street": "Plein 1944 12 B"}, market=MARKETS["NL"])

    assert (form["street"].value(), form["house_number"].value()) == ("Plein", "1944 12 B")
    assert split_house_number("Damrak") == ("Damrak", "")


@pytest.mark.parametrize("country", MARKETS)
def test_every_country_has_its_format_and_a_company_number_that_is_computed_right(country):
    assert country in FORMATS
    assert country in POSTCODES
    assert company_number(EXAMPLES[country], country) == EXAMPLES[country]


def test_a_company_of_the_union_may_name_the_number_of_any_member():
    assert company_number("be 0403.019.261", "FR") == "BE0403019261"
    assert company_number("83 404 833 048", "FR") == "FR83404833048"
    assert company_number("FR83404833048", "GB") is None


def test_a_company_without_a_number_buys_as_one():
    buyer = buyer_of("FR", is_company="on", company="Ada SARL")

    assert (buyer.company, buyer.vat_number) == ("Ada SARL", "")


def test_a_company_that_is_not_ticked_is_not_ordered_for():
    buyer = buyer_of("FR", company="Ada SARL", vat_number="nonsense")

    assert (buyer.company, buyer.vat_number) == ("", "")
