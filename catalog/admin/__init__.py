"""The catalogue in Django admin."""

from . import catalogue, reviews, selling

__all__ = ["catalogue", "reviews", "selling"]
