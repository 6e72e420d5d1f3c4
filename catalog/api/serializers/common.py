"""Shapes that many answers share."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backmarket.core.money import Money
from backmarket.markets.indexing import public_url
from catalog.enums import Grade
from catalog.web.structured import picture_path


class MoneySerializer(serializers.Serializer[Money]):
    """An amount in minor units (cents, pence) of one currency, and as people of the language write it."""

    amount_minor = serializers.IntegerField()
    currency = serializers.ChoiceField(choices=["EUR", "GBP", "USD"])
    text = serializers.SerializerMethodField(help_text="The amount as people write it.")

    def get_text(self, money: Money) -> str:
        return money.format()


class FamilyMixin(serializers.Serializer[Any]):
    """A drawn device: the family of the drawing, and a picture of it."""

    family = serializers.CharField(help_text="Which drawing shows the device.")
    image = serializers.SerializerMethodField(help_text="A picture of a device of this family (PNG, 800 × 420).")

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_image(self, row: Any) -> str:
        return public_url(picture_path(row.family))


class LinkedMixin(serializers.Serializer[Any]):
    """Something that has a page in the shop."""

    page_url = serializers.SerializerMethodField(help_text="The page in the shop.")

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_page_url(self, row: Any) -> str:
        return public_url(row.get_absolute_url())


class GradeField(serializers.ChoiceField):
    """Premium, excellent, good or fair."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=Grade.choices, **options)


class ColourSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(allow_blank=True)
    hex = serializers.CharField(allow_blank=True, help_text="Like #242a33; empty where it is unknown.")


class WindowSerializer(serializers.Serializer[Any]):
    """First and last likely day of arrival of an order placed now."""

    earliest_date = serializers.DateField()
    latest_date = serializers.DateField()


class ErrorSerializer(serializers.Serializer[Any]):
    """What is wrong with a parameter of the address, or with a field of the body."""

    parameter = serializers.CharField(required=False)
    pointer = serializers.CharField(required=False, help_text="Where the field is in the body (RFC 6901).")
    code = serializers.CharField()
    message = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """What went wrong (RFC 9457); `code` is for programs, `title` and `detail` are for people, in their language."""

    type = serializers.URLField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    request_id = serializers.CharField(help_text="Tell us this when you ask for help.")
    # A field of the answer, not the serializer's own errors.
    errors = ErrorSerializer(  # type: ignore[assignment]
        many=True, required=False, help_text="What is wrong, each parameter or field by its name."
    )
