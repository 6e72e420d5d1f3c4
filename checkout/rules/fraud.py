"""Signs of fraud in a paid order: named rules with points and a sentence each; pure, so that checks can be replayed."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from disposable_email_domains import blocklist
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backmarket.core.money import Money

# Raised whenever a rule, its points or a limit changes: stored checks say by which of them they were made.
VERSION = 1
RECENT = timedelta(hours=24)
DECIDE_WITHIN = timedelta(hours=24)
TRUST_PER_ORDER = 15
TRUST_ORDERS = 4


@dataclass(frozen=True, slots=True)
class Limits:
    """From how many points an order waits for a person, and what is much in a market, in minor units and units."""

    hold_at: int
    first_order_minor: int
    units: int


EURO = Limits(hold_at=60, first_order_minor=120_000, units=4)
LIMITS = {
    "FR": EURO,
    "DE": EURO,
    "ES": Limits(hold_at=60, first_order_minor=100_000, units=4),
    "IT": Limits(hold_at=60, first_order_minor=100_000, units=4),
    "NL": EURO,
    "BE": EURO,
    "IE": EURO,
    "AT": EURO,
    "GB": Limits(hold_at=60, first_order_minor=105_000, units=4),
    "US": Limits(hold_at=60, first_order_minor=130_000, units=4),
}


@dataclass(frozen=True, slots=True)
class FraudFacts:
    """
    What is known of an order when its money was taken: counts and few words, nothing that names a person.

    `recent_…` count other orders of the last 24 hours with the same e-mail, phone, address or network (`origin`),
    none above 99.
    `delivered_before` counts an account's orders that arrived and were kept; a guest has none, because anybody can
    type another's address.
    """

    market: str
    currency: str
    total_minor: int
    email_domain: str
    phone_country: str
    recent_by_email: int = 0
    recent_by_phone: int = 0
    recent_by_address: int = 0
    recent_by_origin: int = 0
    names_before: int = 0
    paid_before: int = 0
    delivered_before: int = 0
    refused_before: int = 0
    failed_payments: int = 0
    most_units: int = 1

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says of an order; points below zero speak for it."""

    rule: str
    points: int

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Rule:
    """`points` judges the facts, 0 says nothing; `sentence` tells staff why, filled with those facts."""

    name: str
    sentence: str | Promise
    points: Callable[[FraudFacts, Limits], int]


def _steps(count: int, *steps: tuple[int, int]) -> int:
    """Return the points of the highest step (from, points) that a count reaches."""
    return max((points for start, points in steps if count >= start), default=0)


def _dear_first_order(facts: FraudFacts, limits: Limits) -> int:
    if facts.paid_before:
        return 0
    return _steps(facts.total_minor, (limits.first_order_minor, 30), (2 * limits.first_order_minor, 45))


def _phone_abroad(facts: FraudFacts, limits: Limits) -> int:
    return 15 if facts.phone_country not in ("", facts.market) else 0


RULES = (
    Rule(
        "many_by_email",
        _("Other orders with this e-mail address in 24 hours: %(recent_by_email)s."),
        lambda facts, limits: _steps(facts.recent_by_email, (3, 20), (6, 40)),
    ),
    Rule(
        "many_by_phone",
        _("Other orders with this phone number in 24 hours: %(recent_by_phone)s."),
        lambda facts, limits: _steps(facts.recent_by_phone, (3, 15), (6, 30)),
    ),
    Rule(
        "many_to_address",
        _("Other orders to this address in 24 hours: %(recent_by_address)s."),
        lambda facts, limits: _steps(facts.recent_by_address, (4, 15), (8, 30)),
    ),
    Rule(
        "many_from_network",
        _("Other orders from the same network address in 24 hours: %(recent_by_origin)s."),
        lambda facts, limits: _steps(facts.recent_by_origin, (5, 15), (10, 30)),
    ),
    Rule(
        "dear_first_order",
        _("A first order of %(total)s; much in this market from %(first_order)s on."),
        _dear_first_order,
    ),
    Rule(
        "phone_abroad",
        _("The parcel goes to %(market)s, the phone number is of %(phone_country)s."),
        _phone_abroad,
    ),
    Rule(
        "other_names",
        _("Other names that this e-mail address ordered under before: %(names_before)s."),
        lambda facts, limits: _steps(facts.names_before, (1, 15), (3, 30)),
    ),
    Rule(
        "disposable_email",
        _("The e-mail address is a disposable one, of %(email_domain)s."),
        lambda facts, limits: 40 if facts.email_domain in blocklist else 0,
    ),
    Rule(
        "failed_payments",
        _("Payments of this order that failed before one succeeded: %(failed_payments)s."),
        lambda facts, limits: _steps(facts.failed_payments, (2, 15), (4, 30)),
    ),
    Rule(
        "many_units",
        _("Units of one device in this order: %(most_units)s."),
        lambda facts, limits: _steps(facts.most_units, (limits.units, 20), (2 * limits.units, 40)),
    ),
    Rule(
        "refused_before",
        _("Refused orders with this e-mail address, phone number or address: %(refused_before)s."),
        lambda facts, limits: _steps(facts.refused_before, (1, 60)),
    ),
    Rule(
        "trusted",
        _("Orders of this account that arrived and were kept: %(delivered_before)s."),
        lambda facts, limits: -TRUST_PER_ORDER * min(facts.delivered_before, TRUST_ORDERS),
    ),
)
_SENTENCES = {rule.name: rule.sentence for rule in RULES}


@dataclass(frozen=True, slots=True)
class Verdict:
    findings: tuple[Finding, ...]
    points: int
    hold_at: int

    @property
    def is_held(self) -> bool:
        return self.points >= self.hold_at


def judge(facts: FraudFacts) -> Verdict:
    """Add up what the rules say of an order."""
    limits = LIMITS[facts.market]
    judged = ((rule.name, rule.points(facts, limits)) for rule in RULES)
    findings = tuple(Finding(name, points) for name, points in judged if points)
    return Verdict(findings, sum(finding.points for finding in findings), limits.hold_at)


def explain(finding: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
    """Say in the reader's language why a rule gave its points; one that is no longer known is only named."""
    sentence = _SENTENCES.get(finding["rule"])
    if sentence is None:
        return str(finding["rule"])
    limits, currency = LIMITS[facts["market"]], facts["currency"]
    amounts = {
        "total": Money(facts["total_minor"], currency).format(),
        "first_order": Money(limits.first_order_minor, currency).format(),
    }
    return str(sentence) % {**facts, **amounts}
