"""French is complete and fits its source; the other languages know every text."""

import re

import pytest
from babel.messages.catalog import Catalog

from backmarket.ops import messages

PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w*\}|%%|<[^>]+>|https?://\S+")
TO_BE_FILLED = sorted(set(messages.LANGUAGES) - set(messages.COMPLETE))


@pytest.fixture(scope="module")
def source():
    return messages.source_texts()


def _forms(text):
    return [text] if isinstance(text, str) else list(text)


def test_french_misses_no_text(source):
    assert messages.missing("fr", source) == []


def test_a_text_without_its_french_is_found_missing():
    source = Catalog()
    source.add("Seventeen parrots repair a telephone", None)

    assert messages.missing("fr", source) == ["Seventeen parrots repair a telephone"]


def test_french_has_every_placeholder_of_its_source_and_no_other():
    wrong = []
    for message in messages.load("fr"):
        if not message.id:
            continue
        singular, plural = _forms(message.id)[0], _forms(message.id)[-1]
        allowed = set(PLACEHOLDER.findall(singular)) | set(PLACEHOLDER.findall(plural))
        first, last = _forms(message.string)[0], _forms(message.string)[-1]
        # A singular may say "one" instead of its number; every other form says all that the source says.
        is_complete = set(PLACEHOLDER.findall(last)) == set(PLACEHOLDER.findall(plural))
        if not is_complete or not set(PLACEHOLDER.findall(first)) <= allowed:
            wrong.append(singular)

    assert wrong == []


def test_french_puts_no_plain_space_before_tall_punctuation():
    plain = re.compile(r"\w [:;?!»](?=\s|$)|« ")
    found = [text for message in messages.load("fr") if message.id for text in _forms(message.string)]

    assert [text for text in found if plain.search(text)] == []


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_every_catalogue_passes_the_checks_that_compiling_makes(language):
    # `make setup` stops where Babel doubts a placeholder, and reads one into "80 % is" too.
    doubted = [(message.id, str(errors)) for message, errors in messages.load(language).check()]

    assert doubted == []


@pytest.mark.parametrize("language", TO_BE_FILLED)
def test_the_other_languages_know_every_text(source, language):
    catalog = messages.load(language)

    unknown = [message.id for message in source if message.id and catalog.get(message.id, message.context) is None]

    assert unknown == []
