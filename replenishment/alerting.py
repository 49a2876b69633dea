"""Open reorder alerts as people read them: what is left, for how many days, and how long the supplier needs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventori.dates import wall_clock
from inventori.money import ZERO
from inventori.templatetags.inventori import qty as show_qty
from inventory.alerts import open_alerts
from inventory.models import ReorderAlert, ReorderPolicy, Stock, Warehouse
from inventory.selectors import available
from master.selectors import shop_profile


@dataclass(frozen=True, slots=True)
class AlertRow:
    """available: on hand − expired − held, as it is now; cover_days: None where nothing is asked for."""

    alert: ReorderAlert
    available: Decimal
    rop: Decimal
    cover_days: int | None
    lead_days: int

    @property
    def since(self) -> datetime:
        """When it was raised, as the clock on the warehouse's wall showed it."""
        return wall_clock(self.alert.raised_at, self.alert.warehouse.time_zone)

    @property
    def is_urgent(self) -> bool:
        """Whether it runs out before the supplier could bring more."""
        return self.cover_days is not None and self.cover_days < self.lead_days

    @property
    def cover(self) -> str:
        """Say how long it lasts against how long the supplier needs."""
        needs = ngettext("supplier needs %(n)s day", "supplier needs %(n)s days", self.lead_days) % {
            "n": show_qty(self.lead_days)
        }
        if self.cover_days is None:
            return _("nothing is asked for now, %(needs)s") % {"needs": needs}
        if self.available <= 0:
            return _("none left, %(needs)s") % {"needs": needs}
        left = ngettext("%(n)s day left", "%(n)s days left", self.cover_days) % {"n": show_qty(self.cover_days)}
        return _("%(left)s, %(needs)s") % {"left": left, "needs": needs}


def alert_rows(warehouse: Warehouse | None = None) -> list[AlertRow]:
    """Return every open alert, what runs out first first."""
    return _sorted(describe(list(open_alerts(warehouse))))


def _sorted(rows: Iterable[AlertRow]) -> list[AlertRow]:
    """By the days missing until the supplier could bring more; what nobody asks for comes last."""

    def missing(row: AlertRow) -> tuple[bool, int, str]:
        return (row.cover_days is None, (row.cover_days or 0) - row.lead_days, row.alert.product.name)

    return sorted(rows, key=missing)


def describe(alerts: Sequence[ReorderAlert]) -> list[AlertRow]:
    """Add to alerts what lies there now and what their policies say."""
    profile = shop_profile()
    by_warehouse: dict[Warehouse, list[int]] = {}
    for alert in alerts:
        by_warehouse.setdefault(alert.warehouse, []).append(alert.product_id)
    there: dict[tuple[int, int], Decimal] = {}
    policies: dict[tuple[int, int], ReorderPolicy] = {}
    for place, ids in by_warehouse.items():
        held = dict(Stock.objects.filter(warehouse=place, product_id__in=ids).values_list("product_id", "held"))
        for pk, units in available(warehouse=place, product_ids=ids, profile=profile).items():
            there[pk, place.pk] = units - held.get(pk, ZERO)
        found = ReorderPolicy.objects.filter(warehouse=place, product_id__in=ids)
        policies |= {(policy.product_id, place.pk): policy for policy in found}
    return [
        _row(alert, there[alert.product_id, alert.warehouse_id], policies.get((alert.product_id, alert.warehouse_id)))
        for alert in alerts
    ]


def _row(alert: ReorderAlert, units: Decimal, policy: ReorderPolicy | None) -> AlertRow:
    demand = policy.avg_daily_demand if policy else ZERO
    cover = int((max(units, ZERO) / demand).to_integral_value(ROUND_FLOOR)) if demand > 0 else None
    lead = int(policy.lead_time_days.to_integral_value()) if policy else 0
    return AlertRow(alert, units, alert.rop, cover, lead)
