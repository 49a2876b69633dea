from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MiningConfig(AppConfig):
    name = "mining"
    verbose_name = _("Mining")

    def ready(self) -> None:
        from inventori import clock

        from .services import execute
        from .services.again import mine_if_due

        execute.register()
        clock.register("mining", mine_if_due)
