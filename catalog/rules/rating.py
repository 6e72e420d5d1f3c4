"""
A rating that says how sure one can be: the mean, drawn towards what is usual while few have rated.

Every product and seller starts as if `PRIOR_COUNT` buyers had given `PRIOR_TENTHS`; each rating moves it from
there (a Bayesian mean with a fixed prior). One buyer's five stars are therefore shown as 4.1, and forty of them
as 4.8; a mean of thousands is left alone. Lists are sorted and filters work by this figure as well, so that
nobody comes first by a single rating.
"""

from dataclasses import dataclass

PRIOR_COUNT = 10
PRIOR_TENTHS = 40
SURE_FROM = 30
SOME_FROM = 5


@dataclass(frozen=True, slots=True)
class Rating:
    """Stars in tenths and how many buyers stand behind them; `total` is the sum of their stars."""

    total: int
    count: int

    @property
    def tenths(self) -> int | None:
        return rating_tenths(self.total, self.count)

    @property
    def value(self) -> float | None:
        """The shown figure, 1.0 to 5.0; None while nobody has rated."""
        tenths = self.tenths
        return None if tenths is None else tenths / 10

    @property
    def confidence(self) -> str:
        """Say how much stands behind it: "few", "some" or "many"."""
        if self.count >= SURE_FROM:
            return "many"
        return "some" if self.count >= SOME_FROM else "few"


def rating_tenths(total: int, count: int) -> int | None:
    """Return the shown rating times ten, rounded half up; None while nobody has rated."""
    if count <= 0:
        return None
    weight = PRIOR_COUNT + count
    return (2 * (PRIOR_COUNT * PRIOR_TENTHS + 10 * total) + weight) // (2 * weight)


def shown_rating(total: int, count: int) -> float | None:
    """Return the shown rating, 1.0 to 5.0; None while nobody has rated."""
    return Rating(total, count).value
