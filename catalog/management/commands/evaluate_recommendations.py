"""Measure "often bought with" against popularity on held-back orders."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog.selectors.recommendation_figures import recommendation_figures


class Command(BaseCommand):
    help = "Learn from earlier orders, ask for the products of later ones, and print recall@10 beside popularity's."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--held-back", type=float, default=0.25, help="the share of lines that is held back")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 0 < options["held_back"] < 1:
            raise CommandError("--held-back is a share between 0 and 1.")
        figures = recommendation_figures(held_back=options["held_back"])
        if figures is None:
            raise CommandError("There are too few orders of several products to hold any back.")
        self.stdout.write(
            f"learnt from {figures.learnt_orders:,} orders before {figures.until:%Y-%m-%d}, asked "
            f"{figures.questions:,} questions of {figures.held_back_orders:,} later orders of several products\n"
            f"recall@10  often bought with {figures.recall:.3f}   popularity {figures.popularity_recall:.3f}   "
            f"{figures.ratio:.2f} times"
        )
