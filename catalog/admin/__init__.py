"""The catalogue in Django admin."""

from . import catalogue, reviews, search, selling

__all__ = ["catalogue", "reviews", "search", "selling"]
