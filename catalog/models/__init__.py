from .alert import Alert, AlertCheck
from .listing import Listing, ListingMarket, StockReservation
from .offer import DirtyOffer, Offer, OfferPrice
from .product import Brand, Category, ProductModel, Sku
from .purchase import PurchasedLine
from .question import Answer, Question
from .related import RelatedGroup, RelatedProduct
from .review import Review, ReviewVote
from .search import SearchBoost, SearchSynonym, SearchVersion
from .search_index import SearchDocument, SearchReindex
from .search_log import SearchQueryDay
from .seller import Seller
from .visitor import SeenProduct, Wish, WishList

__all__ = [
    "Alert",
    "AlertCheck",
    "Answer",
    "Brand",
    "Category",
    "DirtyOffer",
    "Listing",
    "ListingMarket",
    "Offer",
    "OfferPrice",
    "ProductModel",
    "PurchasedLine",
    "Question",
    "RelatedGroup",
    "RelatedProduct",
    "Review",
    "ReviewVote",
    "SearchBoost",
    "SearchDocument",
    "SearchQueryDay",
    "SearchReindex",
    "SearchSynonym",
    "SearchVersion",
    "SeenProduct",
    "Seller",
    "Sku",
    "StockReservation",
    "Wish",
    "WishList",
]
