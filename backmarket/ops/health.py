"""Liveness and readiness."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

from backmarket.core.policies import PUBLIC, policy
from catalog.search import engines


@policy(PUBLIC)
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer as long as the process lives."""
    return JsonResponse({"status": "ok"})


@policy(PUBLIC)
def readyz(request: HttpRequest) -> JsonResponse:
    """
    Answer 200 when the database answers, else 503.

    Search is degraded while PostgreSQL stands in for Elasticsearch: shoppers find what they want all the same.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "down", "database": "down"}, status=503)
    search = "ok" if engines.is_first_choice() else "degraded"
    return JsonResponse({"status": "ok", "database": "ok", "search": search})
