import os
import time
from datetime import datetime
from decimal import Decimal

import pytest
from auditlog.models import LogEntry
from django.conf import settings

from inventori.errors import DomainError, NotAllowed
from inventori.permissions import CASHIER, MANAGER
from master.importing import importers
from master.importing.plan import CHANGED, NEW, UNCHANGED
from master.importing.services import import_apply
from master.models import Category, Customer, ImportRun, Product, Supplier
from tests.factories import CategoryFactory, ProductFactory, ProductUnitFactory, SupplierFactory, UserFactory
from tests.master.files import check, csv_of, faults, rewritten, xlsx_of

pytestmark = pytest.mark.django_db
HEADING = "sku,barcode,name,category,supplier,uom,price,cost,min_stock"


@pytest.fixture
def manager():
    return UserFactory(role=MANAGER)


def counts(plan):
    return plan.count(NEW), plan.count(CHANGED), plan.count(UNCHANGED), len(plan.faults)


def test_products_are_made_with_category_and_supplier_by_code_or_name(manager):
    drinks, supplier = CategoryFactory(code="MIN", name="Minuman"), SupplierFactory(code="S1", name="PT Satu")
    content = csv_of(HEADING, 'kp-1,,Kopi,min,pt satu,box,"12,500",9000,2', "TH-1,ABC,Teh,minuman,S1,,5000,,")

    upload, plan = check(content, manager)
    run = import_apply(token=upload.token, by=manager)

    kopi, teh = Product.objects.get(sku="KP-1"), Product.objects.get(sku="TH-1")
    assert counts(plan) == (2, 0, 0, 0)
    assert (run.added, run.changed, run.unchanged) == (2, 0, 0)
    assert (kopi.category, kopi.supplier, kopi.price, kopi.cost, kopi.min_stock, kopi.uom, kopi.barcode) == (
        *(drinks, supplier, Decimal(12_500), Decimal(9_000), Decimal(2), "box", None),
    )
    assert (teh.category, teh.supplier, teh.price, teh.cost, teh.uom, teh.barcode) == (
        *(drinks, supplier, Decimal(5_000), Decimal(0), "pcs", "ABC"),
    )


def test_the_dry_run_stores_nothing(manager):
    CategoryFactory(code="MIN")

    check(csv_of(HEADING, "KP-1,,Kopi,MIN,,,1,,"), manager)

    assert not Product.objects.exists()
    assert not ImportRun.objects.exists()


def test_the_same_file_twice_changes_nothing(manager):
    CategoryFactory(code="MIN")
    content = csv_of(HEADING, "KP-1,ABC,Kopi,MIN,,box,12500,9000,2")
    import_apply(token=check(content, manager)[0].token, by=manager)
    before = Product.objects.values().get()

    upload, plan = check(content, manager)
    run = import_apply(token=upload.token, by=manager)

    assert counts(plan) == (0, 0, 1, 0)
    assert (run.added, run.changed, run.unchanged) == (0, 0, 1)
    assert Product.objects.values().get() == before


def test_apply_twice_with_one_token_is_one_import(manager):
    CategoryFactory(code="MIN")
    upload, _plan = check(csv_of(HEADING, "KP-1,,Kopi,MIN,,,1,,"), manager)

    first = import_apply(token=upload.token, by=manager)
    second = import_apply(token=upload.token, by=manager)

    assert first == second
    assert ImportRun.objects.count() == Product.objects.count() == 1


def test_an_empty_cell_leaves_what_is_stored_and_a_filled_one_changes_it(manager):
    product = ProductFactory(sku="KP-1", name="Kopi", price=Decimal(10_000), cost=Decimal(7_000))

    upload, plan = check(csv_of("sku,name,price", 'KP-1,,"11,000"'), manager)
    import_apply(token=upload.token, by=manager)

    changed = Product.objects.get()
    assert [change.values for change in plan.changes] == [{"price": (Decimal("10000.00"), Decimal(11_000))}]
    assert (changed.name, changed.price, changed.cost) == ("Kopi", Decimal(11_000), Decimal(7_000))
    entry = LogEntry.objects.get_for_object(product).filter(action=LogEntry.Action.UPDATE).get()
    assert (entry.actor, entry.changes_dict) == (manager, {"price": ["10000.00", "11000"]})


