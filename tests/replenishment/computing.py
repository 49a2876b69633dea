"""Sales of the past, and typed values, for what policies are computed from."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from inventory import ledger
from inventory.ledger import Document, Line
from inventory.models import ReorderPolicy, Warehouse
from inventory.selectors import business_today
from master.models import Product


def move(product: Product, warehouse: Warehouse, qty: int | str, days_ago: int, by: User, ref: str = "SALE") -> None:
    line = Line(product.pk, Decimal(qty), product.cost if Decimal(qty) > 0 else None)
    document = Document(warehouse, ref, 1, [line], timezone.now(), by)
    document.business_date = business_today(warehouse) - timedelta(days_ago)
    with transaction.atomic():
        ledger.post(document)


def sells(product: Product, warehouse: Warehouse, pattern: list[int], by: User, *, days: int = 60) -> None:
    """Bring in plenty before the range and sell the pattern over and over, up to yesterday."""
    move(product, warehouse, 100_000, days + 5, by, "GRN")
    for ago in range(days, 0, -1):
        if units := pattern[(days - ago) % len(pattern)]:
            move(product, warehouse, -units, ago, by)


def policy_of(product: Product) -> ReorderPolicy:
    return ReorderPolicy.objects.get(product=product)


def typed(product: Product, warehouse: Warehouse, **values: Any) -> ReorderPolicy:
    return ReorderPolicy.objects.create(product=product, warehouse=warehouse, typed=sorted(values), **values)
