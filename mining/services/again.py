"""Mining again: the last three months, asked as the last good run was."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from inventori.errors import DomainError
from inventori.permissions import ADMIN
from inventori.posting import new_key
from inventory.models import Warehouse
from inventory.selectors import business_today
from mining.models import MiningRun
from mining.run_forms import last_months
from mining.selectors import last_good_run

from .runs import asked_of, run_start

# A run that is as old as this is due for another.
DUE_AFTER = timedelta(days=6, hours=12)
# One that failed is not tried again before this.
NOT_AGAIN_BEFORE = timedelta(days=1)


def is_due() -> bool:
    last = last_good_run()
    return last is None or timezone.now() - last.at >= DUE_AFTER


def mine_if_due() -> str:
    """Mine again once a week where somebody has mined before: a step of the clock. Return what was done in words."""
    recent = MiningRun.objects.filter(at__gte=timezone.now() - NOT_AGAIN_BEFORE)
    if last_good_run() is None or not is_due() or recent.exists():
        return ""
    return f"run {mine_again()} is handed to the worker"


def mine_again(*, by: Any = None) -> MiningRun:
    """Start a run over the last three months, with what the last good run was asked for.

    by: nobody is whoever started that run. Raises DomainError where there is no run yet.
    """
    last = last_good_run()
    if last is None:
        raise DomainError(_("No run ended well yet. Start the first one from its page."), code="no_run")
    date_from, date_to = last_months(_today(last.warehouse))
    asked = replace(asked_of(last), date_from=date_from, date_to=date_to)
    return run_start(asked=asked, key=new_key(), by=by or _person(last.by))


def _person(asked: User) -> User:
    """Return who stands behind the run; for one who left it is an admin."""
    if asked.is_active:
        return asked
    admins = User.objects.filter(is_active=True, groups__name=ADMIN)
    return admins.order_by("pk").first() or asked


def _today(warehouse: Warehouse | None) -> date:
    found = warehouse or Warehouse.objects.order_by("pk").first()
    return business_today(found) if found else timezone.now().date()
