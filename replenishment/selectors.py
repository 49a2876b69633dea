"""The questions about policies and their settings."""

from typing import Any

from django.db.models import Case, DecimalField, Exists, F, OuterRef, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from inventori.money import ZERO
from inventory.models import BatchStock, ReorderPolicy, Stock, Warehouse
from inventory.selectors import QTY, business_today
from purchases.models import POItem, PurchaseOrder

from .models import ReplenishmentSettings

COVER: DecimalField = DecimalField(max_digits=18, decimal_places=1)


def replenishment_settings() -> ReplenishmentSettings:
    """Return the shop's settings of replenishment; a shop that changed none has the defaults."""
    return ReplenishmentSettings.objects.get_or_create(pk=1)[0]


def policy_rows(warehouse: Warehouse) -> QuerySet[Any]:
    """Return the policies of active products in `warehouse`, each with what is there and what comes.

    on_hand, expired, held; available: on hand − expired − held; on_order: sent and not yet received; cover: days that
    the available units last, None where nothing is asked for; is_low: at or below the reorder point.
    """
    own = Stock.objects.filter(warehouse=warehouse, product_id=OuterRef("product_id"))
    policies: QuerySet[Any] = ReorderPolicy.objects.filter(warehouse=warehouse, product__is_active=True)
    return (
        policies.select_related("product__category", "product__supplier", "warehouse")
        .annotate(
            on_hand=Coalesce(Subquery(own.values("qty")), ZERO, output_field=QTY),
            held=Coalesce(Subquery(own.values("held")), ZERO, output_field=QTY),
            is_low=Coalesce(Subquery(own.values("is_low")), False),
            expired=Coalesce(_expired(warehouse), ZERO, output_field=QTY),
            on_order=Coalesce(_on_order(warehouse), ZERO, output_field=QTY),
        )
        .annotate(available=F("on_hand") - F("expired") - F("held"))
        .annotate(
            cover=Case(
                When(avg_daily_demand__gt=0, then=F("available") / F("avg_daily_demand")),
                default=Value(None),
                output_field=COVER,
            )
        )
    )


def _expired(warehouse: Warehouse) -> Subquery:
    past = BatchStock.objects.filter(
        batch__product=OuterRef("product_id"), warehouse=warehouse, batch__expires_on__lt=business_today(warehouse)
    )
    return Subquery(past.order_by().values("batch__product").annotate(units=Sum("qty")).values("units"))


def _on_order(warehouse: Warehouse) -> Subquery:
    lines = POItem.objects.filter(
        po__warehouse=warehouse,
        po__status=PurchaseOrder.Status.SENT,
        product=OuterRef("product_id"),
        qty__gt=F("received_qty"),
    )
    left = Sum(F("qty") - F("received_qty"))
    return Subquery(lines.order_by().values("product").annotate(units=left).values("units"))


def without_policy(warehouse: Warehouse) -> QuerySet[Stock]:
    """Return the stock rows of active products that have no policy in `warehouse` yet."""
    own = ReorderPolicy.objects.filter(warehouse=warehouse, product_id=OuterRef("product_id"))
    return Stock.objects.filter(~Exists(own), warehouse=warehouse, product__is_active=True)
