"""Sending goods back: of a receipt or of what lies there, never more than came, out of the right batch."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from inventori.errors import InsufficientStock, InvalidInput, KeyReused
from inventori.posting import new_key
from inventory.ledger import Line
from inventory.models import AdjustReason, Batch, BatchStock, RefType, Stock, StockMove
from inventory.selectors import business_today
from inventory.services import adjustment_post
from purchases.models import SupplierReturn
from purchases.refusals import LinesRefused
from purchases.services import ReceiptLine, receipt_post
from purchases.services.supplier_returns import SupplierReturnLine, supplier_return_post
from tests.factories import ProductFactory, SupplierFactory, UserFactory, WarehouseFactory
from tests.purchases.buying import LAST_DAY, books

pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return UserFactory(role="Warehouse")


@pytest.fixture
def shop():
    return WarehouseFactory(code="TOKO")


@pytest.fixture
def soap():
    return ProductFactory(sku="SOAP", name="Soap", cost=Decimal(400))


@pytest.fixture
def pill():
    return ProductFactory(sku="PILL", name="Pill", cost=Decimal(400), tracks_batches=True)


@pytest.fixture
def receipt(shop, by, soap, pill):
    """10 of soap at 500; of pills 6 of A1 and 4 of B2, which expires first, at 300."""
    return receipt_post(
        supplier=SupplierFactory(),
        warehouse=shop,
        by=by,
        key=new_key(),
        lines=[
            ReceiptLine(Decimal(10), product=soap, unit_cost=Decimal(500)),
            ReceiptLine(Decimal(6), product=pill, unit_cost=Decimal(300), batch_number="A1", expires_on=LAST_DAY),
            ReceiptLine(
                Decimal(4), product=pill, unit_cost=Decimal(300), batch_number="B2", expires_on=date(2030, 1, 31)
            ),
        ],
    )


def send(receipt, by, *quantities, key=None, reason="Broken"):
    lines = [
        SupplierReturnLine(Decimal(qty), receipt_item=item)
        for item, qty in zip(receipt.items.all(), quantities, strict=False)
        if qty
    ]
    return supplier_return_post(lines=lines, reason=reason, key=key or new_key(), by=by, receipt=receipt)


def batches():
    return sorted(BatchStock.objects.values_list("batch__number", "qty"))


def sent():
    return sorted(
        (str(line.batch or ""), line.qty, line.unit_cost) for line in SupplierReturn.objects.get().items.all()
    )


def test_goods_of_a_receipt_leave_their_own_batch_at_what_they_cost(receipt, by):
    taken = send(receipt, by, 2, 5)

    assert (taken.supplier, taken.warehouse, taken.reason) == (receipt.supplier, receipt.warehouse, "Broken")
    assert taken.number.startswith("SR-")
    assert taken.total_amount == 2 * 500 + 5 * 300
    assert sent() == [("", 2, 500), ("A1", 5, 300)]
    assert batches() == [("A1", 1), ("B2", 4)]
    assert sorted(Stock.objects.values_list("product__sku", "qty")) == [("PILL", 5), ("SOAP", 8)]
    moves = StockMove.objects.filter(ref_type=RefType.SUPPLIER_RETURN, ref_id=taken.pk)
    assert sorted((move.product.sku, move.qty_out, move.note) for move in moves) == [
        ("PILL", 5, "Broken"),
        ("SOAP", 2, "Broken"),
    ]


def test_no_more_goes_back_than_came_and_has_not_gone_back_yet(receipt, by):
    send(receipt, by, 8, 6)
    before = books()

    with pytest.raises(LinesRefused) as refused:
        send(receipt, by, 3, 1, 2)

    assert str(refused.value) == "Soap: 2 can go back, 3 asked. Pill: 0 can go back, 1 asked."
    assert [(item.index, item.field, item.code) for item in refused.value.items] == [
        (0, "qty", "over_return"),
        (1, "qty", "over_return"),
    ]
    assert books() == before
    assert SupplierReturn.objects.count() == 1
    send(receipt, by, 2)


def test_what_was_sold_already_cannot_go_back(receipt, by, soap, shop):
    adjustment_post(warehouse=shop, reason=AdjustReason.LOST, lines=[Line(soap.pk, Decimal(-9))], key=new_key(), by=by)
    before = books()

    with pytest.raises(InsufficientStock, match="1 available, 2 asked"):
        send(receipt, by, 2)

    assert books() == before
    assert not SupplierReturn.objects.exists()


def test_a_line_of_another_receipt_is_refused(receipt, by, shop, soap):
    other = receipt_post(
        supplier=receipt.supplier,
        warehouse=shop,
        lines=[ReceiptLine(Decimal(1), product=soap)],
        key=new_key(),
        by=by,
    )
    line = SupplierReturnLine(Decimal(1), receipt_item=other.items.get())

    with pytest.raises(InvalidInput, match="does not belong to"):
        supplier_return_post(lines=[line], reason="Broken", key=new_key(), by=by, receipt=receipt)

    assert not SupplierReturn.objects.exists()


@pytest.mark.parametrize(("quantities", "reason", "field"), [((0, 0), "Broken", "lines"), ((1,), "  ", "reason")])
def test_goods_and_a_reason_are_asked_for(receipt, by, quantities, reason, field):
    with pytest.raises(InvalidInput) as refused:
        send(receipt, by, *quantities, reason=reason)

    assert refused.value.field == field
    assert not SupplierReturn.objects.exists()


def test_the_same_key_again_returns_the_first_return_and_other_content_is_refused(receipt, by):
    key = new_key()
    first = send(receipt, by, 10, key=key)

    assert send(receipt, by, 10, key=key).pk == first.pk
    for other in ({"reason": "Other"}, {"quantities": (9,)}):
        with pytest.raises(KeyReused):
            send(receipt, by, *other.pop("quantities", (10,)), key=key, **other)
    assert SupplierReturn.objects.count() == 1
    assert Stock.objects.get(product__sku="SOAP").qty == 0


def test_without_a_receipt_the_first_expiring_batches_leave_at_their_worth(receipt, by, shop, pill, soap):
    taken = supplier_return_post(
        lines=[SupplierReturnLine(Decimal(5), product=pill), SupplierReturnLine(Decimal(1), product=soap)],
        reason="Recall",
        key=new_key(),
        by=by,
        supplier=receipt.supplier,
        warehouse=shop,
    )

    assert sent() == [("", 1, 500), ("A1", 1, 300), ("B2", 4, 300)]
    assert batches() == [("A1", 5), ("B2", 0)]
    assert taken.total_amount == 500 + 5 * 300


def test_a_batch_that_expired_may_go_back(shop, by, pill):
    gone = business_today(shop) - timedelta(days=1)
    line = ReceiptLine(Decimal(3), product=pill, batch_number="OLD", expires_on=gone)
    supplier = SupplierFactory()
    receipt_post(
        supplier=supplier, warehouse=shop, lines=[line], key=new_key(), by=by, takes_expired=True, note="to go back"
    )

    supplier_return_post(
        lines=[SupplierReturnLine(Decimal(3), product=pill, batch=Batch.objects.get())],
        reason="Expired",
        key=new_key(),
        by=by,
        supplier=supplier,
        warehouse=shop,
    )

    assert batches() == [("OLD", 0)]


def test_a_batch_of_another_product_is_refused(receipt, by, shop, soap):
    with pytest.raises(InvalidInput, match="Each line needs a product"):
        supplier_return_post(
            lines=[SupplierReturnLine(Decimal(1), product=soap, batch=Batch.objects.first())],
            reason="Broken",
            key=new_key(),
            by=by,
            supplier=receipt.supplier,
            warehouse=shop,
        )

    assert not SupplierReturn.objects.exists()
