"""Promotion codes as they are stored, however they were typed."""

import re

CODE = re.compile(r"[A-Z0-9-]{3,24}")


def normal_code(text: str) -> str:
    """Return a code in capitals and without spaces; empty when it cannot be one."""
    code = "".join(text.split()).upper()
    return code if CODE.fullmatch(code) else ""
