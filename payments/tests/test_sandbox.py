"""The sandbox provider itself: its API's refusals, its card page as a shopper meets it."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
import requests

from payments import testing

from .factories import start

pytestmark = pytest.mark.django_db
CARD = {"number": testing.CHARGED, "expiry": "12/34", "cvc": "123", "holder": "Ada Lovelace"}


def fill(page_url, **fields):
    with requests.Session() as browser:
        page = browser.get(page_url, timeout=5, allow_redirects=False)
        if page.is_redirect:
            return page
        token = testing.CSRF.findall(page.text)[0]
        sent = {**CARD, "csrfmiddlewaretoken": token, **fields}
        return browser.post(page_url, sent, timeout=10, allow_redirects=False)


def errors(page):
    return re.findall(r'<span class="error"[^>]*>([^<]+)</span>', page.text)


@pytest.mark.parametrize("key", ["", "Bearer wrong", "sk_sandbox_test"])
def test_the_api_wants_the_key(sandbox_provider, key):
    answer = requests.get(f"{sandbox_provider.url}/v1/payments", headers={"Authorization": key}, timeout=5)

    assert (answer.status_code, answer.json()) == (401, {"code": "bad_key"})


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"amount": 0}, 422, "bad_amount"),
        ({"amount": -5}, 422, "bad_amount"),
        ({"amount": "100"}, 422, "bad_amount"),
        ({"amount": True}, 422, "bad_amount"),
        ({"currency": "XXX"}, 422, "bad_amount"),
        ({"merchant_reference": ""}, 400, "key_or_reference_missing"),
        ({"locale": "tlh-kl"}, 422, "bad_locale"),
        ({"locale": "'; --"}, 422, "bad_locale"),
        ({"return_url": ""}, 422, "bad_return_url"),
        ({"return_url": "javascript:alert(1)"}, 422, "bad_return_url"),
    ],
)
def test_the_api_refuses_what_makes_no_sense(sandbox_provider, settings, body, status, code):
    reference = str(uuid4())
    sound = {
        "merchant_reference": reference,
        "amount": 100,
        "currency": "EUR",
        "return_url": "http://127.0.0.1:8000/back",
    }
    headers = {"Authorization": f"Bearer {settings.SANDBOX_API_KEY}", "Idempotency-Key": reference}

    answer = requests.post(f"{sandbox_provider.url}/v1/payments", json=sound | body, headers=headers, timeout=5)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert sandbox_provider.objects("payments", reference) == []


def test_an_empty_form_names_every_field(sandbox_provider):
    page = fill(f"{start().redirect_url}?lang=en", number="", expiry="", cvc="", holder="")

    assert page.status_code == 422
    assert errors(page) == ["This field is required."] * 4
    assert page.text.count('aria-invalid="true"') == 4


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"number": "4242 4242 4242 4241"}, "This card number is not complete or not valid."),
        ({"number": "4242"}, "This card number is not complete or not valid."),
        ({"number": "٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢"}, "This card number is not complete or not valid."),
        ({"expiry": "13/34"}, "Enter month and year, for example 12 / 30."),
        ({"expiry": "1"}, "Enter month and year, for example 12 / 30."),
        ({"expiry": "٠٦/٣٤"}, "Enter month and year, for example 12 / 30."),
        ({"expiry": "12/20"}, "This card has expired."),
        ({"cvc": "12"}, "The security code has three or four digits."),
        ({"cvc": "abc"}, "The security code has three or four digits."),
    ],
)
def test_a_mistyped_card_is_explained_and_charges_nothing(sandbox_provider, fields, message):
    view = start()

    page = fill(f"{view.redirect_url}?lang=en", **fields)

    assert (page.status_code, errors(page)) == (422, [message])
    assert sandbox_provider.objects("payments", view.public_id)[0]["state"] == "open"


@pytest.mark.parametrize("number", ["4242-4242-4242-4242", " 4242 4242 4242 4242 "])
def test_a_card_number_may_be_typed_as_people_do(sandbox_provider, number):
    assert fill(start().redirect_url, number=number).status_code == 302


def test_a_card_of_another_bank_is_declined(sandbox_provider):
    page = fill(f"{start().redirect_url}?lang=en", number="5555555555554444")

    assert page.status_code == 402
    assert "The test bank does not know this card" in page.text


def test_a_paid_page_leads_back_to_the_shop(sandbox_provider):
    view = start()
    sandbox_provider.pay(view.redirect_url)

    again = requests.get(view.redirect_url, timeout=5, allow_redirects=False)

    assert again.headers["Location"] == "http://127.0.0.1:8000/fr-fr/checkout/return/"


def test_a_stranger_finds_no_payment(sandbox_provider):
    page = requests.get(f"{sandbox_provider.url}/pay/guessed/", timeout=5)

    assert page.status_code == 404
    assert "There is no such payment" in page.text


def test_the_pages_forms_lead_nowhere_but_back_to_the_shop(sandbox_provider):
    page = requests.get(start().redirect_url, timeout=5)

    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert policy.endswith("form-action 'self' http://127.0.0.1:8000")
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "same-origin"


def test_a_post_without_its_token_is_refused(sandbox_provider):
    view = start()

    assert requests.post(view.redirect_url, CARD, timeout=5).status_code == 403
    assert sandbox_provider.objects("payments", view.public_id)[0]["state"] == "open"


def test_a_double_click_pays_once(sandbox_provider):
    view = start()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: fill(view.redirect_url), range(4)))

    assert {answer.status_code for answer in answers} == {302}
    told = [json.loads(body)["type"] for body in sandbox_provider.events(view.public_id)]
    assert told == ["payment.created", "payment.succeeded"]


def test_the_page_speaks_the_shoppers_language(sandbox_provider):
    view = start(amount=45_980)

    french, english = (requests.get(f"{view.redirect_url}{query}", timeout=5).text for query in ("", "?lang=en"))

    assert '<html lang="fr">' in french
    assert "459,80" in french
    assert '<html lang="en">' in english
    assert "Pay by card" in english
