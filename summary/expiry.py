"""Batches that must be sold soon or may no longer be sold: who brought them, and what is tied up in them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from inventori.money import ZERO
from inventory.models import Warehouse
from inventory.selectors import MONEY, QTY
from inventory.shelf_life import BUCKETS, NEAR_DAYS, batch_rows, expires_within
from purchases.models import GoodsReceiptItem

LABELS: dict[str, StrOrPromise] = {
    "expired": _("expired"),
    "30": _("within 30 days"),
    "60": _("31 to 60 days"),
    "90": _("61 to 90 days"),
}


@dataclass(frozen=True)
class Bucket:
    """What lies in the batches of one span of days; `value` counts for those who may see it."""

    name: str
    label: StrOrPromise
    batches: int
    qty: Decimal
    value: Decimal

    @property
    def tone(self) -> str:
        if not self.batches:
            return ""
        return {"expired": "bad", "30": "watch"}.get(self.name, "")


def expiry_rows(today_by_warehouse: dict[int, date], warehouse: Warehouse | None = None) -> QuerySet[Any]:
    """Return the batches that have expired or expire within 90 days, with the supplier who brought them last."""
    rows = batch_rows().filter(expires_within(today_by_warehouse, None, NEAR_DAYS))
    if warehouse is not None:
        rows = rows.filter(warehouse=warehouse)
    came = GoodsReceiptItem.objects.filter(batch=OuterRef("batch")).order_by("-pk")
    return rows.annotate(
        supplier_code=Subquery(came.values("receipt__supplier__code")[:1]),
        supplier_name=Subquery(came.values("receipt__supplier__name")[:1]),
    )


def in_bucket(rows: QuerySet[Any], name: str, today_by_warehouse: dict[int, date]) -> QuerySet[Any]:
    return rows.filter(expires_within(today_by_warehouse, *BUCKETS[name]))


def buckets(rows: QuerySet[Any], today_by_warehouse: dict[int, date]) -> list[Bucket]:
    """Add up `rows` by bucket, in one question."""
    sums: dict[str, Any] = {}
    for name, (first, last) in BUCKETS.items():
        here: Q = expires_within(today_by_warehouse, first, last)
        sums |= {
            f"n_{name}": Count("pk", filter=here),
            f"qty_{name}": Sum("qty", filter=here, output_field=QTY),
            f"value_{name}": Sum("value", filter=here, output_field=MONEY),
        }
    found = rows.order_by().aggregate(**sums)
    return [
        Bucket(name, label, found[f"n_{name}"], found[f"qty_{name}"] or ZERO, found[f"value_{name}"] or ZERO)
        for name, label in LABELS.items()
    ]
