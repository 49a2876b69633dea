"""The lead times of many suppliers at once are those of each by itself."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from purchases.models import GoodsReceipt, GoodsReceiptItem, POItem, PurchaseOrder
from purchases.supplier_record import lead_time_of, lead_times_of
from tests.factories import ProductFactory, SupplierFactory, UserFactory, WarehouseFactory

pytestmark = pytest.mark.django_db


def trade(dice, suppliers, warehouse, products, by):
    """Orders of every status, some older than a year, received in parts, late or never."""
    for number in range(60):
        supplier = dice.choice(suppliers)
        ordered_at = timezone.now() - timedelta(days=dice.randint(0, 420), hours=dice.randint(0, 23))
        order = PurchaseOrder.objects.create(
            supplier=supplier,
            warehouse=warehouse,
            status=dice.choice(PurchaseOrder.Status.values),
            ordered_at=ordered_at,
            sent_at=dice.choice([None, ordered_at + timedelta(days=1)]),
            by=by,
        )
        for product in products:
            item = POItem.objects.create(po=order, product=product, qty=dice.randint(5, 20), price=500)
            for part in range(dice.randint(0, 2)):
                receipt = GoodsReceipt.objects.create(
                    supplier=supplier,
                    warehouse=warehouse,
                    purchase_order=order,
                    received_at=ordered_at,
                    business_date=(ordered_at + timedelta(days=dice.randint(0, 12))).date(),
                    key=f"{number}.{product.pk}.{part}",
                    by=by,
                )
                GoodsReceiptItem.objects.create(
                    receipt=receipt, po_item=item, product=product, qty=dice.randint(1, 25), unit_cost=500
                )


@pytest.mark.parametrize("seed", [1, 2])
def test_many_suppliers_at_once_are_each_by_itself(seed):
    suppliers = [SupplierFactory(lead_time_days=days) for days in range(1, 7)]
    trade(random.Random(seed), suppliers[:5], WarehouseFactory(), ProductFactory.create_batch(2), UserFactory())

    found = lead_times_of([supplier.pk for supplier in suppliers])

    assert found == {supplier.pk: lead_time_of(supplier) for supplier in suppliers}
    assert {lead.is_measured for lead in found.values()} == {True, False}


def test_many_suppliers_take_as_many_queries_as_one(django_assert_num_queries):
    suppliers = SupplierFactory.create_batch(5)
    trade(random.Random(3), suppliers, WarehouseFactory(), ProductFactory.create_batch(2), UserFactory())

    with django_assert_num_queries(5):
        lead_times_of([suppliers[0].pk])
    with django_assert_num_queries(5):
        lead_times_of([supplier.pk for supplier in suppliers])
