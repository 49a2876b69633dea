"""Puts the shop's own admin site in the place of Django's."""

from django.contrib.admin.apps import AdminConfig


class ShopAdminConfig(AdminConfig):
    default_site = "inventori.admin_site.ShopAdminSite"
