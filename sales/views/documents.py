"""What the pages of sales and of returns share."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils.functional import cached_property

from accounts.models import User
from inventori.lists import ListPage
from inventori.money import active_currency
from sales.models import Sale, SaleItem, SaleReturnItem, Shift
from sales.selectors import cost_of, line_amount


class TotalledPage(ListPage):
    """A list that says what all its rows, on every page, come to."""

    @cached_property
    def totals(self) -> dict[str, Any]:
        live = ~Q(status=Sale.Status.CANCELLED) if self.queryset.model is Sale else Q()
        return self.queryset.order_by().aggregate(n=Count("pk", filter=live), amount=Sum("total_amount", filter=live))


def line_rows(items: Sequence[SaleItem | SaleReturnItem]) -> list[dict[str, Any]]:
    """Return each line with its amount and cost."""
    currency = active_currency()
    return [{"item": item, "amount": line_amount(item, currency), "cost": cost_of(item)} for item in items]


def sees_shift(user: User, shift: Shift) -> bool:
    """Say whether the person may open the page of `shift`."""
    return user.can("shift_manage") or shift.cashier_id == user.pk
