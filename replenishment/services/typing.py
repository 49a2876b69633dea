"""What people type into policies: it stays until released, and what depends on it is computed again at once."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from inventori.errors import DomainError, InvalidInput
from inventori.money import ZERO
from inventori.templatetags.inventori import qty as show_qty
from inventory.models import ReorderPolicy, Warehouse
from inventory.reorder_models import ReorderMethod, ServiceMeasure
from master.models import Product
from replenishment.selectors import replenishment_settings

from .policies import policies_compute

LEVEL_LEAST, LEVEL_MOST = Decimal(50), Decimal("99.99")
REVIEW_MOST = 90
LEAD_MOST = Decimal(9_999)

CHOICES = ("method", "service_measure")
NUMBERS = (
    "avg_daily_demand",
    "demand_std",
    "lead_time_days",
    "lead_time_std",
    "service_level",
    "review_days",
    "review_weekday",
    "ordering_cost",
    "holding_cost",
    "safety_stock",
    "rop",
    "reorder_qty",
    "min_qty",
    "max_qty",
)
# What a person may type, by its name in ReorderPolicy.
TYPEABLE = CHOICES + NUMBERS


def policy_of(*, product: Product, warehouse: Warehouse) -> ReorderPolicy:
    """Return the product's policy in `warehouse`; one that had none gets the shop's settings."""
    settings = replenishment_settings()
    fresh = {
        "method": settings.method,
        "service_measure": settings.service_measure,
        "service_level": settings.service_level_c,
        "ordering_cost": settings.ordering_cost,
        "review_days": settings.review_days,
    }
    policy, _is_new = ReorderPolicy.objects.get_or_create(product=product, warehouse=warehouse, defaults=fresh)
    return policy


def policy_change(
    *, policy: ReorderPolicy, values: Mapping[str, Any], is_active: bool | None = None, by: User
) -> ReorderPolicy:
    """Keep `values` as typed, compute what depends on them, and bring the reorder point into force.

    values: by their names in ReorderPolicy. is_active: False stops ordering the product, None leaves it as it is.
    Raises InvalidInput with the field for a value that cannot be right; nothing is then saved.
    """
    with transaction.atomic():
        locked = _locked(policy.pk)
        for name, value in values.items():
            check_value(name, value)
            setattr(locked, name, value)
        locked.typed = sorted({*locked.typed, *values})
        _check_together(locked, values)
        if is_active is not None:
            locked.is_active = is_active
        locked.save()
        return _computed(locked, by=by)


def policy_release(*, policy: ReorderPolicy, field: str, by: User) -> ReorderPolicy:
    """Let a typed value be computed again. Raises InvalidInput where nobody typed it."""
    with transaction.atomic():
        locked = _locked(policy.pk)
        if field not in locked.typed:
            raise InvalidInput(_("This value is not typed, so there is nothing to release."), field=field)
        locked.typed = [name for name in locked.typed if name != field]
        if field == "review_weekday":
            # No history says on which day of the week a shop orders.
            locked.review_weekday = None
        locked.save(update_fields=["typed", "review_weekday"])
        return _computed(locked, by=by)


def policies_set(*, warehouse: Warehouse, product_ids: Sequence[int], values: Mapping[str, Any], by: User) -> int:
    """Type the same values, such as method or service level, into the policies of some products; return how many.

    Raises InvalidInput with the field for a value that cannot be right, DomainError where no product has a policy.
    """
    if not values:
        raise InvalidInput(_("Choose a method or a service level to set."))
    for name, value in values.items():
        check_value(name, value)
    with transaction.atomic():
        rows = ReorderPolicy.objects.select_for_update().filter(warehouse=warehouse, product_id__in=product_ids)
        found = list(rows.order_by("pk"))
        if not found:
            raise DomainError(_("No product is ticked. Tick those that you want to change."), code="none_ticked")
        for policy in found:
            for name, value in values.items():
                setattr(policy, name, value)
            policy.typed = sorted({*policy.typed, *values})
        ReorderPolicy.objects.bulk_update(found, ["typed", *values], batch_size=500)
        policies_compute(warehouse=warehouse, product_ids=[policy.product_id for policy in found], by=by)
    return len(found)


def policies_set_method(*, warehouse: Warehouse, product_ids: Sequence[int], method: str, by: User) -> int:
    """Order these products by `method` from now on; return how many they are."""
    return policies_set(warehouse=warehouse, product_ids=product_ids, values={"method": method}, by=by)


# --- Checks --------------------------------------------------------------------------
def label_of(name: str) -> StrOrPromise:
    """Return how people call a value: its label in the form."""
    label: StrOrPromise = ReorderPolicy._meta.get_field(name).verbose_name  # type: ignore[union-attr]
    return label


def check_value(name: str, value: Any) -> None:
    """Raise InvalidInput, naming the field, for a value that cannot be right by itself."""
    if name not in TYPEABLE:
        raise InvalidInput(_("This value cannot be typed."), field=name)
    if name in CHOICES:
        known = ReorderMethod.values if name == "method" else ServiceMeasure.values
        if value not in known:
            raise InvalidInput(_("Choose one of the list."), field=name)
    elif name == "review_weekday":
        if value is not None and value not in range(7):
            raise InvalidInput(_("Choose a day of the week, or none."), field=name)
    else:
        _check_number(name, value)


def _check_number(name: str, value: Any) -> None:
    label = {"label": str(label_of(name)).capitalize()}
    if value is None or not Decimal(value).is_finite():
        raise InvalidInput(_("%(label)s: enter a number, or release it to have it computed.") % label, field=name)
    if value < 0:
        raise InvalidInput(_("%(label)s cannot be below 0.") % label, field=name)
    if name == "service_level" and not LEVEL_LEAST <= value <= LEVEL_MOST:
        raise InvalidInput(_("The service level lies between 50 and 99.99 %. No stock can promise 100 %."), field=name)
    if name == "review_days" and value > REVIEW_MOST:
        raise InvalidInput(_("The review interval is at most 90 days."), field=name)
    if name in ("lead_time_days", "lead_time_std") and value > LEAD_MOST:
        raise InvalidInput(_("%(label)s is at most 9,999 days.") % label, field=name)


def _check_together(policy: ReorderPolicy, values: Mapping[str, Any]) -> None:
    """Refuse a typed maximum below the minimum; a computed one follows the minimum by itself."""
    if "max_qty" not in policy.typed or policy.max_qty >= policy.min_qty:
        return
    if "min_qty" not in policy.typed and policy.min_qty == ZERO:
        return
    numbers = {"min": show_qty(policy.min_qty), "max": show_qty(policy.max_qty)}
    if "max_qty" in values:
        sentence = _("The maximum (%(max)s) is below the minimum (%(min)s). Type a larger maximum.")
        raise InvalidInput(sentence % numbers, field="max_qty")
    if "min_qty" in values:
        sentence = _("The minimum (%(min)s) is above the typed maximum (%(max)s). Type a smaller minimum.")
        raise InvalidInput(sentence % numbers, field="min_qty")


# --- Rows ------------------------------------------------------------------------------
def _locked(pk: int) -> ReorderPolicy:
    return ReorderPolicy.objects.select_for_update().select_related("warehouse").get(pk=pk)


def _computed(policy: ReorderPolicy, *, by: User) -> ReorderPolicy:
    """Compute the rest of one policy from the same days as before; it also settles the product's alert."""
    policies_compute(
        warehouse=policy.warehouse,
        product_ids=[policy.product_id],
        date_from=policy.history_from,
        date_to=policy.history_to,
        by=by,
    )
    policy.refresh_from_db()
    return policy
