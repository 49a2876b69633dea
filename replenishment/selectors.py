"""The questions about policies and their settings."""

from .models import ReplenishmentSettings


def replenishment_settings() -> ReplenishmentSettings:
    """Return the shop's settings of replenishment; a shop that changed none has the defaults."""
    return ReplenishmentSettings.objects.get_or_create(pk=1)[0]
