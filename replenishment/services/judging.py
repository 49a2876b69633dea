"""Judge what was suggested and what was decided, once the days have shown what was needed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from inventori.money import ZERO, currency_step, round_half_up
from inventory.models import Warehouse
from inventory.selectors import business_today
from master.selectors import shop_profile
from replenishment.judged_past import MOST_DAYS, Judged, judged_pasts
from replenishment.judging import Verdict, play
from replenishment.models import Suggestion
from replenishment.planning import THOUSANDTH

CHUNK = 500
# One that is not final is judged again on the next day, whatever the clock does meanwhile.
AGAIN_AFTER = timedelta(hours=20)
COSTS = ("lost_margin", "keeping", "ordering", "write_off")


def suggestions_judge(*, now: datetime | None = None) -> int:
    """Judge every suggestion whose lead time and review interval are over; return how many were judged.

    One that is judged for good is left alone, one that is not for a day: a second run in a row does nothing.
    """
    at = now or timezone.now()
    judged, step = 0, currency_step(shop_profile().currency)
    for warehouse in Warehouse.objects.filter(pk__in=Suggestion.objects.values("warehouse")).order_by("pk"):
        today = business_today(warehouse, now=at)
        due = _due(at).filter(warehouse=warehouse, due_on__lt=today)
        for chunk in _chunks(due.order_by("made_on", "pk")):
            rows = [_written(one, at, step) for one in judged_pasts(warehouse, chunk, today=today)]
            fields = ["judged_at", "app_cost", "person_cost", "outcome"]
            Suggestion.objects.bulk_update(rows, fields, batch_size=100)
            judged += len(rows)
    return judged


def suggestions_judge_due() -> str:
    """Judge what is due, by the clock; return what was done in words."""
    judged = suggestions_judge()
    return f"{judged} suggestions judged" if judged else ""


def _due(at: datetime) -> QuerySet[Suggestion]:
    again = Q(judged_at__lt=at - AGAIN_AFTER, outcome__is_final=False)
    recent = Q(due_on__gte=(at - timedelta(days=MOST_DAYS + 2)).date())
    return Suggestion.objects.filter(Q(judged_at=None) | (again & recent))


def _chunks(rows: QuerySet[Suggestion]) -> Iterator[Sequence[Suggestion]]:
    ids = list(rows.values_list("pk", flat=True))
    for first in range(0, len(ids), CHUNK):
        yield list(Suggestion.objects.filter(pk__in=ids[first : first + CHUNK]).order_by("made_on", "pk"))


def _written(judged: Judged, at: datetime, step: Decimal) -> Suggestion:
    one = judged.suggestion
    app, person = (_plain(play(judged.past, float(qty)), step) for qty in (one.suggested_qty, one.decided_qty))
    one.judged_at, one.app_cost, one.person_cost = at, _cost(app), _cost(person)
    one.outcome = {
        "app": app,
        "person": person,
        "ends_on": judged.ends_on.isoformat(),
        "arrived_on": judged.arrived_on and judged.arrived_on.isoformat(),
        "days": max(len(judged.past.demand) - judged.past.arrival + 1, 0),
        "assumed_days": judged.assumed_days,
        "is_final": judged.is_final,
    }
    return one


def _plain(verdict: Verdict, step: Decimal) -> dict[str, Any]:
    """Return a verdict as it is kept: exact to a thousandth of a unit, and to the step of the shop's money."""
    kept = {
        name: str(round_half_up(Decimal(repr(float(value))), step if name in COSTS else THOUSANDTH))
        for name, value in asdict(verdict).items()
        if name != "days_short"
    }
    return {"days_short": int(verdict.days_short), **kept}


def _cost(plain: Mapping[str, str]) -> Decimal:
    """Add up the costs as they are shown."""
    return sum((Decimal(plain[name]) for name in COSTS), ZERO)
