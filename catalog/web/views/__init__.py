"""The shop: home, categories, search, products and sellers."""

from .category import category
from .home import home
from .product import product
from .search import search
from .seller import seller

__all__ = ["category", "home", "product", "search", "seller"]