def test_every_error_is_named_by_row_column_and_value(manager):
    CategoryFactory(code="MIN")
    content = csv_of(
        "sku,barcode,name,category,supplier,price,lead",
        "A1,8.99E+12,Kopi,MIN,,1,",
        "A2,5901234123451,Teh,MIN,,1,",
        'A3,,Susu,Rokok,,"1.234,56",',
        "A4,,,MIN,S9,-5,",
        ",,Air,MIN,,1,",
    )

    _upload, plan = check(content, manager)

    assert faults(plan) == [
        (
            *(2, "barcode"),
            "A spreadsheet shortened this number and lost digits. Format the column as text and type it again.",
        ),
        (3, "barcode", "5901234123451 is no valid EAN-13: its last digit should be 7. Scan it again."),
        (4, "category", "There is no such category. Create it first, or tick “Create missing categories”."),
        (4, "price", "This is no number written like 1,234.56."),
        (5, "price", "Ensure this value is greater than or equal to 0."),
        (5, "supplier", "There is no such supplier. Bring the suppliers in first."),
        (6, "sku", "This cell must not be empty."),
    ]
    assert [fault.value for fault in plan.faults] == ["8.99E+12", "5901234123451", "Rokok", "1.234,56", "-5", "S9", ""]
    assert plan.warnings == ["These columns are not known and left out: lead."]


def test_a_file_with_one_error_is_not_applied_at_all(manager):
    CategoryFactory(code="MIN")
    upload, _plan = check(csv_of(HEADING, "A1,,Kopi,MIN,,,1,,", "A2,,Teh,MIN,,,x,,"), manager)

    with pytest.raises(DomainError, match="nothing was imported"):
        import_apply(token=upload.token, by=manager)

    assert not Product.objects.exists()
    assert not ImportRun.objects.exists()


def test_two_rows_of_one_sku_are_named_both(manager):
    CategoryFactory(code="MIN")

    _upload, plan = check(
        csv_of(HEADING, "kp-1,,Kopi,MIN,,,1,,", "A2,,Teh,MIN,,,1,,", " KP-1 ,,Kopi,MIN,,,2,,"), manager
    )

    assert faults(plan) == [(4, "sku", "KP-1 stands in row 2 and in row 4. Keep one of them.")]


def test_a_barcode_of_another_product_or_row_is_refused(manager):
    CategoryFactory(code="MIN")
    ProductFactory(sku="OLD", name="Lama", barcode="ABC")

    _upload, plan = check(
        csv_of(HEADING, "A1,abc,Kopi,MIN,,,1,,", "A2,X1,Teh,MIN,,,1,,", "A3,x1,Susu,MIN,,,1,,"), manager
    )

    assert faults(plan) == [
        (2, "barcode", "Lama (OLD) already has this barcode."),
        (4, "barcode", "Row 3 (A2) has this barcode too."),
    ]


def test_two_products_may_swap_their_barcodes(manager):
    ProductFactory(sku="A1", barcode="X1")
    ProductFactory(sku="A2", barcode="X2")

    upload, plan = check(csv_of("sku,barcode", "A1,X2", "A2,X1"), manager)
    import_apply(token=upload.token, by=manager)

    assert counts(plan) == (0, 2, 0, 0)
    assert dict(Product.objects.values_list("sku", "barcode")) == {"A1": "X2", "A2": "X1"}


def test_a_missing_column_is_one_error_and_not_one_for_each_row(manager):
    no_sku = check(csv_of("name,price", "Kopi,1", "Teh,2"), manager)[1]
    no_price = check(csv_of("sku,name,category", "A1,Kopi,", "A2,Teh,"), manager)[1]

    assert faults(no_sku) == [(1, "sku", "The column “sku” is missing. Add it, or start from the template.")]
    assert faults(no_price) == [
        (2, "category", "New records need the column “category” (2 rows, the first is row 2)."),
        (2, "price", "New records need the column “price” (2 rows, the first is row 2)."),
    ]


def test_missing_categories_are_made_once_when_asked_for(manager):
    content = csv_of(HEADING, "A1,,Kopi,Minuman,,,1,,", "A2,,Teh,minuman,,,1,,")

    upload, plan = check(content, manager, create_missing=True)
    none_yet = Category.objects.count()
    import_apply(token=upload.token, by=manager)

    assert plan.warnings == ["New categories will be made: Minuman."]
    assert none_yet == 0
    assert [category.name for category in Category.objects.all()] == ["Minuman"]
    assert Product.objects.filter(category__name="Minuman").count() == 2


def test_numbers_are_read_in_the_notation_that_was_chosen(manager):
    ProductFactory(sku="A1")

    _upload, plan = check(csv_of("sku;price", "A1;12.500,50"), manager, notation="id")

    assert plan.changes[0].values == {"price": (Decimal("10000.00"), Decimal("12500.50"))}


def test_a_workbook_s_numbers_need_no_notation_and_its_dates_are_errors(manager):
    ProductFactory(sku="A1", barcode=None)
    day = datetime(2026, 2, 1)  # noqa: DTZ001  a workbook knows no time zones
    content = xlsx_of(["SKU", "Barcode", "Selling price"], ["A1", 5901234123457, 0.1 + 0.2], [day, None, 1])

    _upload, plan = check(content, manager, file_name="list.xlsx")

    assert plan.changes[0].values == {
        "barcode": (None, "5901234123457"),
        "price": (Decimal("10000.00"), Decimal("0.3")),
    }
    sentence = "A spreadsheet made a date of this. Format the column as text and type it again."
    assert faults(plan) == [(3, "sku", sentence)]


