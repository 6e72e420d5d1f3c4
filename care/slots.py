"""What higher tribes tell care."""

from collections.abc import Callable, Iterable

from django.http import HttpRequest

_sellers: list[Callable[[HttpRequest], Iterable[int]]] = []


def seller_ids_from(function: Callable[[HttpRequest], Iterable[int]]) -> Callable[[HttpRequest], Iterable[int]]:
    """Register who answers for which sellers a visitor may read tickets; merchants knows its members."""
    _sellers.append(function)
    return function


def seller_ids_of(request: HttpRequest) -> set[int]:
    """Return the sellers whose tickets the visitor may read in the back office."""
    if not request.user.is_authenticated:
        return set()
    return {seller_id for function in _sellers for seller_id in function(request)}
