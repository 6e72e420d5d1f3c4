"""The WSGI entry point that uWSGI loads."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backmarket.settings.production")
application = get_wsgi_application()
# What was loaded stays: without this each full collection walks all of it, in the middle of somebody's request.
gc.collect()
gc.freeze()
gc.set_threshold(25_000, 20, 50)
