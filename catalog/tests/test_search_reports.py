"""Staff's reports on searches: who may see them, what they list, what stays hidden."""

import csv
import io
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from backmarket.accounts.groups import AGENT, FINANCE, OPERATOR
from backmarket.accounts.models import User
from backmarket.core import clock
from catalog.services.search_log import SearchCounts, SearchKey, record_searches

pytestmark = pytest.mark.django_db
EMPTY, FEW_CLICKS, TOP = PAGES = tuple(f"/admin/searches/{name}" for name in ("", "few-clicks/", "top/"))


def staff(group: str) -> User:
    user = User.objects.create_user(f"{group}@example.test", "x", is_staff=True)
    user.groups.add(Group.objects.get_or_create(name=group)[0])
    return user


@pytest.fixture
def operator(client):
    client.force_login(staff(OPERATOR))
    return client


def searched(text, *, days=(0, 1), market="GB", language="en", searches=5, **counts):
    today = clock.now().date()
    record_searches(
        {
            SearchKey(market, language, text, today - timedelta(days=day)): SearchCounts(searches=searches, **counts)
            for day in days
        }
    )


def shown(client, address, **params) -> list[str]:
    return [line.figures.text for line in client.get(address, params).context["lines"]]


def test_only_operators_see_what_is_searched(client):
    assert [client.get(page).status_code for page in PAGES] == [302] * 3
    client.force_login(User.objects.create_user("shopper@example.test", "x"))
    assert [client.get(page).status_code for page in PAGES] == [404] * 3
    for group in (AGENT, FINANCE):
        client.force_login(staff(group))
        assert [client.get(page).status_code for page in PAGES] == [404] * 3
    client.force_login(staff(OPERATOR))
    assert [client.get(page).status_code for page in PAGES] == [200] * 3


def test_each_report_lists_what_matters_most_first(operator):
    searched("nokia 3310", searches=6, without_result=6)
    searched("vhs player", searches=20, without_result=10)
    searched("iphone 13", searches=90, clicks=50, position_sum=100)
    searched("case", searches=30, clicks=2, position_sum=40)
    searched("tablet", searches=10, clicks=1, position_sum=1)

    assert shown(operator, EMPTY) == ["vhs player", "nokia 3310"]
    assert shown(operator, FEW_CLICKS) == ["case", "vhs player", "tablet"]
    assert shown(operator, TOP) == ["iphone 13", "case", "vhs player", "tablet", "nokia 3310"]


def test_figures_of_a_search(operator):
    searched("iphone 13", searches=10, without_result=2, near_only=1, clicks=4, position_sum=12)
    searched("iphone 13", days=(30,), searches=16)

    figures = operator.get(TOP).context["lines"][0].figures
    page = operator.get(TOP).content.decode()

    assert (figures.searched, figures.before, figures.clicked) == (20, 16, 8)
    assert (figures.empty_percent, figures.near_percent, figures.click_percent) == (20, 10, 50)
    assert (figures.mean_position, figures.trend_percent) == (3, 25)
    for text in ("iphone 13", "+25.0%", "20.0%", "10.0%", "50.0%", "3.0"):
        assert text in page


def test_what_only_a_few_searched_is_counted_but_never_shown(operator):
    searched("ada lovelace", days=(0, 1), searches=2)
    searched("bob", days=(0,), searches=50)

    assert [shown(operator, page) for page in PAGES] == [[]] * 3
    answer = operator.get(TOP)
    assert answer.context["totals"].searched == 54
    assert b"ada lovelace" not in answer.content
    assert b"ada lovelace" not in operator.get(TOP, {"format": "csv"}).content


def test_a_report_is_narrowed_to_market_language_and_period(operator):
    searched("iphone", market="FR", language="fr")
    searched("telefoon", market="BE", language="nl")
    searched("portable", market="BE", language="fr", days=(40, 41))

    assert shown(operator, TOP) == ["iphone", "telefoon"]
    assert shown(operator, TOP, market="BE") == ["telefoon"]
    assert shown(operator, TOP, language="fr") == ["iphone"]
    assert shown(operator, TOP, days="90", market="BE", language="fr") == ["portable"]
    assert shown(operator, TOP, days="7") == ["iphone", "telefoon"]


@pytest.mark.parametrize("params", [{"market": "XX"}, {"days": "9999"}, {"language": "' --"}, {"page": "-4"}])
def test_senseless_choices_mean_everything(operator, params):
    searched("iphone")

    assert shown(operator, TOP, **params) == ["iphone"]


def test_a_search_can_be_tried_where_it_was_made(operator):
    searched("téléphone & co", market="BE", language="fr")
    searched("kein markt", market="FR", language="de")

    urls = {line.figures.text: line.try_url for line in operator.get(TOP).context["lines"]}

    assert urls == {"téléphone & co": "/fr-be/search/?q=t%C3%A9l%C3%A9phone+%26+co", "kein markt": ""}


def test_a_search_leads_to_a_synonym_for_it_where_somebody_may_add_one(client):
    searched("kopfhorer", market="DE", language="de")
    client.force_login(User.objects.create_superuser("root@example.test", "x"))

    url = client.get(TOP).context["lines"][0].synonym_url

    page = client.get(url)
    assert page.context["adminform"].form["term"].value() == "kopfhorer"
    assert page.context["adminform"].form["language"].value() == "de"


def test_a_report_is_taken_away_as_csv_without_formulas(operator):
    searched("=cmd", searches=7, clicks=2, position_sum=3)

    answer = operator.get(TOP, {"format": "csv", "days": "7"})

    assert answer["Content-Disposition"] == 'attachment; filename="searches-top-7-days.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert rows == [
        {
            "market": "GB",
            "language": "en",
            "search": "'=cmd",
            "searches": "14",
            "searches_before": "0",
            "without_result": "0",
            "near_only": "0",
            "clicks": "4",
            "mean_position": "1.5",
        }
    ]


@pytest.mark.parametrize("count", [1, 60])
def test_a_report_takes_few_queries_whatever_it_lists(operator, django_assert_max_num_queries, count):
    for number in range(count):
        searched(f"iphone {number}")

    # Session, user, groups twice over for the menu, and four of the report: count, rows, totals, permission.
    with django_assert_max_num_queries(10):
        assert operator.get(TOP).context["page"].paginator.count == count


def test_the_admins_menu_leads_to_the_reports(operator):
    assert f'href="{reverse("searches:empty")}"' in operator.get("/admin/").content.decode()
