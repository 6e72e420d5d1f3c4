"""The environment of the demo's processes: everything that the settings read, and nothing else of ours."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass

from .paths import ROOT, RUN, VENV
from .ports import LOCAL


@dataclass(frozen=True)
class Addresses:
    """Where the parts of the demo listen."""

    port: int
    provider_port: int
    database_url: str
    queue_url: str

    @property
    def shop(self) -> str:
        """The shop's address in a browser."""
        return f"http://{LOCAL}:{self.port}"

    @property
    def provider(self) -> str:
        """The sandbox payment provider's address."""
        return f"http://{LOCAL}:{self.provider_port}"


def kept_secrets() -> dict[str, str]:
    """Return this clone's random secrets, made once and readable by their owner alone."""
    file = RUN / "secrets.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(0o600)
    made = {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "SANDBOX_API_KEY": f"sk_sandbox_{secrets.token_hex(16)}",
        "SANDBOX_WEBHOOK_SECRETS": f"whsec_{secrets.token_hex(24)}",
        "CARRIER_WEBHOOK_SECRETS": f"carsec_{secrets.token_hex(24)}",
    }
    kept: dict[str, str] = json.loads(file.read_text() or "{}")
    if made.keys() - kept.keys():
        kept = {**made, **kept}
        file.write_text(json.dumps(kept))
    return kept


def demo_environment(addresses: Addresses) -> dict[str, str]:
    """Return the whole environment for the demo's processes."""
    media = RUN / "media"
    media.mkdir(parents=True, exist_ok=True)
    (ROOT / "staticfiles").mkdir(exist_ok=True)
    return {
        **os.environ,
        "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}",
        "DJANGO_SETTINGS_MODULE": "backmarket.settings.local",
        "DEMO": "1",
        **kept_secrets(),
        "DATABASE_URL": addresses.database_url,
        "SQS_ENDPOINT_URL": addresses.queue_url,
        "AWS_DEFAULT_REGION": "eu-west-3",
        "AWS_ACCESS_KEY_ID": "demo",
        "AWS_SECRET_ACCESS_KEY": "demo",
        "PUBLIC_URL": addresses.shop,
        "MEDIA_ROOT": str(media),
        "SANDBOX_PROVIDER_URL": addresses.provider,
        "SANDBOX_PROVIDER_PORT": str(addresses.provider_port),
        "PORT": str(addresses.port),
        "PYTHONUNBUFFERED": "1",
        # Celery warns on each start that it runs as root; a demo may.
        "PYTHONWARNINGS": "ignore::UserWarning",
        "PYTHONDONTWRITEBYTECODE": os.environ.get("PYTHONDONTWRITEBYTECODE", ""),
    }
