from typing import Any

from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class MasterConfig(AppConfig):
    name = "master"
    verbose_name = _("Master data")

    def ready(self) -> None:
        from inventori import context

        from . import audit, finding, importing
        from .importing.products import ProductImporter
        from .importing.records import CustomerImporter, SupplierImporter
        from .importing.units import UnitImporter

        context.register(shop_of_the_frame)
        audit.follow()
        finding.register()
        for importer in (ProductImporter(), UnitImporter(), SupplierImporter(), CustomerImporter()):
            importing.register(importer)


def shop_of_the_frame(request: HttpRequest) -> dict[str, Any]:
    """Give every page the shop's profile, and show money in its currency."""
    from inventori.money import use_currency

    from .selectors import shop_profile

    profile = shop_profile()
    use_currency(profile.currency)
    return {"shop": profile}
