"""What the addresses of buying do alike: bodies, bearers, idempotency keys."""

import json
import re
from codecs import getreader
from collections.abc import Callable, Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, serializers, status
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from backmarket.core import clock, idempotency
from backmarket.core.errors import DomainError, NotFoundError
from catalog.api.base import ApiView
from catalog.api.errors import InvalidBodyError, refusal_of
from catalog.api.throttles import ClientThrottle
from checkout.enums import BasketState
from checkout.models import Basket
from checkout.services.baskets import BasketClosedError

MAX_BODY_BYTES = 64 * 1024
MAX_DEPTH = 8
KEY = re.compile(r"[\x21-\x7e]{1,255}")
BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/:=-]{1,400})", re.IGNORECASE)
Respond = Callable[[], Response]


class CredentialsMissingError(exceptions.APIException):
    status_code = status.HTTP_401_UNAUTHORIZED
    default_code = "credentials_missing"
    default_detail = _("Send the basket’s token, or the order’s key: “Authorization: Bearer …”.")
    headers: ClassVar[dict[str, str]] = {"WWW-Authenticate": "Bearer"}


class TooLargeError(exceptions.APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"
    default_detail = _("A body has at most 64 kB.")


class KeyMissingError(exceptions.APIException):
    status_code = status.HTTP_400_BAD_REQUEST
    default_code = "idempotency_key_missing"
    default_detail = _("Send an Idempotency-Key: a new one for each order, the same one to try again.")


class KeyInvalidError(exceptions.APIException):
    status_code = status.HTTP_400_BAD_REQUEST
    default_code = "idempotency_key_invalid"
    default_detail = _("An Idempotency-Key has 1 to 255 visible ASCII characters, such as a UUID.")


class NoBasketError(NotFoundError):
    code = "basket_missing"
    message = _("There is no such basket in this market.")


class BodyParser(BaseParser):
    """Reads JSON; what is none, or nested without end, is a wrong request and no failure of ours."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        try:
            found = json.load(getreader("utf-8")(stream), parse_constant=_no_constant)
            _check_depth(found)
        except (ValueError, RecursionError) as error:
            raise exceptions.ParseError(_("The body cannot be read as JSON.")) from error
        return found


def _check_depth(found: Any, rest: int = MAX_DEPTH) -> None:
    inner = found.values() if isinstance(found, dict) else found if isinstance(found, list) else ()
    if inner and not rest:
        raise RecursionError
    for value in inner:
        _check_depth(value, rest - 1)


def _no_constant(name: str) -> None:
    raise ValueError(name)


class WriteThrottle(ClientThrottle):
    """Counts what makes something new apart from what only asks."""

    counted, limited_by = "writes", "API_WRITES_A_MINUTE"


WRITES: tuple[type[ClientThrottle], ...] = (ClientThrottle, WriteThrottle)


class BuyingView(ApiView):
    """An address of buying: never kept by anybody in between, and no cookie opens it to be written."""

    tag = "Buying"
    parser_classes = (BodyParser,)
    http_method_names = ["get", "post", "patch", "delete", "head", "options"]
    is_private = True
    is_for_bearers: ClassVar[bool] = True
    asked_headers = ("Accept", "Accept-Language", "Authorization", "Content-Type", "Idempotency-Key")
    # Which field a refusal of the domain is about.
    pointers: ClassVar[dict[str, str]] = {}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.now = clock.now()
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > MAX_BODY_BYTES:
            raise TooLargeError

    @property
    def bearer(self) -> str:
        """:raises CredentialsMissingError: none was sent"""
        match = BEARER.fullmatch(self.request.headers.get("Authorization", "").strip())
        if match is None:
            raise CredentialsMissingError
        return match[1]

    def body(self, shape: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """:raises InvalidBodyError: with every wrong field"""
        form = shape(data=self.request.data)
        if not form.is_valid():
            raise InvalidBodyError(form.errors)
        return dict(form.validated_data)

    def refused(self, error: DomainError, **more: Any) -> Response:
        """Answer a refusal that says more than its reason."""
        return refusal_of(error, {"request": self.request, "view": self}, **more)

    def once(self, respond: Respond, *, needs_key: bool = False) -> Response:
        """
        Do what the caller's Idempotency-Key names once, and answer the same again.

        A refusal did nothing: its key stays free.

        :raises KeyMissingError: one is needed
        :raises DomainError: the key was used for another request, or is under way
        """
        key = self.request.headers.get("Idempotency-Key")
        if key is None:
            if needs_key:
                raise KeyMissingError
            return respond()
        if not KEY.fullmatch(key):
            raise KeyInvalidError
        call = f"{self.request.method} {self.request.get_full_path()}"
        claimed = idempotency.claim(
            scope=idempotency.digest_of(self.bearer, self.request.path),
            key=key,
            request_digest=idempotency.digest_of(call, self.request.data),
            now=self.now,
        )
        if claimed.status is not None:
            return Response(claimed.answer, status=claimed.status, headers={"Idempotency-Replayed": "true"})
        return self._answered(claimed, respond)

    def _answered(self, claimed: idempotency.Claim, respond: Respond) -> Response:
        try:
            response = respond()
        except BaseException:
            idempotency.release(claimed)
            raise
        if response.status_code >= status.HTTP_400_BAD_REQUEST:
            idempotency.release(claimed)
            return response
        # Kept as it goes out: amounts and labels are written in the language of this call.
        answer = json.loads(JSONRenderer().render(response.data))
        idempotency.finish(claimed, status=response.status_code, answer=answer)
        return response

    def basket(self, *, even_ordered: bool = False) -> Basket:
        """
        Find the guest's basket that the bearer names.

        :raises NoBasketError: none of this market; an account's opens by its session only
        :raises BasketClosedError: it was ordered
        """
        try:
            token = UUID(self.bearer)
        except ValueError:
            raise NoBasketError from None
        found = Basket.objects.filter(token=token, user=None, market=self.market.code).first()
        if found is None:
            raise NoBasketError
        if found.state != BasketState.OPEN and not even_ordered:
            raise BasketClosedError
        return found
