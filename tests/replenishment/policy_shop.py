"""A shop whose soap sells ten a day, for tests of policies."""

from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from inventory import ledger
from inventory.ledger import Document, Line
from inventory.models import RefType, ReorderPolicy
from replenishment.selectors import replenishment_settings
from replenishment.services.policies import policies_compute
from replenishment.services.typing import policy_change
from tests.factories import ProductFactory, SupplierFactory, UserFactory, WarehouseFactory


class PolicyShop:
    """Soap sells 8, 10 or 12 a day for sixty days, 400 are left; its supplier needs 5 days."""

    def __init__(self):
        self.warehouse = WarehouseFactory(code="TOKO", name="Toko")
        self.manager = UserFactory(role="Manager")
        self.supplier = SupplierFactory(code="SUP", lead_time_days=5)
        settings = replenishment_settings()
        settings.review_days, settings.history_days, settings.service_level_a = 0, 60, 95
        settings.save()
        self.soap = self.sold("Soap", (8, 10, 12))

    def sold(self, name, units, **more):
        """Make a product of which 1,000 came in 61 days ago, and `units` in turn were sold on each day since."""
        product = ProductFactory(name=name, **{"supplier": self.supplier, "cost": Decimal(6_000), **more})
        first = timezone.now() - timedelta(days=61)
        self.move(product, -1_000, at=first)
        for day in range(60):
            if sold := units[day % len(units)]:
                self.move(product, sold, at=first + timedelta(days=day + 1))
        return product

    def move(self, product, qty, *, at, ref_type=None):
        """Sell `qty`; below 0 it comes in."""
        with transaction.atomic():
            ledger.post(
                Document(
                    warehouse=self.warehouse,
                    ref_type=ref_type or (RefType.SALE if qty > 0 else RefType.GRN),
                    ref_id=7,
                    lines=[Line(product.pk, Decimal(-qty), Decimal(6_000) if qty < 0 else None)],
                    moved_at=at,
                    by=self.manager,
                )
            )

    def computed(self, product=None):
        policies_compute(warehouse=self.warehouse, by=self.manager)
        return ReorderPolicy.objects.get(product=product or self.soap, warehouse=self.warehouse)

    def change(self, policy, **values):
        return policy_change(policy=policy, values=values, by=self.manager)
