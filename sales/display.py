"""What the customer's screen shows of a shift."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from inventori.money import ZERO, use_currency
from master.models import ShopProfile

from .models import Sale, Shift
from .till import BasketView, basket_view, open_basket

THANKS = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Display:
    """A basket; or, for a while after it was paid, the sale with its change; or neither: a welcome."""

    basket: BasketView | None = None
    paid: Sale | None = None
    change: Decimal = ZERO


def display_of(shift: Shift, profile: ShopProfile) -> Display:
    """Return what the customer of this till sees now."""
    use_currency(profile.currency)
    sale = open_basket(warehouse=shift.warehouse, by=shift.cashier)
    if sale is not None:
        view = basket_view(key="", sale=sale, items=sale.lines, warehouse=shift.warehouse, profile=profile)
        return Display(basket=view)
    just_paid = Sale.objects.filter(shift=shift, status=Sale.Status.PAID, sold_at__gte=timezone.now() - THANKS)
    paid = just_paid.order_by("-sold_at").first()
    if paid is None:
        return Display()
    return Display(paid=paid, change=sum((payment.change for payment in paid.payments.all()), ZERO))
