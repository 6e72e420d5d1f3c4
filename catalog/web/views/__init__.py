"""The shop: home, categories, search, products and sellers; what crawlers ask for."""

from .category import category
from .crawlers import robots, sitemap, sitemap_index
from .home import home
from .product import product
from .search import search
from .seller import seller
from .suggest import search_opened, suggest

__all__ = [
    "category",
    "home",
    "product",
    "robots",
    "search",
    "search_opened",
    "seller",
    "sitemap",
    "sitemap_index",
    "suggest",
]
