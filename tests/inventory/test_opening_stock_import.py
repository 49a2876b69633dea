from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import translation

from inventori.errors import DomainError
from inventori.numbers import NOTATIONS
from inventori.permissions import MANAGER
from inventory.models import AdjustReason, Stock, StockAdjustment, StockMove
from master.importing.plan import NEW, UNCHANGED, Options
from master.importing.registry import importer_called
from master.importing.services import import_apply
from tests.factories import ProductFactory, UserFactory, WarehouseFactory, stock_up
from tests.master.files import check, csv_of, faults

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _sentences_in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def manager():
    return UserFactory(role=MANAGER)


def test_opening_stock_is_one_adjustment_per_warehouse(manager):
    shop, store = WarehouseFactory(code="TOKO"), WarehouseFactory(code="GDG", name="Gudang")
    kopi = ProductFactory(sku="A1", cost=Decimal(7_000))
    teh = ProductFactory(sku="A2")
    content = csv_of("sku,warehouse,qty,unit_cost", "A1,toko,10,", "A2,TOKO,5,4000", "A1,gudang,3,6500")

    upload, plan = check(content, manager, "opening-stock")
    import_apply(token=upload.token, by=manager)

    assert (plan.count(NEW), plan.faults) == (3, [])
    assert list(StockAdjustment.objects.order_by("warehouse").values_list("warehouse", "reason")) == [
        (shop.pk, AdjustReason.OPENING),
        (store.pk, AdjustReason.OPENING),
    ]
    assert list(Stock.objects.order_by("id").values_list("product", "warehouse", "qty", "average_cost")) == [
        (kopi.pk, shop.pk, Decimal(10), Decimal(7_000)),
        (teh.pk, shop.pk, Decimal(5), Decimal(4_000)),
        (kopi.pk, store.pk, Decimal(3), Decimal(6_500)),
    ]


def test_the_same_opening_stock_twice_posts_nothing(manager):
    WarehouseFactory(code="TOKO")
    ProductFactory(sku="A1")
    content = csv_of("sku,warehouse,qty,unit_cost", "A1,TOKO,10,7000")
    import_apply(token=check(content, manager, "opening-stock")[0].token, by=manager)

    upload, plan = check(content, manager, "opening-stock")
    import_apply(token=upload.token, by=manager)

    assert (plan.count(UNCHANGED), plan.count(NEW), plan.faults) == (1, 0, [])
    assert (StockMove.objects.count(), StockAdjustment.objects.count()) == (1, 1)


def test_opening_stock_checked_before_another_was_posted_is_refused_whole(manager):
    shop = WarehouseFactory(code="TOKO")
    kopi, teh = ProductFactory(sku="A1"), ProductFactory(sku="A2")
    _upload, plan = check(csv_of("sku,warehouse,qty", "A1,TOKO,12", "A2,TOKO,3"), manager, "opening-stock")
    stock_up(teh, shop, 3)

    # As when both check at one moment and the other is quicker to the stock rows.
    with pytest.raises(DomainError, match="Records have changed"), transaction.atomic():
        importer_called("opening-stock").apply(plan, options=Options(manager, NOTATIONS["en"]), key="a" * 32)

    assert list(StockMove.objects.values_list("product", "qty_in")) == [(teh.pk, Decimal(3))]
    assert not Stock.objects.filter(product=kopi).exclude(qty=0).exists()


def test_opening_stock_of_what_has_moved_is_refused_with_the_next_step(manager):
    shop = WarehouseFactory(code="TOKO", name="Toko")
    stock_up(ProductFactory(sku="A1", name="Kopi"), shop, 10)

    _upload, plan = check(csv_of("sku,warehouse,qty", "A1,TOKO,12"), manager, "opening-stock")

    assert faults(plan) == [(2, "qty", "Kopi already has moves in Toko. Post an adjustment there instead.")]


def test_every_fault_of_an_opening_stock_file_is_named(manager):
    WarehouseFactory(code="TOKO")
    ProductFactory(sku="A1", name="Kopi")
    content = csv_of("sku,warehouse,qty", "X9,TOKO,1", "A1,NONE,1", "A1,TOKO,1.5")

    _upload, plan = check(content, manager, "opening-stock")

    assert faults(plan) == [
        (2, "sku", "There is no such product. Bring the products in first."),
        (3, "warehouse", "There is no such warehouse in use. Write its code or name."),
        (4, "qty", "Kopi is sold in whole pcs: enter a whole number."),
    ]


def test_a_quantity_of_nothing_posts_nothing(manager):
    WarehouseFactory(code="TOKO")
    ProductFactory(sku="A1")

    upload, plan = check(csv_of("sku,warehouse,qty", "A1,TOKO,0"), manager, "opening-stock")
    import_apply(token=upload.token, by=manager)

    assert plan.count(UNCHANGED) == 1
    assert not StockMove.objects.exists()
