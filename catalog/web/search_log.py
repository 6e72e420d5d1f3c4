"""
Count searches and clicks without slowing either: counts gather in the process and are written some seconds later.

Nothing of the visitor is kept: what is counted is the day, the market, the language and the words' normal form. A
process that is killed loses the counts of its last seconds.
"""

import atexit
import logging
import threading
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.core import signing
from django.db import DatabaseError, connection
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from backmarket.core import clock
from catalog.rules import searches as rules
from catalog.search.text import normalised
from catalog.services.search_log import SearchCounts, SearchKey, record_searches

from .params import market_of, whole

logger = logging.getLogger(__name__)
MAX_WAITING = 5_000
TOKEN_SALT = "catalog.search.click"  # noqa: S105 — names a use, is no secret
TOKEN_AGE_S = 3600


class SearchLog:
    """Counts that wait to be written; what comes while `MAX_WAITING` texts wait is not counted."""

    def __init__(self) -> None:
        self._waiting: dict[SearchKey, SearchCounts] = {}
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def add(self, key: SearchKey, counts: SearchCounts) -> None:
        with self._lock:
            if key not in self._waiting and len(self._waiting) >= MAX_WAITING:
                return
            self._waiting.setdefault(key, SearchCounts()).add(counts)
            if self._timer is None and settings.SEARCH_LOG_DELAY_S is not None:
                self._timer = threading.Timer(settings.SEARCH_LOG_DELAY_S, self._flush_in_thread)
                self._timer.daemon = True
                self._timer.start()

    def flush(self) -> None:
        """Write what waits; what the database refuses is let go, because a count is not worth a failure."""
        with self._lock:
            waiting, self._waiting, self._timer = self._waiting, {}, None
        if not waiting:
            return
        try:
            record_searches(waiting)
        except DatabaseError:
            logger.warning("the counts of %d searches were lost", len(waiting), exc_info=True)

    def _flush_in_thread(self) -> None:
        try:
            self.flush()
        finally:
            connection.close()


LOG = SearchLog()
atexit.register(LOG.flush)


def note_search(request: HttpRequest, text: str, *, is_found: bool, is_near: bool) -> str:
    """
    Count a search with what it found, and return the token that a click on a result is sent with.

    Pages, filters, orders and reloads of one search are no new searches, and robots are no shoppers. Nothing is
    counted, and no token given, for what must not stand in the log.
    """
    normal_form = normalised(text)
    if not rules.may_be_logged(text, normal_form) or rules.is_robot(request.headers.get("User-Agent", "")):
        return ""
    market, language = market_of(request).code, (get_language() or "en").split("-")[0]
    if _is_new(request, normal_form):
        counts = SearchCounts(searches=1, without_result=int(not is_found), near_only=int(is_found and is_near))
        LOG.add(SearchKey(market, language, normal_form, clock.now().date()), counts)
    return signing.dumps([market, language, normal_form], salt=TOKEN_SALT)


def note_click(token: str, position: str) -> None:
    """Count a click on the result at a place; a token that is not ours or older than an hour counts nothing."""
    try:
        market, language, text = signing.loads(token, salt=TOKEN_SALT, max_age=TOKEN_AGE_S)
    except (signing.BadSignature, ValueError):
        return
    place = whole(position)
    if place and place <= rules.MAX_POSITION:
        counts = SearchCounts(clicks=1, position_sum=place)
        LOG.add(SearchKey(market, language, text, clock.now().date()), counts)


def _is_new(request: HttpRequest, normal_form: str) -> bool:
    is_swap = request.headers.get("X-Requested-With") == "swap"
    is_ahead = "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
    is_plain = set(request.GET) == {"q"}
    return is_plain and not is_swap and not is_ahead and not _comes_from_itself(request, normal_form)


def _comes_from_itself(request: HttpRequest, normal_form: str) -> bool:
    """Say whether a visitor comes from another page of the same search."""
    try:
        before = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return False
    if before.path != reverse("catalog:search"):
        return False
    words = parse_qs(before.query[:2000]).get("q", [""])[0]
    return normalised(words[:200]) == normal_form
