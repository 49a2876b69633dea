"""The pages of reorder policies: list, one policy, settings; doors, figures, refusals."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inventori.models import Job
from inventory.models import ReorderPolicy
from inventory.selectors import business_today
from tests.factories import ProductFactory, WarehouseFactory, stock_up
from tests.replenishment.policy_pages import exported, names, signed_in, text_of
from tests.replenishment.policy_shop import PolicyShop

pytestmark = pytest.mark.django_db

LIST_QUERIES = 12


@pytest.fixture
def shop():
    return PolicyShop()


# --- The list -------------------------------------------------------------------------
def test_a_shop_without_policies_is_told_what_to_do_first(shop):
    page = signed_in("Manager").get("/reorder/")

    assert "One press looks at what was sold in the last 60 days" in text_of(page)
    assert page.content.decode().count('action="/reorder/compute/"') == 2
    assert "A manager computes them from history." in text_of(signed_in("Warehouse").get("/reorder/"))


def test_a_shop_without_a_warehouse_is_told_so():
    page = signed_in("Manager").get("/reorder/")

    assert "There is no warehouse yet. Goods need a place before they can be ordered for it." in text_of(page)


def test_one_press_starts_one_job_over_the_usual_days(shop):
    answer = signed_in("Manager").post("/reorder/compute/")

    job = Job.objects.get(kind="policies")
    today = business_today(shop.warehouse)
    assert answer.url == reverse("job_show", args=[job.pk])
    assert job.parameters == {
        "warehouse": shop.warehouse.pk,
        "product_ids": None,
        "date_from": (today - timedelta(days=60)).isoformat(),
        "date_to": (today - timedelta(days=1)).isoformat(),
    }


def test_the_ticked_are_computed_over_the_chosen_days(shop):
    shop.computed()
    days = {"date_from": "2026-10-01", "date_to": "2026-10-31"}

    answer = signed_in("Manager").post("/reorder/compute/", {**days, "scope": "ticked", "pick": [shop.soap.pk]})

    job = Job.objects.get(kind="policies")
    assert answer.url == reverse("job_show", args=[job.pk])
    assert job.parameters == {"warehouse": shop.warehouse.pk, "product_ids": [shop.soap.pk], **days}


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"scope": "ticked"}, "No product is ticked. Tick those that you want to compute, or compute all."),
        ({"date_to": "2999-01-01"}, "History ends yesterday at the latest: today is not over yet."),
        (
            {"date_from": "2026-02-01", "date_to": "2026-01-01"},
            "The first day lies after the last one. Choose an earlier day.",
        ),
        (
            {"date_from": "2020-01-01", "date_to": "2026-01-01"},
            "At most three years are looked at. Choose a later first day.",
        ),
        ({"date_from": "soon"}, "Enter a valid date."),
    ],
)
def test_days_that_are_none_and_an_empty_selection_start_nothing(shop, sent, sentence):
    page = signed_in("Manager").post("/reorder/compute/", sent, follow=True)

    assert sentence in text_of(page)
    assert not Job.objects.exists()


def test_a_row_shows_what_is_there_what_comes_and_how_long_it_lasts(shop):
    policy = shop.computed()
    shop.change(policy, safety_stock=Decimal(15))

    page = signed_in("Analyst").get("/reorder/").context["page"]

    row = page.table[0].item
    cells = {
        column.key: re.sub(r"<[^>]+>", "", str(cell.html))
        for column, cell in zip(page.columns, page.table[0].cells, strict=True)
    }
    assert (row.available, row.on_order, row.cover) == (400, 0, 40)
    assert cells == {
        "name": f"Soap{shop.soap.sku} · A",
        "available": "400",
        "on_order": "0",
        "cover": "40",
        "state": "computedROP, EOQ",
        "demand": "10 ± 1.6",
        "lead_time": "5",
        "service_level": "95",
        "safety_stock": "typed 15",
        "rop": "65",
        "min_max": f"65–{65 + int(policy.reorder_qty)}",
        "reorder_qty": str(int(policy.reorder_qty)),
    }


def test_the_list_is_narrowed_by_class_method_state_supplier_category_level_and_typed_values(shop):
    comb = shop.sold("Comb", (0, 0, 1))
    odd = shop.sold("Odd", (0,), supplier=None)
    shop.computed()
    policy = ReorderPolicy.objects.get(product=comb)
    shop.change(policy, method="MINMAX", min_qty=Decimal(2_000))
    client = signed_in("Manager")

    def found(query):
        return names(client.get(f"/reorder/?{query}"))

    assert found("") == ["Comb", "Odd", "Soap"]
    assert found("q=comb") == ["Comb"]
    assert found("abc_class=A") == ["Soap"]
    assert found("method=MINMAX") == ["Comb"]
    assert found("state=NO_SALES") == ["Odd"]
    assert found("supplier=SUP") == ["Comb", "Soap"]
    assert found(f"category={odd.category.code}") == ["Odd"]
    assert found("level=low") == ["Comb"]
    assert found("values=typed") == ["Comb"]
    assert found("values=computed") == ["Odd", "Soap"]
    assert found("sort=-rop") == ["Comb", "Soap", "Odd"]
    assert found("sort=cover&state=OK")[-1] == "Comb"


def test_each_warehouse_has_its_own_policies(shop):
    shop.computed()
    other = WarehouseFactory(code="ZZ")
    client = signed_in("Manager")

    client.post(reverse("inventory:warehouse_choose"), {"warehouse": other.pk})

    assert "No product has a policy here yet" in text_of(client.get("/reorder/"))


@pytest.mark.parametrize("products", [1, 3])
def test_the_list_asks_the_same_queries_for_one_row_as_for_three(shop, products):
    for n in range(products - 1):
        stock_up(ProductFactory(name=f"Comb {n}", supplier=shop.supplier), shop.warehouse, 5)
    shop.computed()
    client = signed_in("Manager")
    client.get("/reorder/")

    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = client.get("/reorder/")

    assert (page.context["page"].count, len(asked)) == (products, LIST_QUERIES)


def test_a_file_holds_one_number_a_column_and_costs_for_those_who_may_see_them(shop):
    policy = shop.computed()
    shop.change(policy, safety_stock=Decimal(15))

    (row,) = exported(signed_in("Manager").get("/reorder/?export=csv&sort=-cover"))
    (without,) = exported(signed_in("Warehouse").get("/reorder/?export=csv"))

    assert set(row) - set(without) == {"cost of an order", "holding cost of a unit a year"}
    assert (row["Product"], row["Available"], row["demand a day"], row["reorder point"], row["typed values"]) == (
        *("Soap", "400.000", "10.0000", "65.000", "safety stock"),
    )
    assert (row["cost of an order"], row["holding cost of a unit a year"]) == ("10000.00", "1500.00")


def test_a_selection_is_changed_with_one_press(shop):
    comb = shop.sold("Comb", (1, 2, 3))
    shop.computed()

    page = signed_in("Manager").post(
        "/reorder/set/", {"pick": [comb.pk], "method": "MINMAX", "service_level": "99"}, follow=True
    )

    assert "1 product is changed and computed." in text_of(page)
    assert ReorderPolicy.objects.get(product=comb).typed == ["method", "service_level"]
    assert ReorderPolicy.objects.get(product=shop.soap).typed == []


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"method": "MINMAX"}, "No product is ticked. Tick those that you want to change."),
        ({"pick": "1"}, "Choose a method or a service level to set."),
        ({"pick": "1", "service_level": "100"}, "No stock can promise 100 %."),
        ({"pick": "1", "service_level": "x"}, "is no number"),
        ({"pick": "1", "method": "MAGIC"}, "MAGIC is not one of the available choices."),
    ],
)
def test_a_selection_is_refused_with_a_sentence_and_nothing_changes(shop, sent, sentence):
    policy = shop.computed()
    before = ReorderPolicy.objects.filter(pk=policy.pk).values().get()

    page = signed_in("Manager").post("/reorder/set/", sent, follow=True)

    assert sentence in text_of(page)
    assert ReorderPolicy.objects.filter(pk=policy.pk).values().get() == before
