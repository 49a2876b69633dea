"""A shop whose shelves run low: shared by the tests of what to order."""

from decimal import Decimal as D

from inventory.models import ReorderPolicy
from purchases.models import SupplierPrice
from tests.factories import ProductFactory, SupplierFactory, UserFactory, WarehouseFactory, stock_up


class ReorderShop:
    """Paracetamol, 2 a day, 8 in safety and 9 days to wait: its level is 26. Five lie there; a box holds 12."""

    def __init__(self) -> None:
        self.by = UserFactory(role="Manager")
        self.warehouse = WarehouseFactory(name="Toko Utama")
        self.supplier = SupplierFactory(name="PT Sumber Sehat", lead_time_days=7)
        self.product = self.goods("Paracetamol", on_hand=5)
        self.price = self.sells(self.product, unit="box", factor=12, unit_price=60_000)

    def goods(self, name, *, on_hand=0, supplier="usual", policy=True, **values):
        supplier = self.supplier if supplier == "usual" else supplier
        product = ProductFactory(name=name, supplier=supplier, price=D(8_000), cost=D(5_000), **values)
        if on_hand and not product.tracks_batches:
            stock_up(product, self.warehouse, on_hand, by=self.by)
        if policy:
            self.policy(product)
        return product

    def policy(self, product, **values):
        """Up to 26: 9 days at 2 a day, and 8 in safety."""
        usual = {
            "method": "UPTO",
            "avg_daily_demand": D(2),
            "demand_std": D(1),
            "lead_time_days": D(7),
            "review_days": 2,
            "safety_stock": D(8),
            "rop": D(26),
            "reorder_qty": D(10),
            "state": "OK",
        }
        policy = ReorderPolicy(product=product, warehouse=self.warehouse, **{**usual, **values})
        policy.save()
        return policy

    def sells(self, product, *, supplier=None, unit="", factor=1, unit_price=5_000, minimum=0, multiple=1):
        return SupplierPrice.objects.create(
            supplier=supplier or self.supplier,
            product=product,
            unit=unit,
            factor=D(factor),
            unit_price=D(unit_price),
            min_qty=D(minimum),
            multiple=D(multiple),
        )
