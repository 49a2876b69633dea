"""What a policy takes where nothing was typed for it."""

from collections.abc import Sequence

from accounts.models import User
from replenishment.models import ReplenishmentSettings


def settings_save(*, settings: ReplenishmentSettings, names: Sequence[str], by: User) -> None:
    """Save the named settings; when policies were computed and alerts mailed is not touched."""
    settings.save(update_fields=list(names))
