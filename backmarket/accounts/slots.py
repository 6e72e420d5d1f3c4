"""What tribes add to a person's account page."""

from backmarket.core.slots import define

ACCOUNT_PANELS = define("accounts.home", subject="accounts.User")
