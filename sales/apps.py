from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SalesConfig(AppConfig):
    name = "sales"
    verbose_name = _("Sales")

    def ready(self) -> None:
        from master import audit

        from . import finding, mail
        from .importing import uploads
        from .models import ReceiptPrinter

        audit.follow_model(ReceiptPrinter)
        uploads.register()
        finding.register()
        mail.register()
