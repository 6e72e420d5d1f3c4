from . import holds, orders, parcels, promotions

__all__ = ["holds", "orders", "parcels", "promotions"]
