"""The pharmacy study comes out to the rupiah through its page, and is kept as it came out."""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from inventori.permissions import ANALYST, MANAGER
from inventori.posting import new_key
from inventory.models import ReorderPolicy
from replenishment.models import Calculation, CalculationLine
from replenishment.study import Criteria, StudyLine, months_between, study_line
from replenishment.study_forms import usual_period
from tests.factories import CategoryFactory, ProductFactory, UserFactory, WarehouseFactory
from tests.replenishment.past import came_back, came_in, sold

NOW = datetime(2026, 11, 24, 5, tzinfo=UTC)
FIRST, LAST = date(2026, 8, 1), date(2026, 10, 31)
BOOK = {"ordering_cost": "1000", "holding_cost": "500", "safety_percent": "15", "lead_time_days": "3"}
SECOND = {"ordering_cost": "2000", "holding_cost": "400", "safety_percent": "20", "lead_time_days": "6"}


@pytest.fixture(autouse=True)
def now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


class Pharmacy:
    def __init__(self) -> None:
        self.manager, self.warehouse = UserFactory(role=MANAGER), WarehouseFactory(name="Apotek")
        self.client = signed_in(self.manager)

    def sold(self, name: str, qty: int, **more: Any) -> Any:
        """Sell so many in the three months, on three days of them, and some before and after."""
        product = ProductFactory(name=name, **more)
        came_in(product, self.warehouse, 500, date(2026, 7, 1), by=self.manager)
        third = qty // 3
        days = {FIRST: third, date(2026, 9, 15): third, LAST: qty - 2 * third}
        around = {date(2026, 7, 31): 7, date(2026, 11, 1): 9}
        sold(product, self.warehouse, around | days, by=self.manager)
        return product

    def post(self, **asked: Any) -> Any:
        fields = {
            "key": new_key(),
            "warehouse": self.warehouse.pk,
            "date_from": FIRST.isoformat(),
            "date_to": LAST.isoformat(),
            "products": "",
            "rule": "PUBLISHED",
            **BOOK,
        }
        return self.client.post(reverse("replenishment:study_create"), fields | asked)


def signed_in(user: Any) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, "accounts.backends.PeopleBackend")
    return client


@pytest.fixture
def pharmacy(db: None) -> Pharmacy:
    return Pharmacy()


def cells(response: Any) -> list[dict[str, str]]:
    """Return the rows of the list on a page, by column."""
    page = response.context["page"]
    keys = [column.key for column in page.columns]
    return [dict(zip(keys, [str(cell.html) for cell in row.cells], strict=True)) for row in page.table]


def line_of(pharmacy: Pharmacy, **asked: Any) -> dict[str, str]:
    """Post the form, follow to the page that it leads to, and read its only line."""
    response = pharmacy.post(**asked)
    assert response.status_code == 302, response.context["form"].errors
    (line,) = cells(pharmacy.client.get(response["Location"]))
    return line


STEPS = ("demand", "eoq", "monthly_need", "safety_stock", "max_qty", "min_qty", "order_qty", "toc", "tcc", "tic")


# --- The worked examples -------------------------------------------------------------------
def test_worked_example_comes_out_to_the_rupiah_on_the_page(pharmacy: Pharmacy) -> None:
    pharmacy.sold("Paracetamol", 65)

    line = line_of(pharmacy)

    assert [line[name] for name in STEPS] == ["65", "16", "22", "3", "19", "5", "14", "4,643", "3,500", "8,143"]
    assert line["state"] == ""


def test_second_example_comes_out_to_the_rupiah_on_the_page(pharmacy: Pharmacy) -> None:
    pharmacy.sold("Amoxicillin", 90)

    line = line_of(pharmacy, **SECOND)

    assert [line[name] for name in STEPS] == ["90", "30", "30", "6", "36", "12", "24", "7,500", "4,800", "12,300"]


def test_each_rule_shows_the_cost_of_the_other(pharmacy: Pharmacy) -> None:
    pharmacy.sold("Amoxicillin", 90)

    published = line_of(pharmacy, **SECOND)
    consistent = line_of(pharmacy, **SECOND, rule="CONSISTENT")

    # MAX = MIN + EOQ orders the EOQ of 30: 3 × 2,000 + 15 × 400.
    assert [consistent[name] for name in ("max_qty", "order_qty", "tic", "other_tic")] == [
        "42",
        "30",
        "12,000",
        "12,300",
    ]
    assert published["other_tic"] == "12,000"
    page = pharmacy.client.get(reverse("replenishment:study_show", args=[Calculation.objects.first().pk]))
    assert page.context["totals"] == {"published": 12_300, "consistent": 12_000, "lines": 1}


