"""The pages of what to order, and of why."""

import html
import re
from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.test import Client
from django.urls import reverse

from inventory.models import Stock
from purchases.models import PurchaseOrder
from purchases.services import order_change, order_create, order_send, unit_line
from replenishment.models import Suggestion, SuggestionRun
from replenishment.services.orders import Decision, orders_make
from tests.factories import SupplierFactory, UserFactory, stock_up
from tests.purchases.buying import signed_in
from tests.replenishment.reorder_shop import ReorderShop

pytestmark = pytest.mark.django_db

PLAN, MAKE = "/reorder/order/", "/reorder/order/make/"


@pytest.fixture
def shop():
    return ReorderShop()


@pytest.fixture
def manager(shop):
    return signed_in("Manager")


def text_of(response):
    """What the page says, with single spaces."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def rows(*decided, key="form", **more):
    """A posted form: (product, seen, typed, reason) for each row, all ticked."""
    data = {"key": key, **more}
    for product, seen, typed, reason in decided:
        data |= {
            f"seen-{product.pk}": str(seen),
            f"qty-{product.pk}": str(typed),
            f"take-{product.pk}": "on",
            f"reason-{product.pk}": reason,
        }
    return data


def nothing_made():
    return (PurchaseOrder.objects.count(), Suggestion.objects.count(), SuggestionRun.objects.count()) == (0, 0, 0)


# --- The plan ------------------------------------------------------------------------
def test_the_plan_shows_each_number_with_what_it_is_made_of(manager, shop):
    page = text_of(manager.get(PLAN))

    assert "24 = forecast 18 (9 days × 2.0) + safety 8 (95 %) − on hand 5 − on order 0 = 21" in page
    assert "rounded to boxes of 12" in page
    assert "1 product · IDR 120,000" in page


def test_each_term_leads_to_what_stands_behind_it(manager, shop):
    page = manager.get(PLAN).content.decode()

    address = f"{reverse('replenishment:order_why_now', args=[shop.product.pk])}?warehouse={shop.warehouse.code}"
    for part in ("sales", "policy", "stock", "orders"):
        assert f'href="{address}#{part}"' in page


def test_an_empty_plan_says_what_will_stand_there(manager, shop):
    stock_up(shop.product, shop.warehouse, 100, by=shop.by)

    assert "Nothing has to be ordered now." in text_of(manager.get(PLAN))


def test_what_is_covered_by_an_order_is_named_and_not_suggested(manager, shop):
    decision = Decision(shop.product.pk, D(24), D(24))
    orders_make(key="k", warehouse=shop.warehouse, decisions=[decision], by=shop.by)

    page = text_of(manager.get(PLAN))

    assert "1 product is low, and enough of it is on its way" in page
    assert "5 pcs there, 0 on order, 24 in drafts" in page
    assert "Nothing has to be ordered now." in page


def test_an_order_that_covers_and_is_late_is_marked(manager, shop):
    decision = Decision(shop.product.pk, D(24), D(24))
    orders_make(key="k", warehouse=shop.warehouse, decisions=[decision], by=shop.by)
    order = order_send(order=PurchaseOrder.objects.get(), by=shop.by)

    on_time = text_of(manager.get(PLAN))
    PurchaseOrder.objects.update(expected_at=order.expected_at - timedelta(days=30))
    late = text_of(manager.get(PLAN))

    assert f"24 on order, 0 in drafts {order} late" in late
    assert f"{order} late" not in on_time


def test_a_product_without_a_supplier_says_what_to_do(manager, shop):
    goods = shop.goods("Nobody's", supplier=None)

    response = manager.get(PLAN)

    assert "Nobody is known who delivers these." in text_of(response)
    assert reverse("master:product_change", args=[goods.pk]) in response.content.decode()


@pytest.mark.parametrize("role", ["Warehouse", "Analyst"])
def test_those_who_may_not_see_cost_see_quantities_and_no_money(shop, role):
    shop.supplier.min_order_value = D(777_000)
    shop.supplier.save()

    page = text_of(signed_in(role).get(PLAN))
    why = text_of(signed_in(role).get(reverse("replenishment:order_why_now", args=[shop.product.pk])))

    assert "24 = forecast" in page
    for hidden in ("120,000", "777,000", "657,000", "5,000", "60,000", "What I can spend", "Make draft orders"):
        assert hidden not in page
        assert hidden not in why


def test_one_row_and_three_take_the_same_number_of_queries(manager, shop, django_assert_num_queries):
    manager.get(PLAN)
    with django_assert_num_queries(17):
        manager.get(PLAN)
    for name in ("Amoxicillin", "Vitamin C"):
        shop.goods(name, supplier=SupplierFactory())
    with django_assert_num_queries(17):
        manager.get(PLAN)


# --- The press -------------------------------------------------------------------------
def test_one_press_drafts_the_order_and_shows_it(manager, shop):
    response = manager.post(MAKE, rows((shop.product, 24, 24, "")), follow=True)

    order = PurchaseOrder.objects.get()
    assert response.redirect_chain == [
        (reverse("replenishment:order_made", args=[SuggestionRun.objects.get().pk]), 302)
    ]
    assert f"{order} PT Sumber Sehat draft 1 120,000" in text_of(response)


def test_the_same_press_again_shows_the_same_orders(manager, shop):
    first, second = (manager.post(MAKE, rows((shop.product, 24, 24, ""))) for _press in range(2))

    assert first["Location"] == second["Location"]
    assert PurchaseOrder.objects.count() == 1


def test_a_number_pasted_from_a_sheet_is_read_as_it_is_written(shop):
    shop.product.sold_by_measure = True
    shop.product.save()

    response = signed_in("Manager").post(MAKE, rows((shop.product, 24, " 1,200.5 ", "")))

    assert response.status_code == 302
    assert PurchaseOrder.objects.get().items.get().qty == D("1200.5")


def test_indonesian_notation_is_read_in_indonesian(shop):
    shop.product.sold_by_measure = True
    shop.product.save()
    client = Client(headers={"accept-language": "id"})
    client.force_login(UserFactory(role="Manager", language="id"), "accounts.backends.PeopleBackend")

    client.post(MAKE, rows((shop.product, 24, "1.200,5\t", "")))

    assert PurchaseOrder.objects.get().items.get().qty == D("1200.5")


@pytest.mark.parametrize("typed", ["a box", "1.2.3", "-4", "24.5", "9" * 12])
def test_a_refused_post_makes_nothing_and_keeps_what_was_typed(manager, shop, typed):
    response = manager.post(MAKE, rows((shop.product, 24, typed, "FAST")))

    page = response.content.decode()
    assert response.status_code == 400
    assert f'value="{typed}"' in page
    assert '<option value="FAST" selected>' in page
    assert nothing_made()


def test_a_reason_without_another_quantity_rejects(manager, shop):
    manager.post(MAKE, rows((shop.product, 24, 24, "CASH")))

    kept = Suggestion.objects.get()
    assert (kept.decision, kept.reason, kept.decided_qty) == ("REJECTED", "CASH", 0)
    assert PurchaseOrder.objects.count() == 0


def test_what_is_not_ticked_is_not_decided(manager, shop):
    second = shop.goods("Second")
    data = rows((shop.product, 24, 24, ""), (second, 26, 26, ""))
    del data[f"take-{second.pk}"]

    manager.post(MAKE, data)

    assert [kept.product for kept in Suggestion.objects.all()] == [shop.product]


def test_a_stale_plan_comes_back_with_the_new_numbers_and_what_was_typed(manager, shop):
    second = shop.goods("Second")
    data = rows((shop.product, 24, 24, ""), (second, 26, 40, "FAST"))
    stock_up(shop.product, shop.warehouse, 10, by=shop.by)
    stock_up(second, shop.warehouse, 1, by=shop.by)

    response = manager.post(MAKE, data)

    page = text_of(response)
    assert response.status_code == 409
    assert "Look at the new numbers of: Paracetamol, Second." in page
    assert ("was 24" in page, "was 26" in page) == (True, True)
    assert f'name="qty-{shop.product.pk}" value="12"' in response.content.decode()
    assert f'name="qty-{second.pk}" value="40"' in response.content.decode()
    assert nothing_made()

    again = manager.post(MAKE, rows((shop.product, 12, 12, ""), (second, 25, 40, "FAST")))

    assert again.status_code == 302
    assert PurchaseOrder.objects.get().items.count() == 2


def test_what_is_needed_no_more_is_named(manager, shop):
    data = rows((shop.product, 24, 24, ""))
    stock_up(shop.product, shop.warehouse, 100, by=shop.by)

    response = manager.post(MAKE, data)

    assert response.status_code == 409
    assert "No longer needed: Paracetamol." in text_of(response)
    assert nothing_made()


def test_those_who_may_not_order_are_refused(shop):
    response = signed_in("Warehouse").post(MAKE, rows((shop.product, 24, 24, "")))

    assert response.status_code == 403
    assert nothing_made()


# --- A budget, a minimum order ------------------------------------------------------------
def test_a_budget_cuts_the_plan_and_says_what_it_leaves_out(manager, shop):
    response = manager.post(PLAN, {**rows((shop.product, 24, 24, "")), "do": "budget", "budget": "100,000"})

    page = text_of(response)
    assert "cut to 12 by the budget" in page
    assert "It buys for IDR 60,000. What is left out costs about IDR" in page
    assert f'name="qty-{shop.product.pk}" value="12"' in response.content.decode()


def test_a_budget_that_is_no_number_says_so_beside_it(manager, shop):
    response = manager.post(PLAN, {**rows((shop.product, 24, 24, "")), "do": "budget", "budget": "five million"})

    assert response.status_code == 400
    assert "“five million” is no number." in text_of(response)


def test_a_budget_of_those_who_may_not_see_cost_is_not_read(shop):
    page = text_of(signed_in("Warehouse").post(PLAN, {"do": "budget", "budget": "1"}))

    assert "24 = forecast" in page
    assert "budget" not in page


def test_filling_up_adds_what_is_needed_next_and_says_so_until_it_is_taken_back(manager, shop):
    shop.supplier.min_order_value = D(200_000)
    shop.supplier.save()
    shop.goods("Soon", on_hand=30)
    form = rows((shop.product, 24, 24, ""))

    bare = text_of(manager.get(PLAN))
    filled = manager.post(PLAN, {**form, "do": f"fill:{shop.supplier.pk}"})
    back = text_of(manager.post(PLAN, {**form, "fill": shop.supplier.pk, "do": f"unfill:{shop.supplier.pk}"}))

    assert "80,000 below the minimum order of 200,000" in bare
    assert "to reach the supplier's minimum order" in text_of(filled)
    assert f'name="fill" value="{shop.supplier.pk}"' in filled.content.decode()
    assert "80,000 below the minimum order of 200,000" in back


# --- Why -----------------------------------------------------------------------------
def test_the_page_behind_a_number_shows_sales_orders_batches_and_policy(manager, shop):
    page = text_of(manager.get(reverse("replenishment:order_why_now", args=[shop.product.pk])))

    assert "24 = forecast 18" in page
    for heading in ("Sales behind the forecast", "On the shelf", "On order and in drafts", "Batches", "The policy"):
        assert heading in page


def test_a_product_without_a_policy_says_so(manager, shop):
    goods = shop.goods("Bare", policy=False)

    page = text_of(manager.get(reverse("replenishment:order_why_now", args=[goods.pk])))

    assert "This product has no reorder policy here" in page


def test_a_line_says_why_it_was_bought_after_stock_policy_and_draft_have_changed(manager, shop):
    manager.post(MAKE, rows((shop.product, 24, 36, "FAST")))
    order = PurchaseOrder.objects.get()
    line = unit_line(product=shop.product, unit="box", factor=D(12), count=D(5), unit_price=D(60_000))
    order_change(order=order, supplier=order.supplier, warehouse=order.warehouse, lines=[line], by=shop.by)
    shop.product.reorder_policies.update(avg_daily_demand=D(50))
    stock_up(shop.product, shop.warehouse, 999, by=shop.by)

    page = text_of(manager.get(reverse("replenishment:order_why", args=[order.pk, shop.product.pk])))

    assert "24 = forecast 18 (9 days × 2.0) + safety 8 (95 %) − on hand 5 − on order 0 = 21" in page
    assert "Suggested 24 pcs" in page
    assert "Decided 36 pcs · changed: it will sell faster" in page
    assert "On the order now 60 pcs changed on the order since" in page


def test_a_line_written_by_hand_says_so(manager, shop):
    line = unit_line(product=shop.product, unit="box", factor=D(12), count=D(5), unit_price=D(60_000))
    order = order_create(supplier=shop.supplier, warehouse=shop.warehouse, lines=[line], by=shop.by)

    page = text_of(manager.get(reverse("replenishment:order_why", args=[order.pk, shop.product.pk])))

    assert "it was written on the order by hand" in page


def test_the_order_leads_to_the_why_of_each_line(manager, shop):
    manager.post(MAKE, rows((shop.product, 24, 24, "")))
    order = PurchaseOrder.objects.get()

    page = manager.get(reverse("purchases:order_show", args=[order.pk])).content.decode()

    assert reverse("replenishment:order_why", args=[order.pk, shop.product.pk]) in page


def test_a_product_that_is_not_on_the_order_is_not_found(manager, shop):
    manager.post(MAKE, rows((shop.product, 24, 24, "")))
    other = shop.goods("Other")

    address = reverse("replenishment:order_why", args=[PurchaseOrder.objects.get().pk, other.pk])

    assert manager.get(address).status_code == 404


def test_stock_held_for_baskets_is_on_the_page(manager, shop):
    Stock.objects.filter(product=shop.product).update(held=D(2))

    page = text_of(manager.get(reverse("replenishment:order_why_now", args=[shop.product.pk])))

    assert "put aside 2" in page
    assert "In baskets put aside 2" in page
