"""Every kind of message can be set in every language, and every template is one."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines
from django.template.backends.django import DjangoTemplates

from backmarket.notify.admin import LOCALES, sample_mail, sample_text
from backmarket.notify.enums import Audience
from backmarket.notify.kinds import KINDS, define
from backmarket.notify.rules import segments

TEMPLATES = Path(settings.BASE_DIR) / "templates"
PARTS = {"base", "order_lines"}
ODD = "⚠"


@pytest.fixture(autouse=True)
def _missing_facts_are_seen(monkeypatch):
    """A name that a template says and an example lacks would else leave a hole that nobody sees."""
    backend = engines["django"]
    assert isinstance(backend, DjangoTemplates)
    monkeypatch.setattr(backend.engine, "string_if_invalid", f"{ODD}%s")


def names(folder, suffix):
    return {path.stem for path in (TEMPLATES / folder).glob(f"*.{suffix}")} - PARTS


def test_every_template_has_a_kind_and_every_kind_its_templates():
    assert names("mail", "txt") == names("mail", "html") == set(KINDS)
    assert names("text", "txt") == {name for name, kind in KINDS.items() if kind.has_text}


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_kind_is_set_in_every_language(name, locale):
    kind = KINDS[name]

    mail = sample_mail(kind, locale)

    assert 8 <= len(mail.subject) <= 120
    assert len(mail.text) > 40
    assert ODD not in f"{mail.subject}{mail.text}{mail.html}"
    assert f'<html lang="{locale}">' in mail.html
    assert ("https://example.org/choices" in mail.text) == (kind.audience == Audience.SHOPPER)
    assert ("https://example.org/choices" in mail.html) == (kind.audience == Audience.SHOPPER)
    assert re.search(r"\{[{%]", mail.text) is None


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", sorted(name for name, kind in KINDS.items() if kind.has_text))
def test_every_text_fits_into_two_messages(name, locale):
    text = sample_text(KINDS[name], locale)

    assert text.startswith("backmarket: ")
    assert ODD not in text
    assert segments(text) <= 2


def test_the_languages_say_different_things():
    for name, kind in KINDS.items():
        if name == "account":
            continue
        subjects = {sample_mail(kind, locale).subject for locale in LOCALES}
        assert len(subjects) >= len(LOCALES) - 1, name


def test_a_name_is_taken_once():
    with pytest.raises(ValueError, match="order_confirmed already"):
        define("order_confirmed", "", lambda locale: {})
