"""The catalogue in Django admin."""

from . import alerts, catalogue, reviews, search, selling

__all__ = ["alerts", "catalogue", "reviews", "search", "selling"]