def test_returns_are_taken_off_the_need(pharmacy: Pharmacy) -> None:
    product = pharmacy.sold("Paracetamol", 70)
    came_back(product, pharmacy.warehouse, 5, date(2026, 9, 20), by=pharmacy.manager)

    assert line_of(pharmacy)["tic"] == "8,143"


def test_service_level_method_stands_beside_the_study(pharmacy: Pharmacy) -> None:
    product = pharmacy.sold("Paracetamol", 65)
    ReorderPolicy.objects.create(
        product=product,
        warehouse=pharmacy.warehouse,
        rop=Decimal("65"),
        safety_stock=Decimal("14.71"),
        reorder_qty=40,
        state="OK",
    )

    line = line_of(pharmacy)

    assert [line[name] for name in ("service_rop", "service_safety_stock", "service_qty")] == ["65", "14.71", "40"]


def test_policy_that_was_never_computed_is_not_shown_as_zero(pharmacy: Pharmacy) -> None:
    product = pharmacy.sold("Paracetamol", 65)
    ReorderPolicy.objects.create(product=product, warehouse=pharmacy.warehouse)

    line = line_of(pharmacy)

    assert [line[name] for name in ("service_rop", "service_safety_stock", "service_qty")] == ["", "", ""]


# --- What cannot be computed ----------------------------------------------------------------
def test_nothing_sold_more_returned_and_no_costs_each_get_a_sentence(pharmacy: Pharmacy) -> None:
    pharmacy.sold("C sold", 65)
    never = ProductFactory(name="A never sold")
    came_in(never, pharmacy.warehouse, 5, date(2026, 7, 1), by=pharmacy.manager)
    back = ProductFactory(name="B came back")
    came_back(back, pharmacy.warehouse, 4, date(2026, 9, 1), by=pharmacy.manager)

    response = pharmacy.client.get(pharmacy.post(holding_cost="0")["Location"])

    lines = cells(response)
    assert [line["state"] for line in lines] == [
        "Nothing was sold in this period, so there is nothing to compute. Choose a longer one.",
        "More came back than was sold in this period. Check the returns, or choose a longer one.",
        "Keeping costs nothing, so no quantity is economic: the need of a month stands for EOQ.",
    ]
    assert [lines[0][name] for name in STEPS] == ["0", *[""] * 9]
    assert [lines[1][name] for name in STEPS] == ["−4", *[""] * 9]
    assert [lines[2][name] for name in STEPS] == ["65", "22", "22", "3", "25", "5", "20", "3,250", "0", "3,250"]


def test_long_lead_time_leaves_nothing_to_order_by_the_published_rule(pharmacy: Pharmacy) -> None:
    pharmacy.sold("Paracetamol", 65)

    line = line_of(pharmacy, lead_time_days="60")

    assert (line["min_qty"], line["max_qty"], line["order_qty"], line["tic"]) == ("47", "19", "0", "")
    assert line["other_tic"] == "8,063"
    assert line["state"].startswith("By this rule MAX is not above MIN")


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"date_to": "2026-07-01"}, "date_to"),
        ({"date_to": "2027-01-31"}, "date_to"),
        ({"date_from": "2016-01-01"}, "date_from"),
        ({"date_from": "soon"}, "date_from"),
        ({"ordering_cost": "-1"}, "ordering_cost"),
        ({"holding_cost": ""}, "holding_cost"),
        ({"holding_cost": "NaN"}, "holding_cost"),
        ({"ordering_cost": "9" * 30}, "ordering_cost"),
        ({"safety_percent": "101"}, "safety_percent"),
        ({"lead_time_days": "400"}, "lead_time_days"),
        ({"rule": "MINE"}, "rule"),
        ({"products": "No such thing"}, "products"),
        ({"warehouse": "99999"}, "warehouse"),
    ],
)
def test_impossible_criteria_are_refused_beside_their_field(
    pharmacy: Pharmacy, asked: dict[str, str], field: str
) -> None:
    pharmacy.sold("Paracetamol", 65)

    response = pharmacy.post(**asked)

    assert response.status_code == 400
    assert field in response.context["form"].errors
    assert not Calculation.objects.exists()


def test_shop_without_goods_is_told_so(pharmacy: Pharmacy) -> None:
    response = pharmacy.post()

    assert response.context["form"].errors == {"products": ["There is no product to compute. Choose others, or all."]}
    assert not Calculation.objects.exists()


def test_post_without_a_key_is_refused(pharmacy: Pharmacy) -> None:
    pharmacy.sold("Paracetamol", 65)

    response = pharmacy.post(key="")

    assert response.status_code == 400
    assert not Calculation.objects.exists()


