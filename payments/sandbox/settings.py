"""Settings of the provider's own process."""

from pathlib import Path
from typing import Any

import dj_database_url
from django.utils.translation import gettext_lazy as _
from environs import Env

env = Env(eager=True)
BASE_DIR = Path(__file__).resolve().parents[2]

SECRET_KEY: str = f"sandbox-provider:{env.str('SECRET_KEY')}"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", *env.list("SANDBOX_ALLOWED_HOSTS", default=[])]
INSTALLED_APPS = ["payments.sandbox"]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware"]
ROOT_URLCONF = "payments.sandbox.urls"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates" / "payments"],
        "OPTIONS": {"builtins": ["django.templatetags.i18n"]},
    }
]
DATABASES = {"default": dj_database_url.parse(env.str("DATABASE_URL"), conn_max_age=60)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CSRF_COOKIE_NAME = "sandbox_csrf"
CSRF_COOKIE_SAMESITE = "Lax"
USE_TZ = True
USE_I18N = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "locale"]

MERCHANT_NAME: str = env.str("SANDBOX_MERCHANT_NAME", default="backmarket")
# Where it lives, who may call it, and whom it tells.
PUBLIC_BASE: str = env.str("SANDBOX_PROVIDER_URL")
API_KEY: str = env.str("SANDBOX_API_KEY")
WEBHOOK_SECRET: str = env.list("SANDBOX_WEBHOOK_SECRETS")[0]
WEBHOOK_URL: str = env.str("SANDBOX_WEBHOOK_URL", default=f"{env.str('PUBLIC_URL')}/hooks/sandbox/")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # A declined card is an answer, not a problem.
    "loggers": {"django.request": {"level": "ERROR"}},
}
