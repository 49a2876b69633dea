"""Larger units of products from a file: checked row by row, shown, applied as one."""

from decimal import Decimal

import pytest
from auditlog.models import LogEntry

from inventori.errors import DomainError
from inventori.permissions import MANAGER
from master.importing.plan import CHANGED, NEW, UNCHANGED
from master.importing.services import import_apply, noted
from master.importing.units import UnitImporter
from master.models import ImportRun, ProductUnit
from tests.factories import ProductFactory, ProductUnitFactory, UserFactory
from tests.master.files import check, csv_of, faults

pytestmark = pytest.mark.django_db
HEADING = "sku,unit,holds,barcode,price"
BOX, CARTON = "8990000000020", "8990000000037"


@pytest.fixture
def manager():
    return UserFactory(role=MANAGER)


@pytest.fixture
def pill():
    return ProductFactory(sku="PILL", name="Pill", uom="strip")


def check_units(by, *rows, heading=HEADING):
    return check(csv_of(heading, *rows), by, "units")


def stored():
    return list(
        ProductUnit.objects.order_by("factor").values_list("product__sku", "name", "factor", "barcode", "price")
    )


def test_units_are_made_with_barcode_and_price(manager, pill):
    upload, plan = check_units(manager, f"pill,box,10,{BOX},118000", "PILL,carton,200,,")
    run = import_apply(token=upload.token, by=manager)

    assert (plan.count(NEW), len(plan.faults)) == (2, 0)
    assert (run.kind, run.added, run.changed, run.unchanged) == ("units", 2, 0, 0)
    assert stored() == [("PILL", "box", 10, BOX, 118_000), ("PILL", "carton", 200, None, None)]
    logged = LogEntry.objects.get_for_model(ProductUnit)
    assert set(logged.values_list("actor", "action")) == {(manager.pk, LogEntry.Action.CREATE)}
    assert set(logged.values_list("object_id", flat=True)) == set(ProductUnit.objects.values_list("pk", flat=True))


def test_the_dry_run_shows_what_differs_and_stores_nothing(manager, pill):
    ProductUnitFactory(product=pill, name="box", factor=10, price=100_000)

    _upload, plan = check_units(manager, "PILL,Box,10,,118000", "PILL,carton,200,,")

    shown = noted(UnitImporter(), plan)["changes"]
    assert [(change["row"], change["key"], change["kind"], change["values"]) for change in shown] == [
        (2, "PILL · Box", CHANGED, [["price", "money", "100000.00", "118000"]]),
        (3, "PILL · carton", NEW, [["holds", "qty", None, "200"]]),
    ]
    assert stored() == [("PILL", "box", 10, None, 100_000)]
    assert not ImportRun.objects.exists()


def test_an_empty_cell_leaves_what_is_stored_and_the_same_file_changes_nothing(manager, pill):
    ProductUnitFactory(product=pill, name="box", factor=10, barcode=BOX, price=118_000)

    upload, plan = check_units(manager, "PILL,box,,,")
    import_apply(token=upload.token, by=manager)

    assert (plan.count(UNCHANGED), len(plan.faults)) == (1, 0)
    assert stored() == [("PILL", "box", 10, BOX, 118_000)]


def test_headings_in_indonesian_are_understood(manager, pill):
    _upload, plan = check_units(manager, "PILL,box,10,,", heading="SKU,satuan,isi,barcode,harga jual")

    assert (plan.count(NEW), faults(plan), plan.warnings) == (1, [], [])


def test_every_error_is_named_by_row_and_column(manager, pill):
    ProductFactory(sku="RICE", uom="kg", sold_by_measure=True)

    _upload, plan = check_units(
        manager,
        "NOPE,box,10,,",
        "PILL,strip,10,,",
        "PILL,box,2.5,,",
        "PILL,case,,,",
        "PILL,pack,0,,",
        "PILL,tray,5,8990000000021,",
        "PILL,crate,5,,-1",
        "RICE,sack,2.5,,",
        ",box,5,,",
    )

    assert faults(plan) == [
        (2, "sku", "There is no such product. Bring the products in first."),
        (3, "unit", "Pill already has the unit strip."),
        (4, "holds", "Pill is counted in whole strip: enter a whole number."),
        (5, "holds", "A new record needs this. Fill the cell in."),
        (6, "holds", "Ensure this value is greater than or equal to 0.001."),
        (7, "barcode", "8990000000021 is no valid EAN-13: its last digit should be 0. Scan it again."),
        (8, "price", "Ensure this value is greater than or equal to 0."),
        (10, "sku", "This cell must not be empty."),
    ]
    assert [change.key for change in plan.changes] == ["RICE · sack"]


def test_one_unit_in_two_rows_is_refused_however_it_is_written(manager, pill):
    _upload, plan = check_units(manager, "PILL,box,10,,", "PILL,Box,20,,", "PILL,box,30,,")

    assert faults(plan) == [
        (3, "unit", "Pill already has the unit box."),
        (4, "sku", "PILL · box stands in row 2 and in row 4. Keep one of them."),
    ]


def test_a_barcode_of_a_product_a_unit_or_another_row_is_refused(manager, pill):
    ProductFactory(sku="SOAP", name="Soap", barcode="SOAP-1")
    ProductUnitFactory(product__sku="TEA", product__name="Tea", name="carton", barcode="tea-12")

    _upload, plan = check_units(manager, "PILL,box,10,soap-1,", "PILL,case,20,TEA-12,", "PILL,a,2,X1,", "PILL,b,3,x1,")

    assert faults(plan) == [
        (2, "barcode", "Soap (SOAP) already has this barcode."),
        (3, "barcode", "Tea, carton (TEA) already has this barcode."),
        (5, "barcode", "Row 4 (PILL · a) has this barcode too."),
    ]


def test_two_units_may_swap_their_barcodes(manager, pill):
    ProductUnitFactory(product=pill, name="box", factor=10, barcode=BOX, price=None)
    ProductUnitFactory(product=pill, name="carton", factor=200, barcode=CARTON, price=None)

    upload, plan = check_units(manager, f"PILL,box,,{CARTON},", f"PILL,carton,,{BOX},")
    import_apply(token=upload.token, by=manager)

    assert plan.count(CHANGED) == 2
    assert stored() == [("PILL", "box", 10, CARTON, None), ("PILL", "carton", 200, BOX, None)]


def test_a_barcode_that_somebody_took_meanwhile_is_refused_whole(manager, pill):
    upload, _plan = check_units(manager, f"PILL,box,10,{BOX},", "PILL,carton,200,,")
    ProductFactory(barcode=BOX)

    with pytest.raises(DomainError):
        import_apply(token=upload.token, by=manager)

    assert stored() == []
    assert not ImportRun.objects.exists()


def test_what_was_bought_in_a_unit_keeps_its_content(manager, pill):
    unit = ProductUnitFactory(product=pill, name="box", factor=10, is_for_buying=True)

    upload, _plan = check_units(manager, "PILL,box,12,,")
    import_apply(token=upload.token, by=manager)

    unit.refresh_from_db()
    assert (unit.factor, unit.is_for_buying) == (Decimal(12), True)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_questions_does_not_grow_with_the_rows(manager, rows, django_assert_num_queries):
    lines = []
    for n in range(rows):
        ProductFactory(sku=f"P{n}")
        lines.append(f"P{n},box,10,CODE-{n},5000")
    content = csv_of(HEADING, *lines)

    with django_assert_num_queries(5):
        check(content, manager, "units")
