from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReplenishmentConfig(AppConfig):
    name = "replenishment"
    verbose_name = _("Replenishment")

    def ready(self) -> None:
        from inventori import clock

        from .services import replays
        from .services.alert_mail import alerts_check_and_mail

        clock.register("reorder_alerts", alerts_check_and_mail)
        replays.register()
