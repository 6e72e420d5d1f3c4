"""The OpenAPI description, made of what each view declares: parameters, shape, and what it may refuse."""

import re
from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers

from .base import Operation, PagedApiView
from .errors import CONTENT_TYPE
from .serializers.cards import CardSerializer
from .serializers.common import ProblemSerializer

LANGUAGE = OpenApiParameter(
    "Accept-Language",
    str,
    OpenApiParameter.HEADER,
    description="Languages of the texts, as browsers write them; the market's first language where none is known.",
)
VERSION = OpenApiParameter(
    "If-None-Match",
    str,
    OpenApiParameter.HEADER,
    description="The `ETag` of the answer that you keep: 304 if it holds.",
)


KEY = "One of your own for each order or change: sent again, it does nothing twice."


class WithdrawnSerializer(ProblemSerializer):
    """The problem of a product that has left the shop."""

    alternatives = CardSerializer(many=True)


class ApiSchema(AutoSchema):
    """Reads a view's own words instead of decorators around its methods."""

    view: Any

    @property
    def operation(self) -> Operation | None:
        found: Operation | None = self.view.operations.get(self.method.lower())
        return found

    def get_override_parameters(self) -> list[Any]:
        params = self.view.params_class
        given = [*([params] if params().fields else []), LANGUAGE]
        operation = self.operation
        if operation and operation.takes_key:
            required = operation.needs_key
            key = OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, required=required, description=KEY)
            given.append(key)
        return given if self.view.is_private else [*given, VERSION]

    def get_auth(self) -> list[dict[str, list[str]]]:
        return [{"bearer": []}] if getattr(self.view, "is_for_bearers", False) else []

    def get_tags(self) -> list[str]:
        return [self.view.tag]

    def get_summary(self) -> str:
        return str(self.operation.summary if self.operation else self.view.summary)

    def get_description(self) -> str:  # type: ignore[override]  # the stubs describe another generation
        text = self.operation.text if self.operation else self.view.__doc__
        return re.sub(r"\s+", " ", text or "").strip()

    def get_operation_id(self) -> str:
        name = re.sub(r"(?<!^)(?=[A-Z])", "_", type(self.view).__name__.removesuffix("View")).lower()
        return f"{name}_{self.method.lower()}" if self.operation else name

    def get_request_serializer(self) -> Any:
        return self.operation.body if self.operation else None

    def get_response_serializers(self) -> Any:
        view = self.view
        if self.operation:
            return self._answers(self.operation)
        refused = [status for status in (400, 404, 406, 429) if self._refuses(status)]
        problems: dict[Any, Any] = {(status, CONTENT_TYPE): ProblemSerializer for status in refused}
        if 410 in view.refuses:
            problems[410, CONTENT_TYPE] = WithdrawnSerializer
        return {200: self._shape(), 304: None, **problems}

    def _answers(self, operation: Operation) -> dict[Any, Any]:
        common = (400, 401) if getattr(self.view, "is_for_bearers", False) else (400,)
        body = (413, 415, 422) if operation.body else ()
        statuses = sorted({*common, *body, 406, 429, *operation.refuses})
        answers: dict[Any, Any] = {(status, CONTENT_TYPE): ProblemSerializer for status in statuses}
        if operation.conflict:
            answers[409, CONTENT_TYPE] = operation.conflict
        return {operation.status: operation.shape, **answers}

    def _refuses(self, status: int) -> bool:
        return status in (400, 406, 429) or status in self.view.refuses

    def _shape(self) -> Any:
        shape = self.view.shape
        if not isinstance(self.view, PagedApiView):
            return shape
        name = self.view.list_name or f"{shape.__name__.removesuffix('Serializer')}List"
        return _list_of(name, shape, tuple(self.view.more.items()))


@cache
def _list_of(name: str, shape: type[serializers.Serializer[Any]], more: tuple[tuple[str, Any], ...]) -> Any:
    """Return the shape of a page of a list; one a name, because the description knows shapes by name."""
    return inline_serializer(
        name,
        {
            "items": shape(many=True),
            "next": serializers.CharField(allow_null=True, help_text="`cursor` of the next page; null on the last."),
            **{name: field() for name, field in more},
        },
    )


@cache
def description() -> dict[str, Any]:
    """Return the OpenAPI document, made once a process."""
    schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return schema
