from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PurchasesConfig(AppConfig):
    name = "purchases"
    verbose_name = _("Purchases")

    def ready(self) -> None:
        from master import audit

        from . import finding, mail
        from .models import SupplierPrice

        audit.follow_model(SupplierPrice)
        finding.register()
        mail.register()
