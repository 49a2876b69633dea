"""The questions about transfers."""

from decimal import Decimal
from typing import Any

from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Sum

from inventori.money import ZERO

from .models import Transfer, TransferItem
from .selectors import MONEY


def transfer_rows() -> QuerySet[Any]:
    """Return transfers with `lines` and the `value` of what was sent, at the cost it left at."""
    items = TransferItem.objects.filter(transfer=OuterRef("pk")).order_by().values("transfer")
    value = items.annotate(sum=Sum(F("qty") * F("unit_cost"), output_field=MONEY)).values("sum")
    lines = items.annotate(n=Count("pk")).values("n")
    rows = Transfer.objects.select_related("source", "target", "by")
    return rows.annotate(lines=Subquery(lines), value=Subquery(value, output_field=MONEY))


def on_the_way_value(rows: QuerySet[Any]) -> Decimal:
    """Return what the goods of `rows` are worth that have left and not arrived."""
    under_way = rows.order_by().filter(status=Transfer.Status.SENT)
    return under_way.aggregate(total=Sum("value", output_field=MONEY))["total"] or ZERO
