"""What a suggestion was made of, frozen beside the order: in three months it still says why this was bought."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Model

from inventory.models import Batch

from .planning import need_data
from .suggesting import Proposal

VERSION = 1
_POLICY = (
    *("method", "avg_daily_demand", "demand_std", "lead_time_days", "lead_time_std", "lead_time_source"),
    *("review_days", "review_weekday", "service_measure", "service_level", "ordering_cost", "holding_cost"),
    *("safety_stock", "rop", "reorder_qty", "min_qty", "max_qty", "fit", "state", "abc_class", "typed"),
    *("history_from", "history_to", "counted_days", "stockout_days", "sale_days", "outlier_days", "computed_at"),
)
_POSITION = ("on_hand", "expired", "held", "expiring", "on_order", "drafts")


def frozen(one: Proposal, *, budget: Decimal | None = None, numbers: Mapping[int, str]) -> dict[str, Any]:
    """Return every number of a proposal as plain data. numbers: of the batches by id, see `batch_numbers`."""
    situation, terms = one.situation, one.terms
    return {
        "version": VERSION,
        "day": one.day.isoformat(),
        "need": need_data(one.need),
        "base_qty": str(one.base.qty),
        "position": {name: str(getattr(situation, name)) for name in _POSITION},
        "policy": values_of(one.policy, _POLICY),
        "days": {"open": str(situation.usual_days), "effective": str(situation.days)},
        "events": [
            {
                "name": event.name,
                "window": event.window,
                "first": event.first.isoformat(),
                "last": event.last.isoformat(),
                "days": event.days,
                "factor": str(Decimal(repr(event.factor))),
            }
            for event in one.events
        ],
        "orders": [
            {
                "id": line.order_id,
                "number": line.number,
                "supplier": line.supplier,
                "status": line.status,
                "qty": str(line.qty),
                "expected_on": line.expected_on and line.expected_on.isoformat(),
            }
            for line in one.orders
        ],
        "batches": [
            {
                "number": numbers.get(batch.batch_id, ""),
                "expires_on": batch.expires_on and batch.expires_on.isoformat(),
                "qty": str(batch.qty),
            }
            for batch in one.batches
        ],
        "shelf": {
            "keeps_days": int(situation.keeps_days) if situation.cap is not None else None,
            "cap": None if situation.cap is None else str(situation.cap),
        },
        "pack": {
            "minimum": str(terms.pack.minimum),
            "multiple": str(terms.pack.multiple),
            "factor": str(terms.pack.factor),
            "unit": terms.pack.unit,
        },
        "money": {
            "unit_price": str(terms.unit_price),
            "unit_cost": str(terms.unit_cost),
            "selling_price": str(one.product.price),
            "budget": None if budget is None else str(budget),
            "lost": str(one.lost),
        },
    }


def batch_numbers(proposals: Iterable[Proposal]) -> dict[int, str]:
    """Return the numbers of the batches of these proposals by id, in one query."""
    ids = {batch.batch_id for one in proposals for batch in one.batches}
    return dict(Batch.objects.filter(pk__in=ids).values_list("pk", "number")) if ids else {}


def values_of(record: Model, names: Iterable[str]) -> dict[str, Any]:
    return {name: _plain(getattr(record, name)) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, (date, datetime)) else value
