"""Django's own admin on our one site (decision 13)."""

from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class AdminConfig(DjangoAdminConfig):
    default_site = "backmarket.core.admin_site.Site"
