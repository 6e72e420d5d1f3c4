"""The OpenAPI description as the documentation page reads it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter or a field of an answer; `depth` is how far it stands inside others."""

    name: str
    kind: str
    text: str
    is_required: bool = False
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Operation:
    key: str
    method: str
    path: str
    summary: str
    text: str
    parameters: list[Field]
    body: list[Field]
    fields: list[Field]
    statuses: list[str]


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    operations: list[Operation]


def marked(text: str) -> SafeString:
    """Return a text as markup, what stands between backticks as code."""
    parts = ((part, place % 2) for place, part in enumerate(text.split("`")))
    return format_html_join(
        "", "{}", ((format_html("<code>{}</code>", part) if code else part,) for part, code in parts)
    )


def groups(document: dict[str, Any]) -> list[Group]:
    """Return what can be asked, in the order of the description's tags."""
    found: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            found.setdefault(told["tags"][0], []).append(_operation(method, path, told, document))
    return [Group(name, operations) for name, operations in found.items()]


def _operation(method: str, path: str, get: dict[str, Any], document: dict[str, Any]) -> Operation:
    done = get["responses"].get("200") or get["responses"]["201"]
    answer = done["content"]["application/json"]["schema"]
    body = get.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    return Operation(
        key=get["operationId"],
        method=method.upper(),
        path=path,
        summary=get["summary"],
        text=marked(get.get("description", "")),
        parameters=[
            Field(
                given["name"],
                _kind(given["schema"], document),
                marked(given.get("description", "")),
                given.get("required", False),
            )
            for given in get["parameters"]
            if given["in"] != "header" or given["name"] == "Idempotency-Key"
        ],
        body=list(_fields(body, document)) if body else [],
        fields=list(_fields(answer, document)),
        statuses=sorted(get["responses"]),
    )


def _resolved(schema: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference, also one that stands alone in an allOf."""
    for wrapped in schema.get("allOf", schema.get("oneOf", []))[:1]:
        return {**_resolved(wrapped, document), **{key: schema[key] for key in ("description",) if key in schema}}
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        target: dict[str, Any] = document["components"]["schemas"][name]
        return target
    return schema


def _kind(schema: dict[str, Any], document: dict[str, Any]) -> str:
    found = _resolved(schema, document)
    if found.get("type") == "array":
        return f"list of {_kind(found['items'], document)}"
    values = [str(value) for value in found.get("enum", []) if value not in ("", None)]
    if values:
        return " · ".join(values)
    return str(found.get("format") or found.get("type") or "any")


def _fields(schema: dict[str, Any], document: dict[str, Any], depth: int = 0) -> Iterator[Field]:
    found = _resolved(schema, document)
    if found.get("type") == "array":
        yield from _fields(found["items"], document, depth)
        return
    for name, inner in found.get("properties", {}).items():
        target = _resolved(inner, document)
        text = inner.get("description", target.get("description", ""))
        yield Field(name, _kind(inner, document), marked(text), depth=depth)
        # An amount of money is explained once, above.
        if "amount_minor" not in target.get("properties", {}) and depth < 3:
            yield from _fields(inner, document, depth + 1)
