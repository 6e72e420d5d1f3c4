"""What a provider of text messages can do."""

from typing import Protocol


class TextRefusedError(Exception):
    """The provider will never send it, in its words: a number that does not exist, a country it does not serve."""


class TextUnknownError(Exception):
    """Nobody knows whether it was sent; asked again under the same key, the provider sends it once."""


class TextProvider(Protocol):
    def send(self, *, key: str, to: str, body: str) -> None:
        """
        Send a text to a number in E.164, once a key.

        :raises TextRefusedError: it will never be sent
        :raises TextUnknownError: ask again with the same key
        """
