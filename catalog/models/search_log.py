"""How often what was searched: counts a day, and nothing about who searched."""

from django.db import models


class SearchQueryDay(models.Model):
    """
    One day's searches for one text, in its normal form, in one market and language (`rules.searches`).

    `without_result` and `near_only` are those of the searches that found nothing, and nothing that has all the words.
    `clicks` counts searches of which a result was opened; `position_sum` adds up the places of those results, from 1.
    """

    search_date = models.DateField()
    market = models.CharField(max_length=2)
    language = models.CharField(max_length=2)
    text = models.CharField(max_length=60)
    searches = models.PositiveIntegerField()
    without_result = models.PositiveIntegerField()
    near_only = models.PositiveIntegerField()
    clicks = models.PositiveIntegerField()
    position_sum = models.PositiveBigIntegerField()

    class Meta:
        verbose_name = "search of a day"
        verbose_name_plural = "searches by day"
        constraints = [
            models.UniqueConstraint(
                fields=["market", "language", "text", "search_date"], name="catalog_one_count_per_search_and_day"
            ),
        ]
        indexes = [models.Index(fields=["search_date"], name="catalog_search_day")]

    def __str__(self) -> str:
        return f"{self.search_date} {self.language}-{self.market} {self.text}"
