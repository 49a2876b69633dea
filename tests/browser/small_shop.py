"""A small shop with one of everything, made through the same services as a user's clicks."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from inventori.models import Job
from inventori.permissions import ADMIN, CASHIER
from inventori.posting import new_key
from inventory.models import ReorderPolicy, StockAdjustment, Warehouse
from inventory.services import (
    TransferLine,
    count_approve,
    count_line_save,
    count_open,
    count_submit,
    transfer_receive,
    transfer_send,
)
from master.models import PaymentMethod
from mining.models import HintedSale, ShownHint
from mining.services.hints import hint_switch_off
from mining.services.shelf import fixed_place_set
from purchases.models import PurchaseOrder, SupplierPrice
from purchases.services import OrderLine, ReceiptLine, order_create, order_send, receipt_post
from purchases.services.supplier_returns import SupplierReturnLine, supplier_return_post
from replenishment.models import EventKind, Suggestion
from replenishment.ordering import order_plan
from replenishment.services.events import closed_day_add, event_save, events_refresh
from replenishment.services.orders import Decision, orders_make
from replenishment.services.policies import policies_compute
from replenishment.services.replays import replay_start
from replenishment.services.study import Asked, calculation_make
from replenishment.services.typing import policy_change
from sales.models import ReceiptPrinter, SaleItem, SaleReturn, Shift
from sales.services.basket import basket_add
from sales.services.cancel import sale_cancel
from sales.services.past import PastLine, PastReturn, past_documents_post
from sales.services.pay import Tender, sale_pay
from sales.services.shift import shift_close
from tests.factories import (
    CategoryFactory,
    CustomerFactory,
    ProductFactory,
    ProductUnitFactory,
    ShopProfileFactory,
    SupplierFactory,
    TaxRateFactory,
    UserFactory,
    WarehouseFactory,
    open_shift,
    stock_up,
)
from tests.mining.found import RunFactory, rule_of
from tests.replenishment.past import came_in, days_between, sold
from tests.sales.sales_files import dirty_rows, write_file


@dataclass
class SmallShop:
    """ids: what stands for <int:pk> in an address, by how its URL name begins; the longest beginning wins."""

    admin: Any
    ids: dict[str, list[int]] = field(default_factory=dict)
    token: str = ""

    def paths(self, path: str, name: str) -> list[str]:
        """Return `path` with real values in the place of its <converters>."""
        if "<" not in path:
            return [path]
        if name == "purchases:supplier_page":
            return [path.replace("<str:token>", str(PurchaseOrder.objects.get(status="SENT").token))]
        if "<str:token>" in path:
            return [path.replace("<str:token>", Shift.objects.get(open_for=self.admin).display_token)]
        if "<slug:token>" in path:
            return [path.replace("<slug:token>", self.token)]
        if "<slug:name>" in path:
            return [path.replace("<slug:name>.<slug:form>", "products.csv")]
        if "<int:order>" in path:
            kept = Suggestion.objects.filter(order__isnull=False).latest("pk")
            return [path.replace("<int:order>", str(kept.order_id)).replace("<int:product>", str(kept.product_id))]
        known = max((begin for begin in self.ids if name.startswith(begin)), key=len)
        return [path.replace("<int:pk>", str(pk)).replace("<str:name>", "rejects.csv") for pk in self.ids[known]]


def open_small_shop(folder: Path) -> SmallShop:
    """Fill the database; `folder` holds the files that are brought in."""
    ShopProfileFactory(charges_tax=True, cash_coin=Decimal(100))
    rate = TaxRateFactory()
    admin = UserFactory(username="boss", role=ADMIN, first_name="Ratna", last_name="Wijaya")
    cashier = UserFactory(role=CASHIER)
    warehouse, second = WarehouseFactory(name="Toko Utama"), WarehouseFactory(name="Gudang")
    supplier, customer = SupplierFactory(), CustomerFactory()
    category = CategoryFactory()
    product = ProductFactory(
        name="Paracetamol 500 mg strip of ten tablets", category=category, supplier=supplier, barcode="8991234567890"
    )
    ProductFactory(category=category, is_active=False)
    low = ProductFactory(category=category, min_stock=Decimal(50))
    for goods in (product, low):
        stock_up(goods, warehouse, 40, by=admin)
        stock_up(goods, second, 7, by=admin)

    shop = SmallShop(admin)
    shop.ids = {
        "accounts:user": [cashier.pk],
        "inventory:adjustment": [StockAdjustment.objects.latest("pk").pk],
        "inventory:batch": [product.pk],
        "inventory:warehouse": [warehouse.pk],
        "master:category": [category.pk],
        "master:customer": [customer.pk],
        "master:product": [product.pk],
        "master:supplier": [supplier.pk],
        "master:tax_rate": [rate.pk],
        "master:unit": [ProductUnitFactory(product=product, barcode="8990000000013").pk],
        "master:unit_create": [product.pk],
        "purchases:supplier_record": [supplier.pk],
        "sales:customer": [customer.pk],
    }
    _sell(shop, product, warehouse, customer)
    _buy(shop, product, low, warehouse, supplier)
    _move(shop, product, low, warehouse, second)
    _bring_in(shop, folder, category, second)
    _plan(shop)
    _decide(shop, product, warehouse)
    _suggest(shop, product, low, warehouse)
    _replay(shop, product, warehouse)
    _find_rules(shop, product, low)
    return shop


def _sell(shop: SmallShop, product: Any, warehouse: Any, customer: Any) -> None:
    """One basket, one paid sale, one cancelled sale, one return."""

    open_shift(shop.admin, warehouse)

    def ring_up(key: str) -> Any:
        return basket_add(key=key, warehouse=warehouse, product=product, qty=Decimal(2), by=shop.admin)

    def pay(at: datetime) -> Any:
        sale = ring_up(key := new_key())
        cash = [Tender("CASH", Decimal(100_000))]
        return sale_pay(key=key, tenders=cash, expected_total=sale.total_amount, by=shop.admin, at=at)[0]

    yesterday = timezone.now() - timedelta(days=1)
    pay(yesterday)
    paid, cancelled = pay(timezone.now()), pay(timezone.now())
    sale_cancel(sale_id=cancelled.pk, reason="Wrong customer", by=shop.admin)
    ring_up(new_key())
    back = PastReturn(
        key=new_key(),
        number="RET-1",
        at=timezone.now(),
        lines=[PastLine(product.pk, Decimal(1), Decimal(10_000))],
        by=shop.admin,
        customer_id=customer.pk,
        reason="Leaking",
    )
    past_documents_post(warehouse=warehouse, documents=[back])
    closed = open_shift(UserFactory(), warehouse)
    shift_close(shift_id=closed.pk, counts={Decimal(500): 1}, note="Found in the drawer", by=shop.admin)
    shop.ids["sales:line"] = [SaleItem.objects.filter(sale__status="DRAFT").first().pk]
    shop.ids["sales:shift"] = [paid.shift_id, closed.pk]
    shop.ids["sales:sale"] = [paid.pk, cancelled.pk]
    shop.ids["sales:return_new"] = shop.ids["sales:return_refund"] = [paid.pk]
    shop.ids["sales:printer"] = [ReceiptPrinter.objects.create(name="Counter", host="127.0.0.1", is_active=False).pk]
    shop.ids["master:payment_method"] = [PaymentMethod.objects.get(code="QRIS").pk]
    shop.ids["sales:sale_done"] = [paid.pk]
    shop.ids["sales:return"] = [SaleReturn.objects.get().pk]


def _buy(shop: SmallShop, product: Any, low: Any, warehouse: Any, supplier: Any) -> None:
    """An order of which half has come, and its receipt."""
    lines = [OrderLine(goods, Decimal(10), Decimal(6_500)) for goods in (product, low)]
    at = timezone.now() - timedelta(days=9)
    order = order_create(supplier=supplier, warehouse=warehouse, lines=lines, by=shop.admin, at=at)
    order_send(order=order, by=shop.admin)
    came = [ReceiptLine(qty=Decimal(4), po_item=order.items.first())]
    receipt = receipt_post(
        supplier=supplier, warehouse=warehouse, lines=came, key=new_key(), by=shop.admin, order=order
    )
    draft = order_create(supplier=supplier, warehouse=warehouse, lines=lines, by=shop.admin)
    shop.ids["purchases:order"] = [order.pk, draft.pk]
    shop.ids["purchases:price"] = [SupplierPrice.objects.first().pk]
    shop.ids["purchases:prices_of_supplier"] = [supplier.pk]
    shop.ids["purchases:receipt"] = [receipt.pk]
    back = [SupplierReturnLine(Decimal(1), receipt_item=receipt.items.get())]
    taken = supplier_return_post(receipt=receipt, lines=back, reason="Leaking", key=new_key(), by=shop.admin)
    shop.ids["purchases:supplier_return"] = [taken.pk]


def _move(shop: SmallShop, product: Any, low: Any, warehouse: Any, second: Any) -> None:
    """A transfer that is on its way and one that came short; a count that goes on, one handed in, one posted."""
    by = shop.admin
    lines = [TransferLine(product.pk, Decimal(3))]
    sent, came = (transfer_send(source=warehouse, target=second, lines=lines, key=new_key(), by=by) for _n in range(2))
    transfer_receive(transfer=came, received={came.items.get().pk: Decimal(2)}, by=by)
    counts = [
        count_open(
            warehouse=second, product_ids=[product.pk, low.pk], scope="Obat", is_blind=True, key=new_key(), by=by
        )
        for _n in range(3)
    ]
    for count in counts:
        count_line_save(line_id=count.lines.get(product=low).pk, qty=Decimal(6), by=by)
    for count in counts[1:]:
        count_submit(count=count, uncounted="leave", by=by)
    count_approve(count=counts[2], by=by)
    shop.ids["inventory:transfer"] = [sent.pk, came.pk]
    shop.ids["inventory:count"] = [count.pk for count in counts]


def _bring_in(shop: SmallShop, folder: Path, category: Any, warehouse: Any) -> None:
    """A checked file of products, and past sales that the worker has checked and imported."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(shop.admin, "accounts.backends.PeopleBackend")
    rows = f"sku,name,category,price\nNEW-1,Kopi,{category.code},12500\nNEW-2,Teh,{category.code},much\n"
    products = SimpleUploadedFile("products.csv", rows.encode())
    answer = client.post("/import/", {"kind": "products", "notation": "en", "file": products})
    shop.token = answer["Location"].strip("/").split("/")[-1]

    sales = SimpleUploadedFile(
        "sales.csv", write_file(folder / "sales.csv", dirty_rows(seed=5, invoices=20)).read_bytes()
    )
    fields = {"warehouse": warehouse.pk, "dates": "iso", "decimal": ".", "source": "past", "cost_share": 60}
    client.post("/sales/import/", {**fields, "file": sales})
    check = Job.objects.get()
    client.post(f"/sales/import/{check.pk}/apply/")
    shop.ids["job"] = [job.pk for job in Job.objects.order_by("pk")]
    shop.ids["sales:import"] = [check.pk]


