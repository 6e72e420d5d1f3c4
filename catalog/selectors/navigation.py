"""The categories of the header."""


def top_categories() -> list[object]:
    return []
