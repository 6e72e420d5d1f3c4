"""Settings shared by every environment. Secrets and addresses come from the environment."""

from pathlib import Path
from typing import Any

import dj_database_url
import django_stubs_ext
from csp.constants import NONCE, NONE, SELF

from backmarket.markets.registry import LOCALES

from .env import env

# Django's generic classes take their type arguments at run time too (admin, forms, query sets).
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parents[2]

SECRET_KEY: str = env.str("SECRET_KEY")
DEBUG = False
PUBLIC_URL: str = env.str("PUBLIC_URL")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[PUBLIC_URL])
DEMO: bool = env.bool("DEMO", default=False)

INSTALLED_APPS = [
    "backmarket.ops.admin_app.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_vite",
    "rest_framework",
    "drf_spectacular",
    "backmarket.core",
    "backmarket.markets",
    "backmarket.accounts",
    "backmarket.notify",
    "payments",
    "payments.sandbox",
    "catalog",
    "checkout",
    "care",
    "merchants",
    "backmarket.ops",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Against BREACH, Django masks each CSRF token anew, and this one adds a random length.
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "backmarket.core.middleware.RequestIdMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "backmarket.markets.middleware.MarketMiddleware",
    "catalog.web.middleware.VisitorMiddleware",
    "backmarket.core.middleware.DomainErrorMiddleware",
    "backmarket.core.policies.PolicyMiddleware",
]

ROOT_URLCONF = "backmarket.urls"
WSGI_APPLICATION = "backmarket.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "backmarket.markets.context.market",
                "backmarket.ops.context.shop",
            ],
            "builtins": ["backmarket.core.templatetags.ui", "django.templatetags.i18n", "django.templatetags.static"],
        },
    },
]

