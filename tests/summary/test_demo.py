"""The demo shop in the database: posted by the services, refused where it does not belong."""

from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F, Min, Model

from accounts.demo import DEMO_LOGINS
from accounts.models import User
from inventori.posting import new_key
from inventory.batches import batch_ensure
from inventory.ledger import Line
from inventory.models import (
    AdjustReason,
    Batch,
    BatchStock,
    RefType,
    Stock,
    StockAdjustment,
    StockCount,
    StockCountLine,
    StockMove,
    Transfer,
    TransferItem,
    Warehouse,
)
from inventory.services import adjustment_post
from master.models import Category, Customer, Product, ProductUnit, ShopProfile, Supplier
from purchases.models import GoodsReceiptItem, POItem, PurchaseOrder, SupplierPrice
from sales.models import Payment, Sale, SaleItem, SaleReturn
from sales.services import PastLine, PastSale, Tender, basket_add, past_documents_post, sale_pay
from summary.demo import catalogue
from summary.demo.batches import tracks_batches
from summary.demo.events import SHOP, Sold
from summary.demo.story import Story
from tests.factories import ProductFactory, UserFactory, WarehouseFactory, open_shift, stock_up

pytestmark = pytest.mark.django_db
LAST = date(2026, 11, 20)
EMPTY = (Category, Product, Supplier, Customer, Warehouse, Sale, StockMove, PurchaseOrder, ShopProfile)