def _plan(shop: SmallShop) -> None:
    """The feasts of the year, one of them with typed dates, and a closed day."""
    events_refresh()
    kind, day = EventKind.objects.get(code="SCHOOL_YEAR"), timezone.localdate() + timedelta(days=20)
    typed = event_save(kind=kind, starts_on=day, ends_on=day, is_closed=True, by=shop.admin)
    shop.ids["replenishment:event_kind"] = [kind.pk]
    shop.ids["replenishment:effects"] = [kind.pk]
    shop.ids["replenishment:event_change"] = shop.ids["replenishment:event_release"] = [typed.pk]
    shop.ids["replenishment:closed_day"] = [closed_day_add(weekday=6, by=shop.admin).pk]
    _study(shop, day - timedelta(days=50))


def _study(shop: SmallShop, first: date) -> None:
    """A calculation of the last month."""
    asked = Asked(
        warehouse=Warehouse.objects.get(name="Toko Utama"),
        date_from=first,
        date_to=first + timedelta(days=30),
        product_ids=None,
        ordering_cost=Decimal(1_000),
        holding_cost=Decimal(500),
        safety_percent=Decimal(15),
        lead_time_days=Decimal(3),
    )
    shop.ids["replenishment:study"] = [calculation_make(asked=asked, key=new_key(), by=shop.admin).pk]


