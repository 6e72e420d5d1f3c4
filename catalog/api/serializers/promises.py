"""What holds for every device: grades, tests, promises, and what using one again saves."""

from typing import Any

from rest_framework import serializers

from .common import GradeField


class SavingSerializer(serializers.Serializer[Any]):
    """What a device in use again spares against a new one."""

    key = serializers.ChoiceField(choices=["co2", "ewaste", "water"])
    amount = serializers.IntegerField(help_text="In `unit`.")
    unit = serializers.ChoiceField(choices=["g", "l"])
    title = serializers.CharField()
    text = serializers.CharField(help_text="What is counted.")
    # A field of the answer, not where the serializer reads.
    source = serializers.CharField(help_text="Where the figure comes from.")  # type: ignore[assignment]


class BatterySerializer(serializers.Serializer[Any]):
    """What is promised of a battery, in per cent of what it held when new."""

    minimum_percent = serializers.IntegerField(help_text="Below it there is a new battery or the money back.")
    asked_percent = serializers.IntegerField(help_text="What sellers are asked for.")
    title = serializers.CharField()
    text = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # a field of the answer


class GradeFactsSerializer(serializers.Serializer[Any]):
    """What a grade says of the looks; inside, all grades passed the same tests."""

    grade = GradeField(source="key")
    name = serializers.CharField()
    text = serializers.CharField(source="what")
    screen = serializers.CharField(help_text="Marks that its screen may have.")
    body = serializers.CharField(help_text="Marks that its body may have.")


class TestsSerializer(serializers.Serializer[Any]):
    """The tests of one part of a device."""

    subject = serializers.CharField()
    tests = serializers.ListField(child=serializers.CharField())


class PromiseSerializer(serializers.Serializer[Any]):
    """One promise in a figure and in words."""

    key = serializers.ChoiceField(choices=["warranty", "returns", "tests", "battery", "money_held"])
    amount = serializers.IntegerField(help_text="In `unit`s.")
    unit = serializers.ChoiceField(choices=["month", "day", "test", "percent"])
    title = serializers.CharField()
    text = serializers.CharField(allow_blank=True)


class PromisesSerializer(serializers.Serializer[Any]):
    """What holds for every device, whoever sells it."""

    grades = GradeFactsSerializer(many=True, help_text="The best first.")
    tests = TestsSerializer(many=True, help_text="What every device has passed, if it has the part.")
    promises = PromiseSerializer(many=True)
