"""The test suite: real PostgreSQL, everything else on this machine."""

import os
import tempfile

os.environ.setdefault("SECRET_KEY", "test-only-key-that-signs-nothing-of-value-0123456789")
os.environ.setdefault("PUBLIC_URL", "http://127.0.0.1:8000")
os.environ.setdefault("MEDIA_ROOT", tempfile.mkdtemp(prefix="backmarket-media-"))
os.environ.setdefault("AWS_ACCESS_KEY_ID", "test")
os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "test")
os.environ.setdefault("SANDBOX_PROVIDER_URL", "http://127.0.0.1:8001")
os.environ.setdefault("SANDBOX_API_KEY", "sk_sandbox_test")
os.environ.setdefault("SANDBOX_WEBHOOK_SECRETS", "whsec_current,whsec_previous")
os.environ.setdefault("CARRIER_WEBHOOK_SECRETS", "carsec_current,carsec_previous")

# Playwright's event loop lives in the thread of the tests, and Django would take them for asynchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

from .base import *  # noqa: F403

# The linter is installed for development only.
INSTALLED_APPS = [*INSTALLED_APPS, "django_migration_linter"]
# Two hundred threads for one row, and emptying all tables behind a live server, take longer on a busy machine.
DATABASES["default"]["OPTIONS"]["options"] += " -c lock_timeout=60000"
DEMO = True
STAFF_SECOND_FACTOR_REQUIRED = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_AUTOREFRESH = True
# Tests that search in Elasticsearch say so by their fixture.
ELASTICSEARCH_URL = None
# No test speaks with an account that the machine's environment names.
STRIPE_API_KEY = ""
# No thread writes while a test looks.
SEARCH_LOG_DELAY_S = None
