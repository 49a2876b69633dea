"""The pages of reorder policies: list, one policy, settings; doors, figures, refusals."""

import csv
import re
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from inventori.models import Job
from inventory.alerts import reorder_points_apply
from inventory.models import RefType, ReorderAlert, ReorderPolicy, Stock
from inventory.selectors import business_today
from replenishment.models import ReplenishmentSettings
from replenishment.states import sentence
from tests.factories import ProductFactory, UserFactory, WarehouseFactory, stock_up
from tests.replenishment.policy_shop import PolicyShop

pytestmark = pytest.mark.django_db

LIST_QUERIES = 12


@pytest.fixture
def shop():
    return PolicyShop()


def signed_in(role: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(UserFactory(role=role), "accounts.backends.PeopleBackend")
    return client


def text_of(response) -> str:
    """What a person reads: the page without tags, in single spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).replace("&#x27;", "'").split())


def names(response) -> list[str]:
    return [row.item.product.name for row in response.context["page"].table]


def exported(response) -> list[dict[str, str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text)))


def form_of(policy, **changed):
    """What a browser sends: every field, and what each was when the form was opened."""
    response = signed_in("Manager").get(reverse("replenishment:policy_show", args=[policy.pk]))
    form = response.context["form"]
    sent = {}
    for bound in form.visible_fields():
        value = bound.value()
        shown = bound.field.widget.format_value(value) if hasattr(bound.field.widget, "format_value") else value
        shown = shown[0] if isinstance(shown, list) and shown else shown
        if bound.name == "is_active":
            sent |= {"is_active": "on", "initial-is_active": "True"}
        else:
            sent |= {bound.name: shown or "0", f"initial-{bound.name}": shown or "0"}
            if bound.name == "review_weekday":
                sent |= {bound.name: shown or "", f"initial-{bound.name}": shown or ""}
    return sent | changed


def values_of(form) -> dict[str, object]:
    """What a browser sends of a form that nobody touched: boxes only where they are ticked."""
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value is not None and value is not False}


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


# --- One policy -----------------------------------------------------------------------
def test_the_number_stands_in_a_sentence_that_adds_up(shop):
    policy = shop.computed()
    shop.change(policy, safety_stock=Decimal(15))

    page = signed_in("Manager").get(f"/reorder/{policy.pk}/")

    assert page.context["look"].working[0] == "ROP 65 = 10 a day × 5 days + safety 15 (95\u00a0%)."
    assert "ROP 65 = 10 a day × 5 days + safety 15" in text_of(page)


def test_the_safety_stock_shows_its_formula_with_its_numbers(shop):
    policy = shop.computed()
    shop.change(policy, demand_std=Decimal(4), lead_time_std=Decimal("1.5"))

    look = signed_in("Manager").get(f"/reorder/{policy.pk}/").context["look"]

    assert look.working[0] == "ROP 79 = 10 a day × 5 days + safety 28.726 (95\u00a0%) = 78.73, in whole units."
    assert look.working[2] == "Safety 28.726 = 1.64 × √(5 × 4² + 10² × 1.5²)."


def test_three_methods_and_the_study_stand_side_by_side_and_the_one_in_force_is_marked(shop):
    policy = shop.computed()
    shop.move(shop.soap, 390, at=timezone.now())
    shop.change(
        policy, method="MINMAX", safety_stock=Decimal(15), ordering_cost=Decimal(1_000), holding_cost=Decimal(730)
    )

    page = signed_in("Manager").get(f"/reorder/{policy.pk}/")

    rows = [(choice.label, choice.rule, choice.order_now, choice.is_current) for choice in page.context["look"].choices]
    assert rows == [
        ("Reorder point", "at 65, 100 at a time", 100, False),
        ("Min-Max", "at 65, up to 165", 155, True),
        ("Up to a level", "every 7 days, up to 135", 125, False),
        ("Pharmacy study", "at 95, up to 144", 134, False),
    ]


def test_days_without_stock_and_days_far_out_are_marked(shop):
    first = timezone.now() - timedelta(days=61)
    late = ProductFactory(name="Late", supplier=shop.supplier)
    shop.move(late, -100, at=first)
    for day in range(1, 11):
        shop.move(late, 2, at=first + timedelta(days=day))
    shop.move(late, 80, at=first + timedelta(days=11))
    shop.move(late, -50, at=first + timedelta(days=15))
    policy = shop.computed(late)

    page = signed_in("Manager").get(f"/reorder/{policy.pk}/")

    chart = page.context["look"].chart
    assert [bar.units for bar in chart.outliers] == [80]
    assert chart.empty_days == 3
    assert "3 days without stock: not counted" in text_of(page)
    assert "1 day far out of the usual" in text_of(page)


def test_what_is_typed_in_the_form_is_kept_and_the_rest_follows(shop):
    policy = shop.computed()

    answer = signed_in("Manager").post(f"/reorder/{policy.pk}/change/", form_of(policy, safety_stock="15"))

    policy.refresh_from_db()
    assert answer.url == f"/reorder/{policy.pk}/"
    assert (policy.typed, policy.safety_stock, policy.rop) == (["safety_stock"], 15, 65)
    page = signed_in("Manager").get(answer.url)
    assert re.search(r'form="release" name="field"\s+value="safety_stock"', page.content.decode())


def test_a_form_that_was_opened_before_a_computation_types_only_what_its_person_changed(shop):
    policy = shop.computed()
    sent = form_of(policy, safety_stock="15")
    shop.change(policy, lead_time_days=Decimal(9))

    signed_in("Manager").post(f"/reorder/{policy.pk}/change/", sent)

    policy.refresh_from_db()
    assert (policy.typed, policy.lead_time_days) == (["lead_time_days", "safety_stock"], 9)


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"rop": "-1"}, "rop", "Reorder point cannot be below 0."),
        ({"service_level": "100"}, "service_level", "No stock can promise 100 %."),
        ({"review_days": "91"}, "review_days", "The review interval is at most 90 days."),
        ({"max_qty": ""}, "max_qty", "This field is required."),
        ({"min_qty": "abc"}, "min_qty", "“abc” is no number."),
        ({"min_qty": "90", "max_qty": "80"}, "max_qty", "The maximum (80) is below the minimum (90)."),
        ({"rop": "9" * 40}, "rop", "digits"),
        ({"lead_time_days": "1e400"}, "lead_time_days", "is no number"),
    ],
)
def test_a_refused_form_comes_back_filled_with_the_sentence_at_its_field(shop, changed, field, sentence):
    policy = shop.computed()
    before = ReorderPolicy.objects.filter(pk=policy.pk).values().get()

    page = signed_in("Manager").post(f"/reorder/{policy.pk}/change/", form_of(policy, **changed))

    assert page.status_code == 200
    assert sentence in " ".join(page.context["form"].errors[field])
    assert page.context["form"][field].value() == changed[field]
    assert ReorderPolicy.objects.filter(pk=policy.pk).values().get() == before


def test_a_typed_value_is_released_with_one_press(shop):
    policy = shop.computed()
    computed = policy.rop
    shop.change(policy, rop=Decimal(300))

    page = signed_in("Manager").post(f"/reorder/{policy.pk}/release/", {"field": "rop"}, follow=True)

    policy.refresh_from_db()
    assert (policy.typed, policy.rop) == ([], computed)
    assert "Reorder point is computed again." in text_of(page)
    refused = signed_in("Manager").post(f"/reorder/{policy.pk}/release/", {"field": "nonsense"}, follow=True)
    assert "This value is not typed, so there is nothing to release." in text_of(refused)


@pytest.mark.parametrize("role", ["Warehouse", "Analyst"])
def test_who_may_only_look_sees_the_number_and_no_costs_and_changes_nothing(shop, role):
    policy = shop.computed()
    client = signed_in(role)

    page = client.get(f"/reorder/{policy.pk}/")
    answers = [
        client.post(f"/reorder/{policy.pk}/change/", {"rop": "1"}),
        client.post(f"/reorder/{policy.pk}/release/", {"field": "rop"}),
        client.post("/reorder/set/", {"pick": [shop.soap.pk], "method": "MINMAX"}),
        client.post("/reorder/compute/"),
        client.get("/reorder/settings/"),
    ]

    assert page.context["form"] is None
    assert "ROP" in text_of(page)
    assert "Costs a year" not in text_of(page)
    assert {answer.status_code for answer in answers} == {403}
    assert ReorderPolicy.objects.get().typed == []
    assert not Job.objects.exists()


def test_a_cashier_sees_no_policy(shop):
    policy = shop.computed()

    answers = [signed_in("Cashier").get(path) for path in ("/reorder/", f"/reorder/{policy.pk}/")]

    assert [answer.status_code for answer in answers] == [403, 403]


# --- From the product -----------------------------------------------------------------
def test_the_product_leads_to_its_policy_in_the_warehouse_of_the_person(shop):
    policy = shop.computed()

    answer = signed_in("Analyst").get(f"/reorder/product/{shop.soap.pk}/")

    assert answer.url == f"/reorder/{policy.pk}/"
    assert (
        f"/reorder/product/{shop.soap.pk}/" in signed_in("Analyst").get(f"/products/{shop.soap.pk}/").content.decode()
    )


def test_a_product_that_never_moved_gets_a_policy_with_one_press(shop):
    new = ProductFactory(name="New", supplier=None)
    path = f"/reorder/product/{new.pk}/"

    asked = signed_in("Manager").get(path)
    looked = signed_in("Analyst").post(path)

    assert "It has no policy in Toko yet" in text_of(asked)
    assert looked.status_code == 200
    assert not ReorderPolicy.objects.filter(product=new).exists()

    answer = signed_in("Manager").post(path, follow=True)

    policy = ReorderPolicy.objects.get(product=new)
    assert answer.redirect_chain == [(f"/reorder/{policy.pk}/", 302)]
    assert policy.state == "NO_HISTORY"
    assert "so they say nothing of its demand" in text_of(answer)


# --- States ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("case", "state"),
    [
        ("one sale", "ONE_SALE"),
        ("no sale", "NO_SALES"),
        ("more back", "NEGATIVE_DEMAND"),
        ("no supplier", "NO_SUPPLIER"),
        ("no lead time", "LEAD_TIME_ZERO"),
        ("no cost", "HOLDING_ZERO"),
        ("free orders", "ORDERING_ZERO"),
    ],
)
def test_bad_input_gets_a_named_state_a_sentence_and_numbers(shop, case, state):
    product = BAD[case](shop)
    policy = shop.computed(product)

    page = signed_in("Manager").get(f"/reorder/{policy.pk}/")
    listed = signed_in("Manager").get(f"/reorder/?state={state}")

    assert policy.state == state
    assert str(sentence(state)) in text_of(page).replace("&#x27;", "'")
    assert product.name in names(listed)
    assert all(value >= 0 for value in (policy.rop, policy.safety_stock, policy.min_qty, policy.max_qty))
    assert "NaN" not in page.content.decode()


def _more_back(shop):
    product = shop.sold("Odd", (0,))
    shop.move(product, -5, at=timezone.now() - timedelta(days=3), ref_type=RefType.RETURN)
    return product


def _free_orders(shop):
    ReplenishmentSettings.objects.update(ordering_cost=0)
    return shop.soap


def _no_lead_time(shop):
    shop.supplier.lead_time_days = 0
    shop.supplier.save()
    return shop.soap


def _one_sale(shop):
    product = shop.sold("Odd", (0,))
    shop.move(product, 5, at=timezone.now() - timedelta(days=3))
    return product


def _free(shop):
    product = shop.sold("Odd", (2, 3), cost=Decimal(0))
    Stock.objects.filter(product=product).update(average_cost=0)
    return product


BAD = {
    "one sale": _one_sale,
    "no sale": lambda shop: shop.sold("Odd", (0,)),
    "more back": _more_back,
    "no supplier": lambda shop: shop.sold("Odd", (2, 3), supplier=None),
    "no lead time": _no_lead_time,
    "no cost": _free,
    "free orders": _free_orders,
}


# --- Settings -------------------------------------------------------------------------
def test_settings_are_saved_and_count_from_the_next_computation_on(shop):
    before = shop.computed()
    client = signed_in("Manager")
    form = client.get("/reorder/settings/").context["form"]
    sent = {
        name: form[name].value()
        for name in form.fields
        if form[name].value() not in ("", None) and form[name].value() is not False
    }

    page = client.post("/reorder/settings/", {**sent, "service_level_a": "99.5", "review_days": "7"}, follow=True)

    assert "The settings are saved. They count from the next computation on." in text_of(page)
    after = shop.computed()
    assert (before.service_level, after.service_level, after.review_days) == (95, Decimal("99.50"), 7)
    assert after.rop > before.rop


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("service_level_a", "100"),
        ("service_level_b", "-1"),
        ("ordering_cost", "-1"),
        ("review_days", "91"),
        ("history_days", "3"),
        ("holding_percent", "x"),
    ],
)
def test_settings_that_cannot_be_right_are_refused_at_their_field(shop, name, value):
    client = signed_in("Manager")
    before = ReplenishmentSettings.objects.values().get()
    form = client.get("/reorder/settings/").context["form"]
    sent = {
        each: form[each].value()
        for each in form.fields
        if form[each].value() not in ("", None) and form[each].value() is not False
    }

    page = client.post("/reorder/settings/", {**sent, name: value})

    assert list(page.context["form"].errors) == [name]
    assert ReplenishmentSettings.objects.values().get() == before


def test_every_alert_has_its_policys_reorder_point(shop):
    policy = shop.computed()
    shop.change(policy, rop=Decimal(450))
    reorder_points_apply(warehouse=shop.warehouse)

    assert list(ReorderAlert.objects.values_list("available", "rop", "is_open")) == [(400, 450, True)]
