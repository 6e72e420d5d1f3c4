from . import holds, orders, promotions

__all__ = ["holds", "orders", "promotions"]