def _decide(shop: SmallShop, product: Any, warehouse: Any) -> None:
    """Policies by the shop's short history, with a typed value in one."""
    policies_compute(warehouse=warehouse, by=shop.admin)
    policy = ReorderPolicy.objects.get(product=product, warehouse=warehouse)
    policy_change(policy=policy, values={"rop": Decimal(30)}, by=shop.admin)
    shop.ids["replenishment:policy"] = [policy.pk]
    shop.ids["replenishment:policy_of_product"] = [product.pk]


def _suggest(shop: SmallShop, product: Any, low: Any, warehouse: Any) -> None:
    """Two products below their reorder points, one that nobody delivers; a part of the other is drafted."""
    for policy in ReorderPolicy.objects.filter(warehouse=warehouse, product__in=[product, low]):
        policy_change(policy=policy, values={"rop": Decimal(500)}, by=shop.admin)
    one = next(one for one in order_plan(warehouse=warehouse).proposals if one.product == product)
    decisions = [Decision(product.pk, one.qty, Decimal(20), "CASH")]
    run = orders_make(key=new_key(), warehouse=warehouse, decisions=decisions, by=shop.admin)
    shop.ids["replenishment:order_made"] = [run.pk]
    shop.ids["replenishment:order_why_now"] = [product.pk]


