"""What the dashboard asks across the rooms."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from inventori.dates import TIME_ZONES, business_date
from inventory.models import StockMove, Warehouse
from inventory.selectors import business_today
from master.models import Product
from master.selectors import shop_profile
from sales.models import Sale


@dataclass(frozen=True)
class FirstSteps:
    """How far a new shop has come."""

    has_warehouse: bool
    has_products: bool
    has_stock: bool
    has_sales: bool

    @property
    def is_done(self) -> bool:
        return self.has_warehouse and self.has_products and self.has_stock and self.has_sales


def first_steps(warehouses: list[Warehouse]) -> FirstSteps:
    has_sales = Sale.objects.filter(status=Sale.Status.PAID).exists()
    # A shop that has sold has had goods to sell.
    return FirstSteps(
        has_warehouse=bool(warehouses),
        has_products=has_sales or Product.objects.exists(),
        has_stock=has_sales or StockMove.objects.exists(),
        has_sales=has_sales,
    )


def today_of(warehouse: Warehouse | None) -> date:
    """Return the business day that it is in `warehouse`; a shop without one lives in western Indonesia."""
    if warehouse:
        return business_today(warehouse)
    return business_date(timezone.now(), TIME_ZONES[0][0], shop_profile().cutoff_hour)
