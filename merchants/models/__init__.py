from .merchant import Membership, Merchant

__all__ = ["Membership", "Merchant"]
