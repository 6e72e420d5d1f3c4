"""What holds for every device."""

from rest_framework.request import Request
from rest_framework.response import Response

from backmarket.core.policies import PUBLIC, policy
from catalog.api.base import ApiView
from catalog.api.serializers.promises import PromisesSerializer
from catalog.web.facts import TESTS, grades
from catalog.web.promises import promises

HOUR_S = 3600


@policy(PUBLIC)
class PromisesView(ApiView):
    """What grades mean, what is tested, and what is promised of every device, whoever sells it."""

    tag, summary = "Places", "Grades, tests and promises"
    shape = PromisesSerializer
    max_age = HOUR_S

    def get(self, request: Request) -> Response:
        tests = [{"subject": subject, "tests": names} for subject, names in TESTS.subjects]
        return Response(PromisesSerializer({"grades": grades(), "tests": tests, "promises": promises()}).data)