def seed(*, days: int = 10, seed: int = 1, **options: object) -> str:
    out = StringIO()
    call_command("seed_demo", days=days, seed=seed, until=LAST, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def demo_mode(settings):
    settings.DEMO = True


# What a shop consists of, without ids, the numbers made from them, and hashes.
ROWS = {
    Product: "sku barcode name category__code supplier__code uom price cost min_stock order_multiple shelf "
    "tracks_batches",
    ProductUnit: "product__sku name factor barcode price",
    SupplierPrice: "supplier__code product__sku unit factor unit_price changed_on previous_price",
    Batch: "product__sku number expires_on",
    BatchStock: "batch__product__sku batch__number warehouse__code qty",
    Transfer: "source__code target__code status sent_at received_at",
    TransferItem: "product__sku qty unit_cost received_qty",
    StockCountLine: "product__sku batch__number counted_qty expected_qty",
    Customer: "code name phone email address",
    Supplier: "code name city lead_time_days",
    Sale: "invoice_number status warehouse__code customer__code subtotal total_amount sold_at business_date "
    "cashier__username cancelled_at cancel_reason key",
    SaleItem: "sale__key product__sku qty price discount cost",
    Payment: "sale__key method amount tendered change",
    SaleReturn: "return_number warehouse__code total_amount returned_at business_date reason by__username",
    PurchaseOrder: "supplier__code warehouse__code status total_amount ordered_at sent_at expected_at by__username",
    POItem: "po__supplier__code po__ordered_at product__sku qty price received_qty unit factor unit_price",
    GoodsReceiptItem: "receipt__key receipt__received_at product__sku batch__number qty unit_cost",
    StockAdjustment: "warehouse__code reason note posted_at by__username key",
    StockMove: "product__sku warehouse__code batch__number ref_type qty_in qty_out balance unit_cost moved_at "
    "business_date by__username",
    Stock: "product__sku warehouse__code qty average_cost",
}


def rows_of_the_shop() -> dict[str, list[tuple]]:
    rows = {model: model.objects.order_by("pk") for model in ROWS}
    # A transfer's difference is booked under the number of the transfer; its moves are compared.
    rows[StockAdjustment] = rows[StockAdjustment].exclude(key__startswith="transfer:")
    return {model.__name__: list(rows[model].values_list(*names.split())) for model, names in ROWS.items()}


def test_the_same_seed_and_end_make_the_same_shop_row_by_row(demo_mode):
    shops = []
    for _run in range(2):
        with transaction.atomic():
            seed(days=8)
            shops.append(rows_of_the_shop())
            transaction.set_rollback(True)

    first, second = shops
    assert len(first["Sale"]) > 600
    for name, rows in first.items():
        assert rows == second[name], name


def test_the_seeded_shop_stands_up_to_the_verifier(demo_mode):
    seed(days=14)

    out = StringIO()
    call_command("verify_ledger", stdout=out)

    assert "0 differences" in out.getvalue()
    assert StockMove.objects.aggregate(least=Min("balance"))["least"] >= 0
    assert Sale.objects.filter(status=Sale.Status.CANCELLED).exists()


def test_the_seeded_shop_ends_with_open_orders_and_low_stock(demo_mode):
    seed(days=45)

    drafts = PurchaseOrder.objects.filter(status=PurchaseOrder.Status.DRAFT)
    sent = PurchaseOrder.objects.filter(status=PurchaseOrder.Status.SENT)
    half = sent.filter(items__received_qty__gt=0) & sent.filter(items__received_qty=0)
    low = Stock.objects.filter(qty__lte=F("product__min_stock"))
    assert drafts.exists()
    assert sent.filter(expected_at__lt=LAST).exists()
    assert sent.filter(expected_at__gt=LAST).exists()
    assert half.distinct().count() == 1
    assert 3 <= low.count() <= 40
    assert Stock.objects.filter(warehouse__code="GUDANG", qty__gt=0).count() >= 20
    assert Sale.objects.aggregate(first=Min("business_date"))["first"] == LAST - timedelta(days=44)


def test_the_medicines_of_the_seeded_shop_lie_in_batches_and_some_near_their_last_day(demo_mode):
    seed(days=45)

    lying = BatchStock.objects.filter(qty__gt=0)
    days_left = [(day - LAST).days for day in lying.values_list("batch__expires_on", flat=True)]
    expired = [row.qty for row in lying.filter(batch__expires_on__lt=LAST)]
    assert Product.objects.filter(tracks_batches=True).count() == 100
    assert all(sum(low < days <= low + 30 for days in days_left) >= 2 for low in (0, 30, 60))
    assert len(expired) == 2
    assert max(expired) <= 3
    assert not Batch.objects.filter(number="UNKNOWN").exists()
    assert GoodsReceiptItem.objects.filter(product__tracks_batches=True, batch=None).count() == 0
    assert StockMove.objects.filter(product__tracks_batches=True, batch=None).count() == 0


def test_some_medicines_of_the_seeded_shop_are_ordered_by_the_box_at_the_suppliers_price(demo_mode):
    seed(days=20)

    boxes = POItem.objects.exclude(unit="")
    for item in boxes:
        unit = item.product.units.get()
        assert (item.unit, item.factor) == (unit.name, unit.factor)
        assert item.qty % item.factor == 0
        assert item.unit_price == item.price * item.factor
        assert unit.price <= item.product.price * unit.factor
    assert boxes.count() > 5
    assert SupplierPrice.objects.filter(unit="dus").exists()
    assert not Product.objects.filter(shelf="").exists()


def test_the_seeded_shop_has_goods_between_its_warehouses_and_a_count_half_done(demo_mode):
    seed(days=5)

    count = StockCount.objects.get()
    lines = count.lines.filter(product__category__code="RES")
    counted = lines.exclude(counted_qty=None)
    assert sorted(Transfer.objects.values_list("source__code", "target__code", "status")) == [
        ("GUDANG", "APOTEK", "RECEIVED"),
        ("GUDANG", "APOTEK", "SENT"),
    ]
    assert StockAdjustment.objects.filter(warehouse__code="APOTEK", reason="LOST").exists()
    assert count.status == StockCount.Status.OPEN
    assert counted.count() == lines.count() // 2 == count.lines.count() // 2
    assert counted.exclude(counted_qty=F("expected_qty")).count() == 1


def test_the_demo_people_sign_in_with_their_demo_passwords(demo_mode):
    seed(days=1)

    for login in DEMO_LOGINS:
        user = User.objects.get(username=login.username)
        assert user.role == login.role
        assert user.is_active
        assert user.check_password(login.password)
        assert user.check_pin(login.pin) == bool(login.pin)


def test_outside_demo_mode_it_refuses_and_writes_nothing():
    with pytest.raises(CommandError, match="not in demo mode"):
        seed()

    assert [model.objects.count() for model in EMPTY] == [0] * len(EMPTY)
    assert not User.objects.exists()


def test_outside_demo_mode_on_demand_nobody_can_sign_in():
    seed(days=1, yes_demo_data=True)

    for login in DEMO_LOGINS:
        user = User.objects.get(username=login.username)
        assert not user.is_active
        assert not user.check_password(login.password)
        assert not user.check_pin(login.pin)


def test_outside_demo_mode_people_who_were_there_before_stay_active():
    UserFactory(username="admin", role="Admin")

    seed(days=5, yes_demo_data=True)

    assert list(User.objects.filter(is_active=True).values_list("username", flat=True)) == ["admin"]


def test_a_shop_with_sales_is_refused_and_left_alone(demo_mode):
    seed(days=1)
    before = rows_of_the_shop()

    with pytest.raises(CommandError, match="already has sales"):
        seed(days=1)

    assert rows_of_the_shop() == before


def test_a_shop_with_products_is_refused_and_left_alone(demo_mode):
    ProductFactory()

    with pytest.raises(CommandError, match="already has products"):
        seed(days=1)

    assert Product.objects.count() == 1
    assert not User.objects.exists()


def test_demo_logins_prints_the_five_of_them(demo_mode):
    out = StringIO()

    call_command("demo_logins", stdout=out)

    lines = out.getvalue().splitlines()
    assert len(lines) == 6
    assert lines[4].split() == ["Cashier", "cashier", "demo-cashier"]
    assert lines[2].split() == ["Manager", "manager", "demo-manager", "2222"]


def test_demo_logins_refuses_outside_demo_mode():
    with pytest.raises(CommandError, match="not in demo mode"):
        call_command("demo_logins")


def test_the_bulk_path_makes_the_rows_that_the_till_makes():
    """The same baskets of a day, once through the bulk path and once through the till's services."""
    cashier = UserFactory(role="Manager")
    bulk, till = WarehouseFactory(code="BULK"), WarehouseFactory(code="TILL")
    told = next(iter(Story(catalogue.load(1), seed=1, days=1, last=LAST)))
    sales = [document for document in told.sold[SHOP] if isinstance(document, Sold)][:40]
    products = {}
    for line in (line for sale in sales for line in sale.lines):
        if line.item.sku not in products:
            products[line.item.sku] = product = ProductFactory(
                sku=line.item.sku,
                price=line.item.price,
                cost=line.item.cost,
                sold_by_measure=line.item.sold_by_measure,
                tracks_batches=tracks_batches(line.item),
            )
            for warehouse in (bulk, till):
                stock_up_with_batches(product, warehouse, cashier)

    past_documents_post(warehouse=bulk, documents=[as_past(sale, products, cashier) for sale in sales])
    for sale in sales:
        ring_up(sale, products, till, cashier)

    assert Sale.objects.filter(warehouse=bulk).count() == 40
    # Some sale took the last of one batch and the first of the next.
    assert StockMove.objects.filter(warehouse=bulk, batch__number="SHORT", ref_type=RefType.SALE).exists()
    assert StockMove.objects.filter(warehouse=bulk, batch__number="LONG", ref_type=RefType.SALE).exists()
    for model in COMPARED:
        assert rows_in(model, bulk) == rows_in(model, till), model.__name__


COMPARED = {
    Sale: "status customer subtotal discount tax tax_included rounding total_amount sold_at business_date cashier "
    "cancelled_at cancelled_by cancel_reason",
    SaleItem: "product qty price discount cost",
    Payment: "method amount tendered change reference",
    StockMove: "product batch ref_type qty_in qty_out balance unit_cost moved_at business_date by",
    Stock: "product qty average_cost",
    BatchStock: "batch qty",
}


def stock_up_with_batches(product: Product, warehouse: Warehouse, by: User) -> None:
    """Give 500 of `product`; where it tracks batches, one of them in the batch that expires first."""
    if not product.tracks_batches:
        stock_up(product, warehouse, 500, by=by)
        return
    lines = [
        Line(
            product.pk, Decimal(qty), product.cost, batch_id=batch_ensure(product=product, number=n, expires_on=day).pk
        )
        for n, day, qty in (("LONG", date(2028, 1, 31), 499), ("SHORT", date(2027, 1, 31), 1))
    ]
    adjustment_post(warehouse=warehouse, reason=AdjustReason.OPENING, lines=lines, key=new_key(), by=by)


def rows_in(model: type[Model], warehouse: Warehouse) -> list[tuple]:
    path = "sale__warehouse" if model in (SaleItem, Payment) else "warehouse"
    rows = model._default_manager.filter(**{path: warehouse}).order_by("pk")
    if model is StockMove:
        # The opening stock came at two moments.
        rows = rows.filter(ref_type=RefType.SALE)
    return list(rows.values_list(*COMPARED[model].split()))


def as_past(sale: Sold, products: dict[str, Product], by: User) -> PastSale:
    lines = [PastLine(product_id=products[line.item.sku].pk, qty=line.qty, price=line.price) for line in sale.lines]
    return PastSale(
        key=sale.number,
        # The till numbers its sales by their ids, which a counter from one would meet.
        number=f"PAST-{sale.number}",
        at=sale.at,
        lines=lines,
        by=by,
        method=sale.method,
        tendered=sale.tendered,
    )


def ring_up(sale: Sold, products: dict[str, Product], warehouse: Warehouse, by: User) -> None:
    key = new_key()
    open_shift(by, warehouse)
    for line in sale.lines:
        basket_add(key=key, warehouse=warehouse, product=products[line.item.sku], qty=line.qty, by=by)
    paid, now = sale_pay(
        key=key, tenders=[Tender(sale.method, sale.tendered)], expected_total=Decimal(sale.total), by=by, at=sale.at
    )
    assert now
    moves = StockMove.objects.filter(ref_type="SALE", ref_id=paid.pk, note=paid.invoice_number)
    assert moves.values("product").distinct().count() == len(sale.lines)