# --- Which goods -----------------------------------------------------------------------------
def test_chosen_products_and_category_narrow_it_down(pharmacy: Pharmacy) -> None:
    syrups = CategoryFactory(name="Syrups")
    first, second = pharmacy.sold("Sirup A", 65, category=syrups), pharmacy.sold("Sirup B", 30, category=syrups)
    pharmacy.sold("Comb", 9)

    def names(**asked: Any) -> list[str]:
        return [line["name"] for line in cells(pharmacy.client.get(pharmacy.post(**asked)["Location"]))]

    assert names() == ["Comb", "Sirup A", "Sirup B"]
    assert names(category=syrups.pk) == ["Sirup A", "Sirup B"]
    assert names(products=f"{second.sku}\n{first.sku.lower()}\n") == ["Sirup A", "Sirup B"]
    assert names(products="comb") == ["Comb"]


def test_months_and_need_are_shown_before_anything_is_computed(pharmacy: Pharmacy) -> None:
    pharmacy.sold("Sirup A", 65)
    pharmacy.sold("Comb", 1_000 - 600)
    opened = pharmacy.client.get(reverse("replenishment:study_create"))
    assert (opened.context["need"].months, opened.context["need"].total) == (3, 465)

    shown = pharmacy.post(show="1", products="Sirup A")
    part = pharmacy.client.get(
        reverse("replenishment:study_need"),
        {"warehouse": pharmacy.warehouse.pk, "date_from": "2026-08-01", "date_to": "2026-08-15", "products": ""},
    )

    assert "Months: <strong>3</strong> · products: <strong>1</strong> · total need: <strong>65</strong>" in (
        shown.content.decode()
    )
    assert "Months: <strong>0.5</strong> · products: <strong>2</strong> · total need: <strong>154</strong>" in (
        part.content.decode()
    )
    assert not Calculation.objects.exists()


def test_need_of_impossible_days_says_why(pharmacy: Pharmacy) -> None:
    part = pharmacy.client.get(
        reverse("replenishment:study_need"),
        {"warehouse": pharmacy.warehouse.pk, "date_from": "2026-08-15", "date_to": "2026-08-01"},
    )

    assert "The last day is before the first." in part.content.decode()


# --- Kept ------------------------------------------------------------------------------------
def test_same_form_twice_is_one_calculation(pharmacy: Pharmacy) -> None:
    pharmacy.sold("Paracetamol", 65)
    key = new_key()

    first, second = pharmacy.post(key=key), pharmacy.post(key=key)
    other = pharmacy.post(key=key, safety_percent="20")

    assert first["Location"] == second["Location"]
    assert "already posted with other content" in other.content.decode()
    calculation = Calculation.objects.get()
    assert calculation.number == f"MM-261124-{calculation.pk:06d}"
    assert CalculationLine.objects.count() == 1


def test_kept_line_stays_when_the_product_is_renamed_and_sells_on(pharmacy: Pharmacy) -> None:
    product = pharmacy.sold("Paracetamol", 65)
    address = pharmacy.post()["Location"]
    product.name = "Panadol"
    product.save()
    sold(product, pharmacy.warehouse, {LAST: 100}, by=pharmacy.manager)

    (line,) = cells(pharmacy.client.get(address))

    assert (line["name"], line["demand"], line["stock"], line["tic"]) == ("Paracetamol", "65", "419", "8,143")


def test_history_shows_date_code_name_stock_and_levels(pharmacy: Pharmacy) -> None:
    product = pharmacy.sold("Paracetamol", 65)
    pharmacy.post()

    (row,) = cells(pharmacy.client.get(reverse("replenishment:study_list")))

    assert "today 12:00" in row["calculation.computed_at"]
    assert [row[name] for name in ("sku", "name", "stock", "max_qty", "min_qty", "order_qty")] == [
        *(product.sku, "Paracetamol", "419", "19", "5", "14")
    ]


def test_history_begins_with_the_newest_and_is_narrowed_to_one_calculation(pharmacy: Pharmacy) -> None:
    pharmacy.sold("Paracetamol", 65)
    pharmacy.post()
    pharmacy.post(safety_percent="20")
    second, first = Calculation.objects.values_list("number", flat=True)

    def numbers(**asked: str) -> list[str]:
        rows = cells(pharmacy.client.get(reverse("replenishment:study_list"), asked))
        return [row["calculation.number"].split(">")[1].removesuffix("</a") for row in rows]

    assert numbers() == [second, first]
    assert numbers(sort="calculation.computed_at") == [first, second]
    assert numbers(calculation=first) == [first]


