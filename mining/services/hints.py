"""What became of the hints at the till, and how they are set."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from inventory.models import Warehouse
from master.models import Category, Product
from mining.hinting import hint_settings, hints_for, is_control
from mining.models import HintedSale, HintOff, HintSettings, ShownHint
from sales.models import Sale


def hints_record(
    *, key: str, basket: Collection[int], warehouse: Warehouse, by: Any, at: datetime | None = None
) -> list[ShownHint]:
    """Write down what the basket of `key` is shown, or as a control would have been; once per product."""
    settings = hint_settings()
    sale = Sale.objects.filter(key=key, cashier=by, status=Sale.Status.DRAFT).first()
    if sale is None or not settings.is_on:
        return []
    hints = hints_for(basket=basket, warehouse=warehouse, settings=settings, sale_key=key)
    if not hints:
        return []
    now = at or timezone.now()
    with transaction.atomic():
        hinted, _is_new = HintedSale.objects.get_or_create(
            sale=sale, defaults={"is_control": is_control(key, settings.control_percent), "first_at": now}
        )
        rows = [
            ShownHint(hinted=hinted, product_id=hint.product_id, rule_id=hint.rule_id, margin=hint.margin, shown_at=now)
            for hint in hints
        ]
        return ShownHint.objects.bulk_create(rows, ignore_conflicts=True)


def hint_answer(*, key: str, product_id: int, outcome: str, by: Any) -> bool:
    """Mark a hint as taken or refused, as long as the sale is not paid; tell whether there was one to mark."""
    rows = ShownHint.objects.filter(
        hinted__sale__key=key,
        hinted__sale__cashier=by,
        hinted__sale__status=Sale.Status.DRAFT,
        hinted__is_control=False,
    )
    return bool(rows.filter(product_id=product_id).update(outcome=outcome))


def hint_settings_save(*, settings: HintSettings) -> HintSettings:
    settings.pk = 1
    settings.save()
    return settings


def hint_switch_off(*, product: Product | None = None, category: Category | None = None, note: str = "") -> HintOff:
    """Never hint at the product, or at the whole category; one that is off already stays as it is."""
    return HintOff.objects.get_or_create(product=product, category=category, defaults={"note": note})[0]


def hint_switch_on(*, off: HintOff) -> None:
    off.delete()
