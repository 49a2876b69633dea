"""What the hints caused: the estimate, its honesty with few sales, and the page that retires what earns nothing."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from scipy import stats

from mining.effects import compare
from mining.hint_effect import hint_effect
from mining.models import HintedSale, HintOff, HintSettings, ShownHint
from sales.models import Sale
from tests.factories import CategoryFactory, ProductFactory, ShopProfileFactory, WarehouseFactory, stock_up
from tests.mining.found import RunFactory, Sold, rule_of, signed_in


# --- The estimate ----------------------------------------------------------------------
def test_the_interval_is_welchs():
    treated, control = [float(n % 17) for n in range(60)], [float(n % 5) for n in range(31)]
    theirs = stats.ttest_ind(treated, control, equal_var=False).confidence_interval()

    ours = compare(treated, control)

    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high))
    assert (ours.treated, ours.control, ours.verdict, ours.needed) == (60, 31, "GAIN", 0)


def test_too_few_sales_say_how_many_more_it_takes():
    ours = compare([5.0] * 90, [1.0, 2.0] * 5)

    assert (ours.verdict, ours.is_enough, ours.needed) == ("LITTLE", False, 200)


@pytest.mark.parametrize(("treated", "control"), [([], []), ([1.0], []), ([], [1.0, 2.0]), ([1.0], [2.0])])
def test_without_two_sales_in_each_arm_nothing_is_claimed(treated, control):
    ours = compare(treated, control)

    assert (ours.difference, ours.low, ours.high, ours.verdict) == (None, None, None, "LITTLE")


def test_an_open_question_says_how_many_sales_would_answer_it():
    ours = compare([0.0, 10.0] * 50 + [10.0] * 10, [0.0, 10.0] * 20)
    growth = (110 + 40 + ours.needed) / (110 + 40)

    assert ours.verdict == "OPEN"
    assert (ours.high - ours.difference) / growth**0.5 == pytest.approx(ours.difference, rel=0.01)


def test_arms_without_any_spread_are_compared_too():
    ours = compare([3.0] * 40, [1.0] * 40)

    assert (ours.difference, ours.low, ours.high, ours.verdict) == (2.0, 2.0, 2.0, "GAIN")


# --- Sales -----------------------------------------------------------------------------
@pytest.fixture
def shop(db):
    ShopProfileFactory()
    return WarehouseFactory(code="TOKO")


@pytest.fixture
def goods(shop):
    made = [ProductFactory(name=name, sku=name.upper(), cost=Decimal(400)) for name in ("Set", "Stopcock", "Cotton")]
    for product in made:
        stock_up(product, shop, 1_000)
    return made


@pytest.fixture
def measured(shop, goods):
    """Sales of the set: 30 with hints, of which 20 took the stopcock, and 30 controls, of which 5 did.

    Goods are sold at 1,000 and had cost 400 or nothing, as the import says.
    """
    a, b, c = goods
    sold, rule = Sold(shop), rule_of(RunFactory(), [a], [b])
    for n in range(60):
        is_control = n >= 30
        takes = n % 30 < (5 if is_control else 20)
        number = sold.sell(*([a, b] if takes else [a]), day=timezone.localdate() - timedelta(days=n % 10))
        hinted(number, is_control, [(b, rule), (c, None)])
    return rule


def hinted(number, is_control, products):
    sale = Sale.objects.get(invoice_number=number)
    one = HintedSale.objects.create(sale=sale, is_control=is_control, first_at=timezone.now())
    for product, rule in products:
        ShownHint.objects.create(hinted=one, product=product, rule=rule, margin=600, shown_at=timezone.now())


def test_the_extra_margin_is_the_mean_with_hints_less_the_mean_without(measured, goods):
    effect = hint_effect(since=timezone.localdate() - timedelta(days=30))

    unit = Decimal(1_000) - Sale.objects.first().items.first().cost
    assert (effect.margin.treated, effect.margin.control) == (30, 30)
    assert effect.extra.amount == unit * 20 / 30 - unit * 5 / 30
    assert effect.margin.verdict == "GAIN"
    assert (effect.hints.shown, effect.hints.taken, effect.hints.unseen, effect.hints.anyway) == (60, 20, 60, 5)


def test_rates_are_told_by_product_by_rule_and_by_week(measured, goods):
    effect = hint_effect(since=timezone.localdate() - timedelta(days=30))

    by_product = {tally.key: (tally.shown, tally.taken, tally.anyway) for tally in effect.products}
    assert by_product == {goods[1]: (30, 20, 5), goods[2]: (30, 0, 0)}
    assert [(tally.key, tally.shown, tally.taken) for tally in effect.rules] == [(measured, 30, 20)]
    assert sum(tally.shown for tally in effect.weeks) == 60
    assert all(tally.key.weekday() == 0 for tally in effect.weeks)


def test_what_was_shown_often_and_never_taken_is_to_be_retired(measured, goods):
    effect = hint_effect(since=timezone.localdate() - timedelta(days=30))
    assert [tally.key for tally in effect.retire] == [goods[2]]

    HintOff.objects.create(product=goods[2])

    assert hint_effect(since=timezone.localdate() - timedelta(days=30)).retire == []


def test_baskets_and_cancelled_sales_are_not_measured(measured):
    number = Sale.objects.order_by("pk").first().invoice_number
    Sale.objects.filter(invoice_number=number).update(status="CANCELLED")

    assert hint_effect(since=timezone.localdate() - timedelta(days=30)).margin.treated == 29


def test_sales_before_the_days_asked_for_are_not_measured(measured):
    assert hint_effect(since=date(2030, 1, 1)).margin.treated == 0


def test_the_questions_are_as_few_for_many_sales(measured, goods):
    since = timezone.localdate() - timedelta(days=30)
    with CaptureQueriesContext(connection) as many:
        hint_effect(since=since)
    HintedSale.objects.exclude(pk=HintedSale.objects.latest("pk").pk).delete()

    with CaptureQueriesContext(connection) as one:
        hint_effect(since=since)

    assert len(one) == len(many) <= 7


# --- The pages -------------------------------------------------------------------------
def test_the_page_says_what_the_hints_earned(measured):
    page = signed_in("Manager").get("/mining/effect/").content.decode()

    assert "The hints earn money" in page
    assert "Extra margin a sale" in page
    assert "Shown 30 times and never taken." in page


def test_who_may_not_see_costs_sees_rates_but_no_money(measured):
    page = signed_in("Analyst").get("/mining/effect/").content.decode()

    assert "Bought anyway, %" in page
    assert "Extra margin a sale" not in page
    assert "The hints earn money" not in page


def test_a_shop_without_hints_is_told_what_to_do_first(shop):
    assert "No sale with a hint was paid in these days." in signed_in("Manager").get("/mining/effect/").content.decode()


def test_few_sales_are_called_few(measured):
    HintedSale.objects.filter(is_control=True).exclude(pk=HintedSale.objects.latest("pk").pk).delete()

    page = signed_in("Manager").get("/mining/effect/").content.decode()

    assert "There are too few sales yet to say what the hints cause." in page
    assert "It needs about 899 more sales." in page


def test_a_hint_that_causes_nothing_is_switched_off_with_one_button(measured, goods):
    answer = signed_in("Analyst").post("/mining/effect/retire/", {"product": goods[2].pk})

    assert answer["Location"] == "/mining/effect/"
    assert [off.product for off in HintOff.objects.all()] == [goods[2]]


def test_the_settings_are_saved_as_they_were_typed(shop):
    fields = {"is_on": "on", "control_percent": "20", "min_lift": "1.5", "excess_weight": "2"}

    answer = signed_in("Analyst").post("/mining/hints/settings/", fields)

    assert answer["Location"] == "/mining/hints/settings/"
    saved = HintSettings.objects.get()
    assert (saved.is_on, saved.control_percent, saved.min_lift, saved.excess_weight) == (
        True,
        20,
        Decimal("1.5"),
        2,
    )


@pytest.mark.parametrize("field", ["control_percent", "min_lift", "excess_weight"])
def test_settings_that_cannot_be_change_nothing(shop, field):
    fields = {"is_on": "on", "control_percent": "20", "min_lift": "1.5", "excess_weight": "2", field: "-1"}

    answer = signed_in("Analyst").post("/mining/hints/settings/", fields)

    assert answer.status_code == 400
    assert not HintSettings.objects.exists()


def test_a_product_and_a_category_are_never_hinted_at_until_they_are_again(shop, goods):
    client, category = signed_in("Manager"), CategoryFactory(name="Prescription")
    client.post("/mining/hints/off/", {"off-product": "STOPCOCK", "off-note": "by prescription"})
    client.post("/mining/hints/off/", {"off-category": category.pk})
    assert {str(off.product or off.category) for off in HintOff.objects.all()} == {str(goods[1]), "Prescription"}
    page = client.get("/mining/hints/settings/").content.decode()
    assert "by prescription" in page

    client.post(f"/mining/hints/off/{HintOff.objects.get(product=goods[1]).pk}/undo/")

    assert [off.category for off in HintOff.objects.all()] == [category]


@pytest.mark.parametrize("fields", [{}, {"off-product": "NONE"}])
def test_neither_a_product_nor_a_category_is_refused(shop, goods, fields):
    answer = signed_in("Manager").post("/mining/hints/off/", fields)

    assert answer.status_code == 400
    assert not HintOff.objects.exists()