@pytest.mark.parametrize("name", ["study_list", "study_show"])
def test_pages_cost_as_many_queries_for_three_lines_as_for_one(
    pharmacy: Pharmacy, name: str, django_assert_max_num_queries: Any
) -> None:
    pharmacy.sold("Paracetamol", 65)
    pharmacy.post()
    for n in range(2):
        pharmacy.sold(f"Sirup {n}", 30)
    pharmacy.post()
    few, many = Calculation.objects.order_by("pk").values_list("pk", flat=True)

    def address(pk: int) -> str:
        return reverse(f"replenishment:{name}", args=[pk] if name == "study_show" else [])

    pharmacy.client.get(address(few))
    with django_assert_max_num_queries(14) as first:
        pharmacy.client.get(address(few))
    with django_assert_max_num_queries(14) as second:
        pharmacy.client.get(address(many))
    assert len(first) == len(second)


# --- Files -----------------------------------------------------------------------------------
def test_calculation_goes_to_csv_excel_and_pdf(pharmacy: Pharmacy) -> None:
    product = pharmacy.sold("Paracetamol", 65)
    address = pharmacy.post()["Location"]

    csv = b"".join(pharmacy.client.get(f"{address}?export=csv").streaming_content).decode("utf-8-sig")
    book = b"".join(pharmacy.client.get(f"{address}?export=xlsx").streaming_content)
    pdf = pharmacy.client.get(f"{address}study.pdf")

    head, line = csv.splitlines()
    assert head == (
        "Name,Code,Stock,Need (D),Of a month,EOQ,SS,SS by service level,MIN,Reorder point,MAX,Q,Order quantity,"
        "TOC,TCC,TIC,TIC by the other rule,Note"
    )
    assert line == (
        f"Paracetamol,{product.sku},419.000,65.000,22.000,16.000,3.000,,5.000,,19.000,14.000,,"
        "4643.00,3500.00,8143.00,8063.00,"
    )
    rows = list(openpyxl.load_workbook(BytesIO(book)).active.values)
    assert rows[1][8:16] == (5, None, 19, 14, None, 4643, 3500, 8143)
    printed = pharmacy.client.get(f"{address}print/").content.decode()
    for figure in ("419", "65", "22", "16", "19", "14", "4,643", "3,500", "8,143"):
        assert f'<td class="number">{figure}</td>' in printed
    assert pdf["Content-Type"] == "application/pdf"
    text = "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf.content)).pages)
    for figure in ("Paracetamol", "4,643", "3,500", "8,143", "IDR 500 a unit for the whole period"):
        assert figure in text


def test_analyst_sees_quantities_and_no_costs_anywhere(pharmacy: Pharmacy) -> None:
    pharmacy.sold("Paracetamol", 65)
    address = pharmacy.post()["Location"]
    analyst = signed_in(UserFactory(role=ANALYST))

    response = analyst.get(address)
    csv = b"".join(analyst.get(f"{address}?export=csv").streaming_content).decode("utf-8-sig")

    assert cells(response)[0]["order_qty"] == "14"
    printed = analyst.get(f"{address}print/").content.decode()
    for text in (response.content.decode(), csv, printed):
        assert "TOC" not in text
        assert "8,143" not in text
        assert "8143" not in text
        assert "Holding cost" not in text
    assert analyst.get(f"{address}study.pdf").status_code == 200
    assert analyst.get(reverse("replenishment:study_create")).status_code == 403
    assert analyst.get(f"{address}?sort=tic").status_code == 200


# --- Pure ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (date(2026, 8, 1), date(2026, 10, 31), "3.00"),
        (date(2026, 8, 15), date(2026, 11, 14), "3.00"),
        (date(2026, 1, 31), date(2026, 2, 28), "1.03"),
        (date(2026, 8, 1), date(2026, 8, 1), "0.03"),
        (date(2025, 12, 1), date(2026, 11, 30), "12.00"),
        (date(2026, 8, 1), date(2026, 8, 30), "1.00"),
    ],
)
def test_months_are_counted_by_the_calendar_and_days_as_thirtieths(first: date, last: date, months: str) -> None:
    assert months_between(first, last) == Decimal(months)


def test_usual_period_is_the_last_three_whole_months() -> None:
    assert usual_period(date(2026, 2, 28)) == (date(2025, 11, 1), date(2026, 1, 31))


def test_numbers_that_no_column_holds_get_a_state() -> None:
    criteria = Criteria(*(Decimal(n) for n in (3, 10**9, 10**9, 0, 3)), rule="published")

    assert study_line(Decimal(10) ** 9, criteria) == StudyLine("TOO_LARGE")
