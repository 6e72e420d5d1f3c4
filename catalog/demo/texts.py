"""
Words of the demo shop's people: reviews, tickets, names and addresses.

All of it is invented and says nothing about a real person; the addresses use
real street names and postcodes so that forms and labels look right.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from catalog.demo.facts import read

REVIEW_TOPICS = ("battery", "looks", "packaging", "delivery", "screen")


@dataclass(frozen=True, slots=True)
class DemoPhrase:
    """A sentence of a review, and the lowest and highest rating that it fits."""

    text: str
    lowest: int
    highest: int

    def fits(self, rating: int) -> bool:
        return self.lowest <= rating <= self.highest


@dataclass(frozen=True, slots=True)
class DemoAddress:
    street: str
    postcode: str
    city: str


@dataclass(frozen=True, slots=True)
class DemoPeople:
    """First names, last names and addresses of one country's shoppers."""

    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    addresses: tuple[DemoAddress, ...]


@dataclass(frozen=True, slots=True)
class DemoTicket:
    """A shopper's first message and the merchant's reply, by language (en, fr, de)."""

    opening: Mapping[str, str]
    reply: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DemoQuestion:
    """A question and a seller's answer by language; an empty answer is still to be given."""

    phone_only: bool
    ask: Mapping[str, str]
    answer: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DemoVoices:
    """What sellers answer to good and to bad reviews, by language, and what shoppers ask."""

    thanks: Mapping[str, tuple[str, ...]]
    sorry: Mapping[str, tuple[str, ...]]
    questions: tuple[DemoQuestion, ...]


@cache
def load_voices() -> DemoVoices:
    """Read sellers' answers to reviews, and questions with their answers."""
    rows = read("voices.json")
    return DemoVoices(
        thanks={language: tuple(texts) for language, texts in rows["thanks"].items()},
        sorry={language: tuple(texts) for language, texts in rows["sorry"].items()},
        questions=tuple(DemoQuestion(**row) for row in rows["questions"]),
    )


@cache
def load_reviews() -> Mapping[str, Mapping[str, tuple[DemoPhrase, ...]]]:
    """Read the phrases of reviews: language → topic → phrases, for every rating from 1 to 5."""
    return {
        language: {
            topic: tuple(DemoPhrase(row["text"], *row["ratings"]) for row in rows) for topic, rows in topics.items()
        }
        for language, topics in read("reviews.json").items()
    }


@cache
def load_people() -> Mapping[str, DemoPeople]:
    """Read names and addresses by country code."""
    return {
        country: DemoPeople(
            first_names=tuple(row["first_names"]),
            last_names=tuple(row["last_names"]),
            addresses=tuple(DemoAddress(**address) for address in row["addresses"]),
        )
        for country, row in read("people.json").items()
    }


@cache
def load_tickets() -> Mapping[str, tuple[DemoTicket, ...]]:
    """Read conversations by issue: battery, screen, sound, not-received, worse-than-described, wrong-item, lock."""
    return {issue: tuple(DemoTicket(**row) for row in rows) for issue, rows in read("tickets.json").items()}


@dataclass(frozen=True, slots=True)
class DemoSearch:
    """An invented search; `kind` is found, few_clicks, near or missing."""

    text: str
    kind: str


@cache
def load_searches() -> Mapping[str, tuple[DemoSearch, ...]]:
    """Return the searches of each language, the most usual first; nobody ever made them."""
    lists = read("searches.json")
    everywhere = lists.pop("everywhere")
    return {
        language: tuple(
            DemoSearch(text, kind) for kind in everywhere for text in (*everywhere[kind], *own.get(kind, ()))
        )
        for language, own in lists.items()
    }
