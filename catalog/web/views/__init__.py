"""The shop: home, categories, search, products and what is said of them, sellers; lists and alerts; crawlers."""

from .alerts import alert_asked, alert_confirm, alert_delete, alert_off, alerts
from .category import category
from .compare import choose, compare
from .crawlers import robots, sitemap, sitemap_index
from .home import home
from .product import product
from .questions import answer, questions
from .reviews import reviews, vote_on_review
from .search import search
from .seen import clear_seen
from .seller import seller
from .shelves import brand, brands, deals, offers
from .suggest import search_opened, suggest
from .wishes import rewish, share_wishes, shared_wishes, unwish, wish, wish_list

__all__ = [
    "alert_asked",
    "alert_confirm",
    "alert_delete",
    "alert_off",
    "alerts",
    "answer",
    "brand",
    "brands",
    "category",
    "choose",
    "clear_seen",
    "compare",
    "deals",
    "home",
    "offers",
    "product",
    "questions",
    "reviews",
    "rewish",
    "robots",
    "search",
    "search_opened",
    "seller",
    "share_wishes",
    "shared_wishes",
    "sitemap",
    "sitemap_index",
    "suggest",
    "unwish",
    "vote_on_review",
    "wish",
    "wish_list",
]
