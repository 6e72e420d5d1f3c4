from . import orders, promotions

__all__ = ["orders", "promotions"]
