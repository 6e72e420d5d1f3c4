from backmarket.core.events import define

LISTING_CHANGED = define(
    "catalog.listing.changed.v1", "listing_id", meaning="A listing's price, stock or publication changed."
)
SELLER_CHANGED = define("catalog.seller.changed.v1", "seller_id", meaning="A seller's level, score or markets changed.")
REVIEW_ANSWERED = define(
    "catalog.review.answered.v1", "review_id", "line_reference", meaning="The shop shows a seller's answer to a review."
)