def test_a_number_beyond_all_measure_in_a_workbook_is_an_error_of_its_cell(manager):
    ProductFactory(sku="A1")
    content = rewritten(
        xlsx_of(["sku", "price"], ["A1", 12500]),
        "xl/worksheets/sheet1.xml",
        lambda sheet: sheet.replace(b"<v>12500</v>", b"<v>1e999</v>"),
    )

    _upload, plan = check(content, manager, file_name="list.xlsx")

    assert faults(plan) == [(2, "price", "This number is too large.")]


def test_headings_may_be_the_labels_of_either_language(manager):
    ProductFactory(sku="A1", name="Lama")

    _upload, plan = check(csv_of("SKU,Name,Minimum stock", "A1,Baru,4"), manager)

    assert plan.changes[0].values == {"name": ("Lama", "Baru"), "min_stock": (Decimal("0.000"), Decimal(4))}


def test_suppliers_and_customers_are_brought_in_by_code(manager):
    suppliers = csv_of(
        "code,name,lead_time_days,min_order_value,is_active", "s1,PT Satu,5,500000,ya", "s2,PT Dua,,,tidak"
    )
    customers = csv_of("code,name,phone", "c1,Ibu Sari,'+62812")

    for kind, content in (("suppliers", suppliers), ("customers", customers)):
        import_apply(token=check(content, manager, kind)[0].token, by=manager)

    columns = ("code", "name", "lead_time_days", "min_order_value", "is_active")
    assert list(Supplier.objects.order_by("code").values_list(*columns)) == [
        ("S1", "PT Satu", 5, Decimal(500_000), True),
        ("S2", "PT Dua", 3, Decimal(0), False),
    ]
    assert Customer.objects.values_list("code", "name", "phone").get() == ("C1", "Ibu Sari", "+62812")


def test_apply_refuses_when_records_changed_since_the_dry_run(manager):
    product = ProductFactory(sku="A1", price=Decimal(10_000))
    upload, _plan = check(csv_of("sku,price", "A1,12000"), manager)
    Product.objects.filter(pk=product.pk).update(price=Decimal(11_000))

    with pytest.raises(DomainError) as refused:
        import_apply(token=upload.token, by=manager)

    assert refused.value.code == "changed_since"
    assert Product.objects.get().price == Decimal(11_000)


def test_an_upload_belongs_to_who_made_it(manager):
    upload, _plan = check(csv_of("sku,price"), manager)

    with pytest.raises(DomainError, match="no longer here"):
        import_apply(token=upload.token, by=UserFactory(role=MANAGER))
    with pytest.raises(DomainError, match="no longer here"):
        import_apply(token="../../etc", by=manager)


def test_a_cashier_may_not_import(manager):
    with pytest.raises(NotAllowed):
        check(csv_of("sku,price"), UserFactory(role=CASHIER))


def test_an_upload_older_than_a_day_is_thrown_away(manager):
    upload, _plan = check(csv_of("sku,price"), manager)
    folder = settings.DATA_DIR / "uploads" / str(manager.pk) / upload.token
    os.utime(folder, (time.time() - 90_000,) * 2)

    check(csv_of("sku,price"), manager)

    assert not folder.exists()


def test_the_example_of_every_kind_would_itself_be_read_without_error(manager):
    CategoryFactory(name="Obat bebas")
    products = next(importer for importer in importers() if importer.name == "products")
    columns = [column.name for column in products.columns_for(manager)]

    _upload, plan = check(
        csv_of(",".join(columns), ",".join(products.example.get(name, "") for name in columns)), manager
    )

    assert counts(plan) == (1, 0, 0, 0)


def test_five_thousand_rows_are_checked_and_applied(manager):
    CategoryFactory(code="MIN")
    rows = [f"P{number:05d},,Barang {number},MIN,,,{number + 1},1,0" for number in range(5_000)]

    upload, plan = check(csv_of(HEADING, *rows), manager)
    run = import_apply(token=upload.token, by=manager)

    assert counts(plan) == (5_000, 0, 0, 0)
    assert (run.added, Product.objects.count()) == (5_000, 5_000)
    assert LogEntry.objects.filter(actor=manager, action=LogEntry.Action.CREATE).count() == 5_000


def test_a_barcode_of_a_unit_is_refused(manager):
    CategoryFactory(code="MIN")
    ProductUnitFactory(product__sku="OLD", product__name="Lama", name="box", barcode="ABC")

    _upload, plan = check(csv_of(HEADING, "A1,abc,Kopi,MIN,,,1,,"), manager)

    assert faults(plan) == [(2, "barcode", "Lama, box (OLD) already has this barcode.")]
