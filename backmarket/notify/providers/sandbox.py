"""The sandbox provider of text messages: it takes all and sends none, so that a demo disturbs nobody."""


class SandboxTexts:
    def send(self, *, key: str, to: str, body: str) -> None:
        """Take a message; the stored row is all that there is of it."""
