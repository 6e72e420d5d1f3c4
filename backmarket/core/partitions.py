"""Monthly partitions of the big append-only tables (decision 14)."""

from datetime import datetime

from django.db import connection

PARTITIONED = ("core_outboxevent", "payments_webhookevent")
MONTHS_AHEAD = 3


def ensure(*, now: datetime) -> list[str]:
    """Create the partitions of this month and the next three where missing; return the created names."""
    created = []
    with connection.cursor() as cursor:
        for table in PARTITIONED:
            for ahead in range(MONTHS_AHEAD + 1):
                first, following = (divmod(now.year * 12 + now.month - 1 + ahead + step, 12) for step in (0, 1))
                name = f"{table}_{first[0]}_{first[1] + 1:02d}"
                cursor.execute("SELECT to_regclass(%s), to_regclass(%s)", [name, table])
                there, parent = cursor.fetchone()
                if there is not None or parent is None:
                    continue
                cursor.execute(
                    f"CREATE TABLE {name} PARTITION OF {table} "
                    f"FOR VALUES FROM ('{first[0]}-{first[1] + 1:02d}-01 00:00+00') "
                    f"TO ('{following[0]}-{following[1] + 1:02d}-01 00:00+00')"
                )
                created.append(name)
    return created
