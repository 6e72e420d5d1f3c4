"""Judgement files and what is reckoned from them."""

import pytest

from catalog.rules.judgements import JudgedQuery, JudgementsRefusedError, read_judgements
from catalog.rules.relevance import ndcg, reciprocal_rank


def test_the_best_order_scores_one():
    assert ndcg([1, 2, 3], {1: 3, 2: 2, 3: 1}) == 1


def test_a_worse_order_scores_by_gain_and_discount():
    assert ndcg([9, 2, 1], {1: 3, 2: 1}) == pytest.approx((1 / 1.58496 + 7 / 2) / (7 + 1 / 1.58496), abs=1e-5)


def test_only_the_first_ten_count():
    assert ndcg([*range(100, 110), 1], {1: 3}) == 0
    assert ndcg(range(12), dict.fromkeys(range(12), 2)) == 1


def test_where_nothing_is_useful_there_is_nothing_to_reckon():
    assert ndcg([1], {1: 0}) is None


def test_the_reciprocal_rank_is_that_of_the_first_useful_product():
    assert reciprocal_rank([5, 1, 2], {1: 1, 2: 3, 5: 0}) == 0.5
    assert reciprocal_rank([], {1: 1}) == 0
    assert reciprocal_rank([*range(10, 20), 1], {1: 3}) == 0


def test_a_file_is_read_by_its_header():
    lines = [
        "\ufeffgrade,query,product,language,market\n",
        "3,ps5,sony-playstation-5,FR,be\n",
        "\n",
        "1,ps5,ps4,fr,BE\n",
    ]

    assert read_judgements(lines).grades == {
        JudgedQuery("ps5", "fr", "BE"): {"sony-playstation-5": 3, "ps4": 1},
    }


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([], "the file is empty"),
        (["query,product,grade\n"], "no judgements"),
        (["query,grade\n", "a,1\n"], "line 1: the header lacks product"),
        (["query,query,product,grade\n"], "names a column twice"),
        (["query,product,grade\n", "a,b\n"], "line 2: 2 fields, where the header has 3"),
        (["query,product,grade\n", ",b,1\n"], "line 2: query is empty"),
        (["query,product,grade\n", f"{'a' * 10_001},b,1\n"], "line 2: query is too long"),
        (["query,product,grade\n", "a,,1\n"], "line 2: product is empty"),
        (["query,product,grade\n", "a,b,4\n"], "line 2: grade '4' is not one of 0, 1, 2, 3"),
        (["query,product,grade\n", "a,b,1.5\n"], "line 2: grade '1.5'"),
        (["query,product,grade,language\n", "a,b,1,french\n"], "line 2: language 'french'"),
        (["query,product,grade\n", "a,b,1\n", "a,b,2\n"], "line 3: 'b' has another grade for 'a' already"),
        (["query,product,grade\n", '"a,b,1\n'], "line 2: not CSV"),
    ],
)
def test_a_malformed_file_is_refused_with_line_and_reason(lines, reason):
    with pytest.raises(JudgementsRefusedError, match=reason.replace("(", r"\(")):
        read_judgements(lines)