DATABASES: dict[str, Any] = {
    "default": {
        **dj_database_url.parse(env.str("DATABASE_URL"), conn_max_age=60, conn_health_checks=True),
        # Counting the facets of a large category sorts more than the 4 MB that PostgreSQL allows by itself.
        "OPTIONS": {"options": "-c lock_timeout=5000 -c idle_in_transaction_session_timeout=60000 -c work_mem=32MB"},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "backmarket.accounts.backends.StaffGroupBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accounts:home"
ACCOUNT_ADAPTER = "backmarket.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
STAFF_SECOND_FACTOR_REQUIRED: bool = env.bool("STAFF_SECOND_FACTOR_REQUIRED", default=True)

# A locale is language and market together (`fr-be`): Django's own prefix machinery then carries both in every URL.
LANGUAGE_CODE = "en-us"
LANGUAGES = [(locale, locale) for locale in LOCALES]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "backmarket.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_COOKIE_SAMESITE = "Lax"

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "frontend" / "dist"]
WHITENOISE_USE_FINDERS = True
# Vite's files carry a hash in their names and may be kept for good; the drawings keep their names.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+/assets/.+-[0-9a-zA-Z_-]{8}\.[a-z0-9]+$"
WHITENOISE_MAX_AGE = 600
DJANGO_VITE = {"default": {"dev_mode": False, "manifest_path": BASE_DIR / "frontend" / "dist" / "manifest.json"}}

MEDIA_ROOT: str = env.str("MEDIA_ROOT")
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": f"{MEDIA_ROOT}/public"},
    },
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": f"{MEDIA_ROOT}/private"},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Who issues the marketplace's own invoices.
HOUSE: dict[str, str] = {
    "name": env.str("HOUSE_NAME", default="backmarket SAS"),
    "street": env.str("HOUSE_STREET", default="8 rue des Ateliers"),
    "postcode": env.str("HOUSE_POSTCODE", default="75010"),
    "city": env.str("HOUSE_CITY", default="Paris"),
    "country": env.str("HOUSE_COUNTRY", default="FR"),
    "vat_number": env.str("HOUSE_VAT_NUMBER", default="FR20938472610"),
    "register_number": env.str("HOUSE_REGISTER_NUMBER", default="RCS Paris 938 472 610"),
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# The default of 300 entries would be thrown out before it is read again.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 20_000}}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 24 * 3600
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
DEFAULT_FROM_EMAIL: str = env.str("DEFAULT_FROM_EMAIL", default="backmarket <hello@backmarket.example>")

# A form that buys is answered by sending the browser to a provider: its page, or the bank's check of a kept card.
PROVIDER_PAGES = [env.str("SANDBOX_PROVIDER_URL", default="'self'")]
if env.str("STRIPE_API_KEY", default=""):
    PROVIDER_PAGES += ["https://checkout.stripe.com", "https://hooks.stripe.com"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF, *PROVIDER_PAGES],
        "base-uri": [SELF],
        "manifest-src": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"

SQS_ENDPOINT_URL: str | None = env.str("SQS_ENDPOINT_URL", default=None)
AWS_DEFAULT_REGION: str = env.str("AWS_DEFAULT_REGION", default="eu-west-3")
QUEUE_PREFIX: str = env.str("QUEUE_PREFIX", default="backmarket-")
QUEUE_ACCOUNT: str = env.str("QUEUE_ACCOUNT", default="123456789012")

# Product search: PostgreSQL answers where no Elasticsearch is named, and while it does not answer.
ELASTICSEARCH_URL: str | None = env.str("ELASTICSEARCH_URL", default=None) or None
ELASTICSEARCH_API_KEY: str | None = env.str("ELASTICSEARCH_API_KEY", default=None) or None
# A search that takes longer in all is answered by PostgreSQL instead.
ELASTICSEARCH_PATIENCE_S: float = env.float("ELASTICSEARCH_PATIENCE_S", default=0.4)
SEARCH_INDEX_PREFIX: str = env.str("SEARCH_INDEX_PREFIX", default="backmarket-")

# How long counts of searches gather in a process before they are written; None leaves the writing to the caller.
SEARCH_LOG_DELAY_S: float | None = env.float("SEARCH_LOG_DELAY_S", default=5.0)

# The sandbox payment provider: where the application calls it and the shopper's browser opens it.
SANDBOX_PROVIDER_URL: str = env.str("SANDBOX_PROVIDER_URL", default="")
SANDBOX_API_KEY: str = env.str("SANDBOX_API_KEY", default="")
SANDBOX_WEBHOOK_SECRETS: list[str] = env.list("SANDBOX_WEBHOOK_SECRETS", default=[])

# Stripe (docs/providers.md) takes part once its key is set. The base is named for tests and try-outs only; secrets of
# its messages are two while one replaces the other.
STRIPE_API_KEY: str = env.str("STRIPE_API_KEY", default="")
STRIPE_API_BASE: str = env.str("STRIPE_API_BASE", default="")
STRIPE_WEBHOOK_SECRETS: list[str] = env.list("STRIPE_WEBHOOK_SECRETS", default=[])

# Who sends text messages (docs/messages.md); the sandbox takes all and sends none.
TEXT_PROVIDER: str = env.str("TEXT_PROVIDER", default="backmarket.notify.providers.sandbox.SandboxTexts")

# Carriers sign their messages with one of these; two while one replaces the other.
CARRIER_WEBHOOK_SECRETS: list[str] = env.list("CARRIER_WEBHOOK_SECRETS", default=[])

# The public API. How many proxies in front of us are ours: only so many words of X-Forwarded-For are believed.
API_REQUESTS_A_MINUTE: int = env.int("API_REQUESTS_A_MINUTE", default=300)
# Baskets, links and orders that one client may make, beside the above.
API_WRITES_A_MINUTE: int = env.int("API_WRITES_A_MINUTE", default=30)
REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "catalog.api.schema.ApiSchema",
    "NUM_PROXIES": env.int("TRUSTED_PROXIES", default=0),
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "backmarket",
    "VERSION": "1",
    "DESCRIPTION": (
        "Refurbished devices: what the shop shows and how to buy it, for programs. Free to read, without a key."
    ),
    "APPEND_COMPONENTS": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
    "SERVE_URLCONF": "backmarket.urls",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SERVERS": [{"url": PUBLIC_URL}],
    "ENUM_NAME_OVERRIDES": {"GradeEnum": "catalog.enums.Grade", "MarketEnum": "catalog.api.params.MARKET_CHOICES"},
}

FORM_RENDERER = "backmarket.core.form_renderer.QuickRenderer"

MIGRATION_LINTER_OPTIONS = {"no_cache": True}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # They tell of every single request and of every invoice that is as it should be.
    "loggers": {name: {"level": "WARNING"} for name in ("elastic_transport", "factur-x", "stripe")},
}


# The e-mail is unique without case, by a constraint that this check does not see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
