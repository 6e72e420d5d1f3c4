"""What every address of the API does alike: parameters, language, limits, versions of answers, other origins."""

import gzip
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.utils.translation.trans_real import parse_accept_lang_header
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backmarket.markets.registry import MARKETS, Market

from .cursors import CursorRefusedError, seal, unseal
from .errors import InvalidParametersError, problem_of
from .params import MarketParams, PagedParams, question_of, read
from .throttles import ClientThrottle

RowT = TypeVar("RowT")
WORTH_PACKING = 1_000
SHORT_S = 60
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Content-Language, ETag, Idempotency-Replayed, Link, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, "
        "Retry-After, X-Request-Id"
    ),
}


@dataclass(frozen=True, slots=True)
class Operation:
    """What a method of an address does, for the description: its words, the body it takes and what it answers."""

    summary: str
    text: str
    shape: Any
    body: Any = None
    status: int = 200
    refuses: tuple[int, ...] = ()
    # What 409 says beside the problem, if it says more.
    conflict: Any = None
    takes_key: bool = False
    needs_key: bool = False


class ApiView(APIView):
    """
    An address of the API, for anybody and from any origin; most can only be read.

    A subclass declares its parameters and answers with plain data; `max_age` is for how many seconds a client may
    keep an answer without asking again.
    """

    authentication_classes: tuple[type[BaseAuthentication], ...] = ()
    permission_classes = ()
    parser_classes: tuple[type[BaseParser], ...] = ()
    renderer_classes: tuple[type[BaseRenderer], ...] = (JSONRenderer,)
    throttle_classes: tuple[type[ClientThrottle], ...] = (ClientThrottle,)
    http_method_names = ["get", "head", "options"]
    params_class: ClassVar[type[serializers.Serializer[Any]]] = MarketParams
    max_age: ClassVar[int] = SHORT_S
    # For the description: what it is about, in a word and in a line, what it answers and which errors besides 400.
    tag: ClassVar[str] = ""
    summary: ClassVar[str] = ""
    shape: ClassVar[Any] = None
    refuses: ClassVar[tuple[int, ...]] = ()
    # By method, where an address does more than being read; and whether it is for who has a bearer's key only.
    operations: ClassVar[dict[str, Operation]] = {}
    is_private: ClassVar[bool] = False
    asked_headers: ClassVar[tuple[str, ...]] = ("Accept", "Accept-Language", "If-None-Match")
    params: dict[str, Any]

    @property
    def market(self) -> Market:
        return MARKETS[self.params["market"]]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer in the caller's language; other origins' questions beforehand are answered without more ado."""
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers={**CORS, **self._preflight()})
        locale = locale_of(request)
        with override(locale):
            response = super().dispatch(request, *args, **kwargs)
            # Rendered here, because lazy texts take the language of the moment when they are written.
            if isinstance(response, Response):
                response.render()
        return self._finish(request, response, locale)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.params = read(self.params_class, request.query_params)

    def get_exception_handler(self) -> Any:
        return problem_of

    def _preflight(self) -> dict[str, str]:
        methods = ", ".join(self.allowed_methods)
        return {
            "Allow": methods,
            "Access-Control-Allow-Methods": methods,
            "Access-Control-Allow-Headers": ", ".join(self.asked_headers),
            "Access-Control-Max-Age": "86400",
        }

    def _finish(self, request: HttpRequest, response: HttpResponseBase, locale: str) -> HttpResponseBase:
        response["Content-Language"] = locale
        patch_vary_headers(response, ("Accept-Language", "Accept-Encoding"))
        if self.is_private:
            patch_cache_control(response, private=True, no_store=True)
        elif response.status_code == 200 and isinstance(response, HttpResponse):
            patch_cache_control(response, public=True, max_age=self.max_age)
            response = _with_version(request, response)
        else:
            patch_cache_control(response, no_store=True)
        allowance = getattr(request, "api_allowance", None)
        for name, value in {**CORS, **(allowance.headers if allowance else {})}.items():
            response[name] = value
        return response


class PagedApiView(ApiView):
    """A list in pages: `items` and the full address of the next page."""

    params_class: ClassVar[type[serializers.Serializer[Any]]] = PagedParams
    # What stands beside the entries, and its shape.
    more: ClassVar[dict[str, Any]] = {}
    list_name: ClassVar[str] = ""

    @property
    def position(self) -> list[Any] | None:
        """
        Return where the page starts, None for the first one.

        :raises InvalidParametersError: the cursor is none of this list
        """
        cursor = self.params.get("cursor")
        if not cursor:
            return None
        try:
            return unseal(cursor, self._question())
        except CursorRefusedError:
            raise InvalidParametersError({"cursor": [_refused()]}) from None

    @property
    def page_size(self) -> int:
        size: int = self.params["page_size"]
        return size

    def page(
        self, rows: Sequence[RowT], position_of: Callable[[RowT], list[Any]], more: dict[str, Any] | None = None
    ) -> Response:
        """
        Answer one page of rows, of which one more than `page_size` was asked for, and `more` beside them.

        `position_of` says after which row the next page starts.
        """
        shown = rows[: self.page_size]
        following = position_of(shown[-1]) if len(rows) > len(shown) else None
        return self.answer(self.shape(shown, many=True, context=self.context).data, following, **(more or {}))

    @property
    def context(self) -> dict[str, Any]:
        return {"market": self.market.code}

    def answer(self, items: Any, following: list[Any] | None, **more: Any) -> Response:
        """Answer entries; `following` is the position of the next page, if there is one."""
        cursor = seal(following, self._question()) if following is not None else None
        return Response({"items": items, "next": cursor, **more})

    def _question(self) -> str:
        return question_of(self.request.path, self.request.query_params)


def _refused() -> serializers.ErrorDetail:
    return serializers.ErrorDetail(_("This cursor was changed or belongs to another list."), "invalid_cursor")


def locale_of(request: HttpRequest) -> str:
    """Choose the language of the market that the caller likes best, else the market's first one."""
    market = MARKETS.get(request.GET.get("market", ""))
    known = market.languages if market else ("en", "fr", "de", "es", "it", "nl")
    code = market.code.lower() if market else "us"
    for wanted, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
        language = wanted.split("-")[0]
        if language in known:
            return f"{language}-{code}" if market else _any_locale(language)
        if wanted == "*":
            break
    return f"{known[0]}-{code}"


def _any_locale(language: str) -> str:
    """Return a locale of the language, where no market says which."""
    return "en-us" if language == "en" else next(m.default_locale for m in MARKETS.values() if language in m.languages)


def _with_version(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """
    Give the answer a strong ETag made of its bytes, compress it for who takes that, or answer 304.

    The bytes are the one version that nobody can forget to raise: an answer depends on offers, reviews, texts that
    staff edit, the language and the hour (delivery dates).
    """
    body = response.content
    version = hashlib.sha256(body).hexdigest()[:24]
    packed = len(body) >= WORTH_PACKING and "gzip" in request.headers.get("Accept-Encoding", "")
    etag = f'"{version}-gz"' if packed else f'"{version}"'
    response["ETag"] = etag
    answer = get_conditional_response(request, etag=etag, response=response)
    if isinstance(answer, HttpResponseNotModified):
        answer["Content-Language"] = response["Content-Language"]
        return answer
    if packed:
        response.content = gzip.compress(body, compresslevel=6, mtime=0)
        response["Content-Encoding"] = "gzip"
    response["Content-Length"] = str(len(response.content))
    return response
