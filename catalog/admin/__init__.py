"""The catalogue in Django admin."""

from . import alerts, catalogue, questions, reviews, search, selling

__all__ = ["alerts", "catalogue", "questions", "reviews", "search", "selling"]
