"""The parts of pages: what they show, what they escape, and that they keep the content security policy."""

import re
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory, override_settings
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from backmarket.core.devices import DEVICE_FAMILIES
from backmarket.core.money import Money
from backmarket.core.templatetags import ui

SHEETS = Path(__file__).resolve().parents[3] / "frontend" / "public"


def symbols(sheet: str) -> set[str]:
    return set(re.findall(r'<symbol id="([^"]+)"', (SHEETS / sheet).read_text()))


def render(source: str, **context: object) -> str:
    return engines["django"].from_string(source).render(context)


@pytest.mark.parametrize("family", DEVICE_FAMILIES, ids=lambda family: family.key)
def test_every_family_has_its_drawings(family):
    assert {family.symbol("back"), family.symbol("front")} <= symbols("devices.svg")


def test_every_drawing_keeps_to_presentation_attributes():
    for sheet in ("devices.svg", "icons.svg", "favicon.svg"):
        text = (SHEETS / sheet).read_text()
        assert "style=" not in text
        assert "<script" not in text


def test_device_carries_its_colour_as_an_attribute_and_names_itself():
    html = ui.device("phone-dual", "#2f6483", label="iPhone 13, blue")

    assert html == (
        '<svg class="dev w-2" viewBox="0 0 300 600" color="#2f6483" fill="#2f6483" role="img" '
        'aria-label="iPhone 13, blue"><use href="/static/devices.svg#phone-dual"/></svg>'
    )


def test_front_view_shows_the_screen_of_its_family():
    html = ui.device("phone-dual-island", "#2f6483", view="front")

    assert '#phone-island-front"/>' in html
    assert 'aria-hidden="true"' in html


def test_second_colour_goes_to_the_fill():
    assert 'color="#3aa7c4" fill="#ef6a52"' in ui.device("console-handheld", "#3aa7c4", accent="#ef6a52")


@pytest.mark.parametrize(
    ("grade", "view", "marked"),
    [("fair", "back", True), ("good", "back", True), ("excellent", "back", False), ("fair", "front", False)],
)
def test_marks_are_drawn_where_the_grade_allows_them(grade, view, marked):
    assert (f"#marks-{grade}" in ui.device("phone-dual", "#2f6483", grade=grade, view=view)) is marked


def test_marks_are_not_drawn_on_what_is_not_a_phone():
    assert "#marks" not in ui.device("laptop", "#2f6483", grade="fair")


@pytest.mark.parametrize("colour", ["", None, "red", "#fff", '#000000" onload="x', "#12345g"])
def test_a_colour_that_is_none_becomes_grey(colour):
    assert f'color="{ui.UNKNOWN_FINISH}" fill="{ui.UNKNOWN_FINISH}"' in ui.device("laptop", colour)


def test_an_unknown_family_is_drawn_as_a_parcel():
    assert "#accessory" in ui.device("tricorder", "#2f6483")


def test_labels_are_escaped():
    html = ui.device("laptop", "#2f6483", label='13" <b>')

    assert 'aria-label="13&quot; &lt;b&gt;"' in html


@pytest.mark.parametrize(
    ("colour", "wallpaper"),
    [("#242a33", 1), ("#f4f3f0", 6), ("#b0202b", 4), ("#f2cfc7", 7), ("#41563f", 1), ("#2f7a3f", 3)],
)
def test_wallpaper_suits_the_finish(colour, wallpaper):
    assert ui.wallpaper_for(colour) == wallpaper


def test_icon_is_decoration_unless_it_is_named():
    assert ui.icon("truck") == (
        '<svg class="i" viewBox="0 0 24 24" aria-hidden="true"><use href="/static/icons.svg#truck"/></svg>'
    )
    assert 'role="img" aria-label="Sent"' in ui.icon("truck", label="Sent")


def test_money_is_written_in_the_language_of_the_market():
    price = Money(31_700, "EUR")

    with translation.override("fr-fr"):
        assert ui.money(price) == "317,00\N{NO-BREAK SPACE}€"
        assert ui.money_short(price) == "317\N{NO-BREAK SPACE}€"
    with translation.override("en-ie"):
        assert ui.money(price) == "€317.00"
        assert ui.money_short(Money(31_750, "EUR")) == "€317.50"
    assert ui.money(None) == ""


@pytest.mark.parametrize(("grade", "steps"), [("fair", 1), ("good", 2), ("excellent", 3), ("premium", 4)])
def test_grade_is_a_word_and_four_steps(grade, steps):
    html = ui.grade_badge(grade)

    assert html.count("<i") == 4
    assert html.count('class="on"') == steps
    assert ui.grade_label(grade) in html


def test_rating_is_read_out_in_full():
    with translation.override("en-ie"):
        html = ui.rating(4.6, 8412)

    assert '<span class="sr">4.6 of 5 stars</span>' in html
    assert "8,412 reviews" in html


def test_no_ratings_are_not_a_zero():
    assert "No reviews yet" in ui.rating(None, 0)


class AddressForm(forms.Form):
    email = forms.EmailField(label="E-mail", help_text="For the receipt.")
    line2 = forms.CharField(label="Second line", required=False)
    way = forms.ChoiceField(label="Delivery", choices=[("home", "Home")], widget=forms.RadioSelect)
    terms = forms.BooleanField(label="I accept")


