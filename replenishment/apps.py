from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReplenishmentConfig(AppConfig):
    name = "replenishment"
    verbose_name = _("Replenishment")

    def ready(self) -> None:
        from inventori import clock

        from .services import policies_job, replays
        from .services.alert_mail import alerts_check_and_mail
        from .services.judging import suggestions_judge_due
        from .services.policies import demand_fold_quietly, policies_compute_due

        clock.register("reorder_alerts", alerts_check_and_mail)
        clock.register("suggestions", suggestions_judge_due)
        clock.register("demand_fold", demand_fold_quietly)
        clock.register("policies", policies_compute_due)
        policies_job.register()
        replays.register()
