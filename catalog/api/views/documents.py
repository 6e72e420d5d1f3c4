"""How to use the API: its description for programs, and the same for people."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from backmarket.core.policies import PUBLIC, policy
from backmarket.markets.indexing import public_url
from catalog.api import reference
from catalog.api.base import ApiView
from catalog.api.errors import TITLES
from catalog.api.params import NoParams
from catalog.api.schema import description


class JsonRenderer(OpenApiJsonRenderer):
    media_type = "application/json"


class YamlRenderer(OpenApiYamlRenderer):
    media_type = "application/yaml"


@policy(PUBLIC)
class SchemaView(ApiView):
    """The OpenAPI description of this API: JSON, or YAML for who accepts `application/yaml`."""

    schema = None
    params_class = NoParams
    renderer_classes = (JsonRenderer, YamlRenderer, OpenApiJsonRenderer)
    max_age = 3600

    def get(self, request: Request) -> Response:
        return Response(description())


@policy(PUBLIC)
@cache_control(public=True, max_age=3600)
def docs(request: HttpRequest) -> HttpResponse:
    """Show the description to people, without any script."""
    context: dict[str, Any] = {
        "groups": reference.groups(description()),
        "problems": TITLES,
        "base_url": public_url("/api/v1/"),
    }
    return render(request, "catalog/api_docs.html", context)
