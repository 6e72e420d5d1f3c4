"""The home page."""

from rest_framework.request import Request
from rest_framework.response import Response

from backmarket.core import clock
from backmarket.core.policies import PUBLIC, policy
from catalog.api.base import ApiView
from catalog.api.serializers.home import HomeSerializer
from catalog.selectors.pages.home import home_page


@policy(PUBLIC)
class HomeView(ApiView):
    """The sections of the home page, as somebody sees them whom the shop does not know."""

    tag, summary = "Products", "Home"
    shape = HomeSerializer

    def get(self, request: Request) -> Response:
        return Response(HomeSerializer(home_page(market=self.market, now=clock.now())).data)