def test_field_ties_help_and_error_to_its_input():
    form = AddressForm({"email": "<nobody>"})

    html = render("{% field form.email autocomplete='email' %}", form=form)

    assert 'aria-describedby="id_email_help id_email_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'class="in"' in html
    assert 'autocomplete="email"' in html
    assert '<p class="hint" id="id_email_help">For the receipt.</p>' in html
    assert 'id="id_email_error"' in html
    assert 'value="&lt;nobody&gt;"' in html


def test_field_without_errors_says_nothing_of_them():
    html = render("{% field form.line2 %}", form=AddressForm())

    assert "aria-invalid" not in html
    assert "aria-describedby" not in html
    assert "optional" in html


def test_choices_stand_in_a_named_fieldset_and_a_tick_has_its_words_behind():
    form = AddressForm()

    assert '<legend class="lab">Delivery</legend>' in render("{% field form.way %}", form=form)
    assert '<label class="tick" for="id_terms">' in render("{% field form.terms %}", form=form)


def test_form_errors_lead_to_their_fields():
    html = render("{% form_errors form %}", form=AddressForm({"way": "home", "terms": "on"}))

    assert '<a href="#id_email">E-mail</a>: This field is required.' in html
    assert "id_terms" not in html


def test_valid_form_shows_no_summary():
    assert render("{% form_errors form %}", form=AddressForm()).strip() == ""


def test_pagination_keeps_the_rest_of_the_query():
    request = RequestFactory().get("/search", {"q": "iphone 12", "page": "4"})
    page = Paginator(range(200), 20).page(4)

    html = render("{% pagination page %}", page=page, request=request)

    assert '<a href="?q=iphone+12&amp;page=3" rel="prev">' in html
    assert '<a href="?q=iphone+12&amp;page=5" rel="next">' in html
    assert html.count("aria-current") == 1


def test_one_page_needs_no_pagination():
    request = RequestFactory().get("/search")

    assert render("{% pagination page %}", page=Paginator([1], 20).page(1), request=request).strip() == ""


@pytest.mark.parametrize("code", ["400", "403", "404", "410", "500"])
def test_error_pages_render_without_database_context_or_script(code):
    html = render_to_string(f"{code}.html")

    assert re.search(rf'class="code"[^>]*>\s*{code}\s*<', html)
    assert "errors.css" in html
    assert "<script" not in html
    assert "style=" not in html


@override_settings(ALLOWED_HOSTS=["*"])
@pytest.mark.parametrize("template", ["base.html", "office/base.html"])
def test_page_frames_hold_the_content_security_policy(template):
    request = RequestFactory().get("/")
    request.LANGUAGE_CODE = "en-ie"
    message = SimpleNamespace(level_tag="success", message="Saved")

    html = render_to_string(template, {"request": request, "messages": [message], "nav_categories": ()})

    assert " style=" not in html
    assert not re.search(r"\son\w+=", html)
    assert re.findall(r"<script(?![^>]*\bsrc=)", html) == []
    assert 'class="toast success"' in html


def test_theme_follows_the_cookie():
    request = RequestFactory(HTTP_HOST="localhost").get("/")
    request.LANGUAGE_CODE = "en-ie"
    request.COOKIES["theme"] = "dark"

    assert '<html lang="en-us" data-theme="dark">' in render_to_string("base.html", {"request": request})


@pytest.mark.parametrize(("count", "label"), [(0, "Basket, 0 items"), (1, "Basket, 1 item"), (2, "Basket, 2 items")])
def test_basket_link_says_how_much_is_in_it(count, label):
    request = RequestFactory(HTTP_HOST="localhost").get("/")
    context = {"request": request, "basket_count": SimpleLazyObject(lambda: count)}

    html = render_to_string("components/shop_header.html", context)

    assert f'aria-label="{label}"' in html
    assert (f'<span class="count">{count}</span>' in html) is (count > 0)


@pytest.mark.parametrize(
    ("language", "value", "written"),
    [("en-gb", 91.64, "91.6%"), ("fr-fr", 91.64, "91,6\xa0%"), ("de-de", -3, "-3,0\xa0%")],
)
def test_percentages_are_written_as_the_language_does(language, value, written):
    with translation.override(language):
        assert ui.percent(value) == written


@pytest.mark.parametrize(
    ("language", "pattern", "written"),
    [
        ("en-gb", "l j F", "Wednesday 25 November"),
        ("fr-fr", "j F Y", "25 novembre 2026"),
        ("de-de", "l j F, H:i", "Mittwoch, 25. November, 14:05"),
        ("de-de", "j M", "25. Nov"),
        ("es-es", "l j F", "miércoles, 25 de noviembre"),
        ("es-es", "j F Y", "25 de noviembre de 2026"),
        ("it-it", "j F Y", "25 novembre 2026"),
        ("nl-nl", "D j M", "wo 25 nov"),
    ],
)
def test_dates_are_joined_as_the_language_does(language, pattern, written):
    with translation.override(language):
        assert ui.date(datetime(2026, 11, 25, 14, 5, tzinfo=UTC), pattern) == written
