"""
The buy box's arithmetic (domain.md, "Buy box"): no database, so that any past election can be replayed.

Score = landed price − quality bonus; the lowest wins. The bonus grows with the lower confidence bound of the
seller's quality score, from nothing at 500 ‰ to 3 % of the price at 1000 ‰.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from decimal import Decimal

from backmarket.core.money import round_half_up

BONUS_FROM_PERMILLE = 500
BONUS_SHARE_AT_BEST = Decimal("0.03")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A listing that could win: amounts in minor units of the market's currency, `days` to deliver."""

    listing_id: int
    seller_id: int
    price_minor: int
    delivery_minor: int
    quality_lower_permille: int
    days: int
    available: int

    @property
    def bonus_minor(self) -> int:
        above = max(0, self.quality_lower_permille - BONUS_FROM_PERMILLE)
        share = BONUS_SHARE_AT_BEST * above / (1000 - BONUS_FROM_PERMILLE)
        return round_half_up(self.price_minor * share)

    @property
    def score_minor(self) -> int:
        return self.price_minor + self.delivery_minor - self.bonus_minor

    @property
    def rank(self) -> tuple[int, int, int]:
        """Lower is better: score, then delivery days, then the older listing."""
        return (self.score_minor, self.days, self.listing_id)


def ranking(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Order the candidates, the winner first."""
    return sorted(candidates, key=lambda candidate: candidate.rank)


def as_inputs(ranked: Iterable[Candidate]) -> list[dict[str, int]]:
    """Return what is stored with the result: every candidate's facts with its bonus and score."""
    return [
        {**asdict(candidate), "bonus_minor": candidate.bonus_minor, "score_minor": candidate.score_minor}
        for candidate in ranked
    ]


def price_to_win(own: Candidate, best_other: Candidate) -> int | None:
    """
    Return the highest price with which `own` would win against the best of the others, or None if none does.

    Found by bisection, because the bonus is a rounded share of the price.
    """

    def wins(price_minor: int) -> bool:
        candidate = Candidate(
            own.listing_id,
            own.seller_id,
            price_minor,
            own.delivery_minor,
            own.quality_lower_permille,
            own.days,
            own.available,
        )
        return candidate.rank < best_other.rank

    low, high = 1, max(own.price_minor, best_other.price_minor) * 2
    if not wins(low):
        return None
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if wins(middle) else (low, middle - 1)
    return low
