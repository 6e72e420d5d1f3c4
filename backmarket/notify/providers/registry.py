"""Which provider sends texts: the class that `TEXT_PROVIDER` names."""

from functools import lru_cache

from django.conf import settings
from django.utils.module_loading import import_string

from .base import TextProvider


@lru_cache(maxsize=1)
def text_provider() -> TextProvider:
    provider: TextProvider = import_string(settings.TEXT_PROVIDER)()
    return provider
