"""Real rows for tests; stock goes in through the ledger."""

from decimal import Decimal
from typing import Any

import factory
from django.contrib.auth.models import Group

from accounts.models import User
from inventori.permissions import CASHIER
from inventori.posting import new_key
from inventory.ledger import Line
from inventory.models import AdjustReason, Warehouse
from inventory.services import adjustment_post
from master.models import Category, Customer, Product, ProductUnit, ShopProfile, Supplier, TaxRate
from sales.models import Shift
from sales.services import shift_close, shift_open

PASSWORD = "correct horse 42"


class UserFactory(factory.django.DjangoModelFactory):
    """A person with `role=` (default Cashier) and the password `PASSWORD`."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    first_name = factory.Sequence(lambda n: f"Person {n}")
    language = "en"

    @factory.post_generation
    def password(self: User, create: bool, extracted: str | None, **kwargs: Any) -> None:
        self.set_password(extracted or PASSWORD)
        self.save()

    @factory.post_generation
    def role(self: User, create: bool, extracted: str | None, **kwargs: Any) -> None:
        self.groups.set([Group.objects.get_or_create(name=extracted or CASHIER)[0]])


class CategoryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Category

    code = factory.Sequence(lambda n: f"CAT{n}")
    name = factory.Sequence(lambda n: f"Category {n}")


class SupplierFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Supplier

    code = factory.Sequence(lambda n: f"SUP{n}")
    name = factory.Sequence(lambda n: f"Supplier {n}")


class CustomerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Customer

    code = factory.Sequence(lambda n: f"CUS{n}")
    name = factory.Sequence(lambda n: f"Customer {n}")


class ProductFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Product

    sku = factory.Sequence(lambda n: f"SKU-{n:04d}")
    name = factory.Sequence(lambda n: f"Product {n}")
    category = factory.SubFactory(CategoryFactory)
    price = Decimal(10_000)
    cost = Decimal(7_000)


class ProductUnitFactory(factory.django.DjangoModelFactory):
    """A box of ten, sold for nine times the product's price."""

    class Meta:
        model = ProductUnit

    product = factory.SubFactory(ProductFactory)
    name = "box"
    factor = Decimal(10)
    price = Decimal(90_000)


class WarehouseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Warehouse

    code = factory.Sequence(lambda n: f"W{n}")
    name = factory.Sequence(lambda n: f"Warehouse {n}")


class TaxRateFactory(factory.django.DjangoModelFactory):
    """PPN since 2025: 12 % of 11/12 of the price."""

    class Meta:
        model = TaxRate

    percent = Decimal(12)
    base_numerator = 11
    base_denominator = 12
    valid_from = "2025-01-01"


class ShopProfileFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ShopProfile
        django_get_or_create = ("id",)

    id = 1
    name = "Toko Uji"


def stock_up(
    product: Product, warehouse: Warehouse, qty: int | str, cost: int | str | None = None, *, by: User | None = None
) -> None:
    """Give `product` opening stock, through the same service as a user's click."""
    adjustment_post(
        warehouse=warehouse,
        reason=AdjustReason.OPENING,
        lines=[Line(product.pk, Decimal(qty), Decimal(cost) if cost is not None else product.cost)],
        key=new_key(),
        by=by or User.objects.first() or UserFactory(),
    )


def open_shift(cashier: User, warehouse: Warehouse, opening_float: int = 0) -> Shift:
    """Open the cashier's shift, through the same service as a click; one that is open already stays."""
    if found := Shift.objects.filter(open_for=cashier).first():
        return found
    return shift_open(warehouse=warehouse, opening_float=Decimal(opening_float), key=new_key(), by=cashier)


def close_shift(cashier: User) -> None:
    """Count the cashier's drawer, find nothing in it, and close the shift."""
    shift_close(shift_id=Shift.objects.get(open_for=cashier).pk, counts={}, note="Nothing in it", by=cashier)
