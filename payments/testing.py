"""
A pytest plugin: the real sandbox provider as a process, on the same test database.

    def test_something(sandbox_provider):
        view = payin.start_payment(...)
        sandbox_provider.pay(view.redirect_url)

Webhooks are off until a test asks for them: `sandbox_provider.setup(sends_webhooks=True, webhook_url=...)`.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
import requests
from django.conf import settings as django_settings
from django.db import connection
from django.test import override_settings
from pytest_django import DjangoDbBlocker

CHARGED = "4242424242424242"
CHALLENGED = "4000002760003184"
DECLINED = "4000000000000002"
TIMES_OUT = "4000000000000341"
REFUND_FAILS = "4000000000005126"
DECLINED_LATER = "4000000000009987"
CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
PATIENCE_S = 60.0


class SandboxProviderProcess:
    """The provider as a shopper and a merchant meet it."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    def pay(
        self, page_url: str, card: str = CHARGED, *, answer: str = "approve", keep: bool = False
    ) -> requests.Response:
        """Fill in the card page, and the bank's page when it asks; return the answer, redirects not followed."""
        with requests.Session() as browser:
            typed = {"number": card, "expiry": "12 / 34", "cvc": "123", "holder": "Ada Lovelace"}
            answered = self._submit(browser, page_url, {**typed, **({"keep": "on"} if keep else {})})
            if "/verify/" in answered.headers.get("Location", ""):
                answered = self._submit(browser, f"{page_url}verify/", {"answer": answer})
            return answered

    def approve(self, page_url: str) -> requests.Response:
        """Answer the challenge of a kept card, which is all there is of its page."""
        with requests.Session() as browser:
            return self._submit(browser, page_url, {"answer": "approve"}, action=f"{page_url}verify/")

    def cancel(self, page_url: str) -> requests.Response:
        """Leave the card page by its cancel button."""
        with requests.Session() as browser:
            return self._submit(browser, page_url, {}, action=f"{page_url}cancel/")

    def _submit(
        self, browser: requests.Session, page_url: str, data: dict[str, str], action: str = ""
    ) -> requests.Response:
        page = browser.get(page_url, timeout=10)
        page.raise_for_status()
        token = CSRF.search(page.text)
        assert token is not None, page.text
        return browser.post(
            action or page_url, {"csrfmiddlewaretoken": token[1], **data}, timeout=10, allow_redirects=False
        )

    def setup(self, **how: Any) -> None:
        """Set `fail_next`, `lose_next`, `delay_ms`, `sends_webhooks`, `webhook_url`, `rest`."""
        self._call("POST", "test_helpers/setup", how)

    def reset(self) -> None:
        self.setup(fail_next=0, lose_next=0, delay_ms=0, sends_webhooks=False, webhook_url="", rest=True)

    def objects(self, kind: str, public_id: UUID) -> list[dict[str, Any]]:
        """Return the provider's payments, refunds or transfers with our id; more than one is a double charge."""
        found: list[dict[str, Any]] = self._call("GET", f"{kind}?merchant_reference={public_id}")["data"]
        return found

    def settled(self, kind: str, public_id: UUID) -> str:
        """Wait until a refund or transfer is no longer on its way; return its state."""
        return wait_until(lambda: self._state_after_processing(kind, public_id))

    def _state_after_processing(self, kind: str, public_id: UUID) -> str:
        states = [thing["state"] for thing in self.objects(kind, public_id)]
        return "" if not states or "processing" in states else str(states[0])

    def events(self, public_id: UUID) -> list[bytes]:
        """Return the bodies of the events about our object, oldest first."""
        found: list[str] = self._call("GET", f"events?merchant_reference={public_id}")["data"]
        return [body.encode() for body in found]

    def return_transfer(self, public_id: UUID) -> None:
        """Have the bank send a payout back."""
        self._call("POST", f"test_helpers/transfers/{self.objects('transfers', public_id)[0]['id']}/return", {})

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {django_settings.SANDBOX_API_KEY}"}
        answer = requests.request(method, f"{self.url}/v1/{path}", json=body, headers=headers, timeout=10)
        answer.raise_for_status()
        content: dict[str, Any] = answer.json()
        return content


def wait_until(what: Callable[[], str]) -> str:
    """Ask until the answer is not empty."""
    started = time.monotonic()
    while time.monotonic() - started < PATIENCE_S:
        found = what()
        if found:
            return found
        time.sleep(0.05)
    raise TimeoutError("nothing came")


def database_url() -> str:
    """Return the address of the database the test run uses."""
    facts = connection.settings_dict
    secret = f":{facts['PASSWORD']}" if facts["PASSWORD"] else ""
    return f"postgres://{facts['USER']}{secret}@{facts['HOST']}:{facts['PORT']}/{facts['NAME']}"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Let the test runner empty the ledger between tests; what else the database refuses stays refused."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE payments_entry DISABLE TRIGGER payments_entry_kept")
        cursor.execute("ALTER TABLE payments_posting DISABLE TRIGGER payments_posting_kept")
        cursor.execute("ALTER TABLE payments_account DISABLE TRIGGER payments_account_kept")


@pytest.fixture(scope="session")
def sandbox_process(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[SandboxProviderProcess]:
    """Start the provider once a test session."""
    port = _free_port()
    with django_db_blocker.unblock():
        address = database_url()
    env = {
        **os.environ,
        "DATABASE_URL": address,
        "SECRET_KEY": django_settings.SECRET_KEY,
        "PUBLIC_URL": django_settings.PUBLIC_URL,
        "SANDBOX_PROVIDER_URL": f"http://127.0.0.1:{port}",
        "SANDBOX_API_KEY": django_settings.SANDBOX_API_KEY,
        "SANDBOX_WEBHOOK_SECRETS": ",".join(django_settings.SANDBOX_WEBHOOK_SECRETS),
    }
    command = [sys.executable, "manage.py", "run_sandbox_provider", "--port", str(port)]
    process = subprocess.Popen(command, cwd=django_settings.BASE_DIR, env=env)
    provider = SandboxProviderProcess(port)
    try:
        wait_until(lambda: _health(provider, process))
        yield provider
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=10)


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _health(provider: SandboxProviderProcess, process: subprocess.Popen[bytes]) -> str:
    if process.poll() is not None:
        raise RuntimeError("the sandbox provider ended at once")
    try:
        return requests.get(f"{provider.url}/health", timeout=1).text
    except requests.RequestException:
        return ""


@pytest.fixture
def sandbox_provider(sandbox_process: SandboxProviderProcess) -> Iterator[SandboxProviderProcess]:
    """Point the application at the provider, which behaves well and sends no webhooks until asked to."""
    with override_settings(SANDBOX_PROVIDER_URL=sandbox_process.url):
        sandbox_process.reset()
        yield sandbox_process
        sandbox_process.reset()
