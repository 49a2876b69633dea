"""The page of one policy, the way from the product, and states and settings as they are shown."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from inventori.models import Job
from inventory.alerts import reorder_points_apply
from inventory.models import RefType, ReorderAlert, ReorderPolicy, Stock
from replenishment.models import ReplenishmentSettings
from replenishment.states import sentence
from tests.factories import ProductFactory
from tests.replenishment.policy_pages import form_of, names, signed_in, text_of
from tests.replenishment.policy_shop import PolicyShop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return PolicyShop()


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
