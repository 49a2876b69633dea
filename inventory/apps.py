from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InventoryConfig(AppConfig):
    name = "inventory"
    verbose_name = _("Inventory")

    def ready(self) -> None:
        from inventori import context
        from master import audit, importing

        from . import finding
        from .importing import OpeningStockImporter
        from .models import Warehouse
        from .warehouse_choice import warehouse_choice

        context.register(warehouse_choice)
        audit.follow_model(Warehouse)
        importing.register(OpeningStockImporter())
        finding.register()
