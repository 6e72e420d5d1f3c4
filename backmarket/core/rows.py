"""Values of hand-written statements."""

import json
from typing import Any


def decoded(value: Any) -> Any:
    """
    Return what a JSON column of a cursor holds.

    Django leaves it as text, because its JSON fields decode themselves.
    """
    return json.loads(value) if isinstance(value, str) else value
