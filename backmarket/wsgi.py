"""The WSGI entry point that uWSGI loads."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backmarket.settings.production")
application = get_wsgi_application()
