"""
How good an order of results is, against what people said of each product (0 useless to 3 exactly what was meant).

nDCG@10 as in Järvelin and Kekäläinen (2002): gain 2^grade − 1, discount log2(place + 1), divided by the same sum over
the best order that the judgements allow. MRR is the mean of 1 / place of the first product with a grade above 0.
"""

from collections.abc import Mapping, Sequence
from math import log2

DEPTH = 10


def discounted_gain(grades: Sequence[int]) -> float:
    return sum(((1 << grade) - 1) / log2(place + 1) for place, grade in enumerate(grades[:DEPTH], start=1))


def ndcg(ranked: Sequence[int], grades: Mapping[int, int]) -> float | None:
    """Return nDCG@10 of an order, None where no product has a grade above 0; what was not judged counts as 0."""
    ideal = discounted_gain(sorted(grades.values(), reverse=True))
    return discounted_gain([grades.get(key, 0) for key in ranked[:DEPTH]]) / ideal if ideal else None


def reciprocal_rank(ranked: Sequence[int], grades: Mapping[int, int]) -> float:
    """Return 1 / place of the first useful product among the first ten, 0 where there is none."""
    useful = (1 / place for place, key in enumerate(ranked[:DEPTH], start=1) if grades.get(key, 0) > 0)
    return next(useful, 0.0)
