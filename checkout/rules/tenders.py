"""Share what is to be paid out over gift cards and credit, in their order; what is left is paid by card."""

from collections.abc import Sequence

from backmarket.core.money import Money


def share_out(total: Money, sources: Sequence[Money]) -> list[Money]:
    """Return what each source pays: as much as it has, until nothing is left to pay."""
    taken = []
    rest = total
    for source in sources:
        part = min(source, rest)
        taken.append(part)
        rest -= part
    return taken
