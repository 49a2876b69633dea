from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from inventori.posting import new_key
from purchases.models import POItem, PurchaseOrder
from purchases.services import OrderLine, ReceiptLine, order_create, order_send, receipt_post
from purchases.services.supplier_returns import SupplierReturnLine, supplier_return_post
from sales.models import Sale
from sales.services import (
    PastLine,
    PastReturn,
    PastSale,
    Tender,
    basket_add,
    cash_move_post,
    past_documents_post,
    sale_cancel,
    sale_pay,
    shift_close,
)
from summary.verify import differences
from tests.factories import (
    ProductFactory,
    ShopProfileFactory,
    SupplierFactory,
    UserFactory,
    WarehouseFactory,
    open_shift,
    stock_up,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    """A shop with every kind of document: opening, order and receipt, sale, basket, cancelled sale, return."""
    by, warehouse, supplier = UserFactory(role="Manager"), WarehouseFactory(), SupplierFactory()
    soap, tea = ProductFactory(sku="SOAP", price=10_000), ProductFactory(sku="TEA", price=3_550)
    stock_up(soap, warehouse, 10, cost=7_000, by=by)
    stock_up(tea, warehouse, 4, cost=2_000, by=by)
    order = order_create(
        supplier=supplier, warehouse=warehouse, by=by, lines=[OrderLine(soap, Decimal(10), Decimal(8_000))]
    )
    order_send(order=order, by=by)
    receipt_post(
        supplier=supplier,
        warehouse=warehouse,
        order=order,
        by=by,
        key=new_key(),
        lines=[ReceiptLine(Decimal(5), po_item=order.items.get())],
    )
    _bring_medicine(warehouse, supplier, by)
    shift = open_shift(by, warehouse, 5_000)
    for products in ([soap, tea], [soap], [tea]):
        key = new_key()
        for product in products:
            sale = basket_add(key=key, warehouse=warehouse, product=product, qty=Decimal(1), by=by)
        if products != [tea]:
            total = sale.total_amount
            sale_pay(key=key, tenders=[Tender("CASH", total + 5)], expected_total=total, by=by)
    sale_cancel(sale_id=Sale.objects.order_by("id")[1].pk, reason="typo", by=by)
    noon = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
    past_documents_post(
        warehouse=warehouse,
        documents=[
            PastSale("past-1", "P1", noon, [PastLine(tea.pk, Decimal(2), Decimal("3550"))], by),
            PastReturn("past-2", "R1", noon, [PastLine(tea.pk, Decimal(1), Decimal("3550"))], by),
        ],
    )
    cash_move_post(kind="OUT", amount=Decimal(8_500), reason="bank", key=new_key(), by=by)
    shift_close(shift_id=shift.pk, counts={Decimal(10_000): 1}, note="50 missing", by=by)
    UserFactory(username="somebody else")


def _bring_medicine(warehouse, supplier, by):
    """Two batches of a medicine in one receipt, of which some goes back, and two goods without batches."""
    pill, herb = ProductFactory(sku="PILL", tracks_batches=True), ProductFactory(sku="HERB", tracks_batches=True)
    receipt = receipt_post(
        supplier=supplier,
        warehouse=warehouse,
        by=by,
        key=new_key(),
        lines=[
            ReceiptLine(Decimal(2), None, pill, Decimal(300), "A1", date(2031, 12, 31)),
            ReceiptLine(Decimal(3), None, pill, Decimal(300), "B2", date(2030, 12, 31)),
            ReceiptLine(Decimal(1), None, herb, Decimal(50), "H1", date(2030, 12, 31)),
        ],
    )
    supplier_return_post(
        lines=[SupplierReturnLine(Decimal(1), receipt_item=item) for item in receipt.items.all()[:2]],
        reason="Broken",
        key=new_key(),
        by=by,
        receipt=receipt,
    )


def broken_rules():
    return {difference.rule for difference in differences()}


def test_an_honest_shop_has_no_differences(shop):
    out = StringIO()

    call_command("verify_ledger", stdout=out)

    assert out.getvalue().startswith("0 differences in 14 moves")


CORRUPTIONS = {
    "stock equals its moves (I1)": "UPDATE inventory_stock SET qty = qty + 1 WHERE qty > 4",
    "running balance follows the moves": "UPDATE inventory_stockmove SET balance = balance + 2 WHERE ref_type = 'GRN'",
    "average cost follows the receipts": "UPDATE inventory_stock SET average_cost = average_cost + 1 WHERE qty > 4",
    "goods leave at their average cost": (
        "UPDATE inventory_stockmove SET unit_cost = unit_cost - 1 WHERE ref_type = 'SALE' AND qty_out > 0"
    ),
    "a paid sale took its goods": "UPDATE sales_saleitem SET qty = qty + 1",
    "a sale's subtotal is the sum of its lines (I4)": "UPDATE sales_saleitem SET price = price + 1",
    "payments settle the sale (I4)": (
        "UPDATE sales_payment SET amount = amount - 1000, tendered = tendered - 1000 WHERE amount > 0"
    ),
    "a cancelled sale or a basket moved nothing in the end": (
        "UPDATE sales_sale SET status = 'CANCELLED' WHERE status = 'PAID'"
    ),
    "a sale line keeps the cost its goods left with": "UPDATE sales_saleitem SET cost = cost + 10",
    "an order line counts its receipts": "UPDATE purchases_poitem SET received_qty = 6",
    "an order is received when each line is full": "UPDATE purchases_purchaseorder SET status = 'RECEIVED'",
    "received goods came in": "UPDATE purchases_goodsreceiptitem SET qty = 4",
    "no more is received than was ordered and tolerated": "UPDATE purchases_poitem SET qty = 4",
    "receipt lines name the batch their goods came into": (
        "UPDATE purchases_goodsreceiptitem SET batch_id = NULL WHERE batch_id IS NOT NULL"
    ),
    "a receipt line's batch is one of its product": (
        "UPDATE purchases_goodsreceiptitem SET batch_id = (SELECT MAX(id) FROM inventory_batch)"
    ),
    "goods sent back to a supplier left": "UPDATE purchases_supplierreturnitem SET qty = 2",
    "a supplier return's moves have their line": (
        "UPDATE inventory_stockmove SET ref_id = 9999 WHERE ref_type = 'SUPRET'"
    ),
    "a supplier return's goods left on its day": "UPDATE purchases_supplierreturn SET business_date = '2020-01-01'",
    "lines sent back name the batch their goods left": "UPDATE purchases_supplierreturnitem SET batch_id = NULL",
    "the batch of a line sent back is one of its product": (
        "UPDATE purchases_supplierreturnitem SET batch_id = (SELECT MAX(id) FROM inventory_batch)"
    ),
    "no more goes back to a supplier than came": "UPDATE purchases_supplierreturnitem SET qty = 4",
    "a supplier return is worth what its lines come to (I4)": (
        "UPDATE purchases_supplierreturn SET total_amount = total_amount + 1"
    ),
    "a refund is the sum of its lines, tax and rounding (I4)": (
        "UPDATE sales_salereturn SET total_amount = total_amount + 1"
    ),
    "a sale's goods left on its day": "UPDATE sales_sale SET business_date = '2020-01-01' WHERE status = 'PAID'",
    "stock rows carry their warehouse's below-zero switch": "UPDATE inventory_stock SET allow_negative = 1",
    "a sale's moves have their sale line": "UPDATE inventory_stockmove SET ref_id = 9999 WHERE ref_type = 'SALE'",
    "a sale belongs to its shift's cashier and warehouse": (
        "UPDATE sales_shift SET cashier_id = (SELECT MAX(id) FROM accounts_user)"
    ),
    "a closed shift expects what its sales, refunds and cash moves come to": (
        "UPDATE sales_cashmove SET amount = amount + 1 WHERE kind = 'OUT'"
    ),
    "a closed shift counted what its notes and coins come to": "UPDATE sales_shiftcount SET pieces = pieces + 1",
    "an adjustment's moves have their document": (
        "UPDATE inventory_stockmove SET ref_id = 9999 WHERE ref_type = 'ADJUST'"
    ),
}


@pytest.mark.parametrize("rule", CORRUPTIONS)
def test_a_planted_corruption_is_named(shop, rule):
    assert broken_rules() == set()

    with connection.cursor() as cursor:
        cursor.execute(CORRUPTIONS[rule])
        assert cursor.rowcount > 0

    assert rule in broken_rules()


def test_the_tolerance_of_the_day_of_the_receipt_counts(shop):
    order, by = PurchaseOrder.objects.get(), UserFactory()
    profile = ShopProfileFactory(over_receipt_percent=Decimal(10))
    receipt_post(
        supplier=order.supplier,
        warehouse=order.warehouse,
        order=order,
        by=by,
        key=new_key(),
        lines=[ReceiptLine(Decimal(6), po_item=order.items.get())],
    )

    profile.over_receipt_percent = Decimal(0)
    profile.save()
    assert broken_rules() == set()

    POItem.objects.update(qty=Decimal("9.99"))
    assert broken_rules() == {"no more is received than was ordered and tolerated"}


def test_a_deleted_move_is_found(shop):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM inventory_stockmove WHERE ref_type = 'RETURN'")

    assert broken_rules() == {"returned goods came back", "stock equals its moves (I1)"}


def test_the_command_fails_and_repairs_nothing(shop):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE inventory_stock SET qty = 3 WHERE qty > 4")
    out = StringIO()

    with pytest.raises(CommandError, match="1 differences"):
        call_command("verify_ledger", stdout=out)

    assert "stock equals its moves (I1): SOAP in" in out.getvalue()
    assert broken_rules() == {"stock equals its moves (I1)"}