def _replay(shop: SmallShop, product: Any, warehouse: Any) -> None:
    """A replay of a branch with a past of its own, since closed, and one of a past that is too short."""
    branch = WarehouseFactory(name="Cabang")
    yesterday = timezone.localdate() - timedelta(days=1)
    came_in(product, branch, 900, yesterday - timedelta(days=120), by=shop.admin)
    days = days_between(yesterday - timedelta(days=119), yesterday - timedelta(days=1))
    sold(product, branch, {day: 1 + day.day % 5 for day in days}, by=shop.admin)
    asked = {"scope": "all"}
    shop.ids["replenishment:replay"] = [
        replay_start(
            warehouse=place, months=2, wanted_fill_rate=Decimal(98), asked=asked, key=new_key(), by=shop.admin
        ).pk
        for place in (branch, warehouse)
    ]
    Warehouse.objects.filter(pk=branch.pk).update(is_active=False)


def _find_rules(shop: SmallShop, product: Any, low: Any) -> None:
    """A run in force with a rule that another one is folded under."""
    run = RunFactory(is_active=True, rules=2, by=shop.admin)
    general = rule_of(run, [product], [low])
    folded = rule_of(run, [low], [product], is_redundant=True, may_be_chance=True, general_id=general.pk)
    place = fixed_place_set(category=low.category, place="Fridge", by=shop.admin)
    shop.ids["mining:fixed_place"] = [place.pk]
    shop.ids["mining:rule"] = [general.pk, folded.pk]
    hinted = HintedSale.objects.create(sale_id=shop.ids["sales:sale"][0], first_at=timezone.now())
    ShownHint.objects.create(hinted=hinted, product=low, rule=general, margin=Decimal(3_000), shown_at=timezone.now())
    shop.ids["mining:hint_on"] = [hint_switch_off(category=product.category, note="By prescription").pk]
    shop.ids["mining:run"] = [run.pk]
