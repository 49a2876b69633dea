"""The rules of a run: found, narrowed down, said in sentences, and led back to the very sales behind them."""

import csv
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mining.models import MiningRun
from mining.rule_words import rule_sentence
from tests.factories import CategoryFactory, ProductFactory, ShopProfileFactory, WarehouseFactory, stock_up
from tests.mining.found import RunFactory, Sold, rule_of, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    ShopProfileFactory()
    return WarehouseFactory(code="TOKO")


@pytest.fixture
def goods(shop):
    names = ("Infusion set", "Three-way stopcock", "Cotton")
    made = [ProductFactory(sku=name[:3].upper(), name=name) for name in names]
    for one in made:
        stock_up(one, shop, 100)
    return made


@pytest.fixture
def run():
    return RunFactory(is_active=True, rules=3)


@pytest.fixture
def analyst():
    return signed_in("Analyst")


def rules_on(page) -> list[str]:
    return [str(row.item) for row in page.context["page"].table]


def three_rules(run, goods):
    a, b, c = goods
    return [
        rule_of(run, [a], [b], lift=4.2, confidence=0.89, support=0.03),
        rule_of(run, [b], [c], lift=3.0, confidence=0.60, support=0.20),
        rule_of(run, [c], [a], lift=2.0, confidence=0.75, support=0.10),
    ]


# --- The list --------------------------------------------------------------------------
def test_a_rule_is_said_in_a_sentence(run, goods):
    rule = rule_of(run, goods[:1], goods[1:2], confidence=0.8866, antecedent_count=97, count=86, lift=4.2499)

    assert rule_sentence(rule) == (
        "Who buys Infusion set also takes Three-way stopcock: 89 % of 97 sales, 4.2 times more than by chance"
    )


def test_a_rule_of_many_goods_names_them_all(run, goods):
    rule = rule_of(run, goods[:2], goods[2:], antecedent_count=1)

    assert rule_sentence(rule) == (
        "Who buys Infusion set and Three-way stopcock also takes Cotton: 50 % of 1 sale, 2.5 times more than by chance"
    )


def test_the_list_shows_the_rules_of_the_run_in_force_the_highest_lift_first(run, goods, analyst):
    three_rules(run, goods)
    rule_of(RunFactory(), goods[:1], goods[1:2], lift=9)

    page = analyst.get("/mining/rules/")

    assert [row.item.lift for row in page.context["page"].table] == [4.2, 3.0, 2.0]


def test_the_list_shows_another_run_where_the_address_names_it(run, goods, analyst):
    three_rules(run, goods)
    other = RunFactory()
    rule_of(other, goods[:1], goods[1:2], lift=9)

    page = analyst.get(f"/mining/rules/?run={other.pk}")

    assert [row.item.lift for row in page.context["page"].table] == [9.0]


@pytest.mark.parametrize(
    ("asked", "lifts"),
    [
        ("min_lift=3", [4.2, 3.0]),
        ("min_confidence=75", [4.2, 2.0]),
        ("min_support=10", [3.0, 2.0]),
        ("min_support=10&min_confidence=70", [2.0]),
        ("product=INF", [4.2, 2.0]),
        ("product=stopcock", [4.2, 3.0]),
        ("product=nothing", []),
        ("sort=-confidence", [4.2, 2.0, 3.0]),
        ("sort=support", [4.2, 2.0, 3.0]),
        ("sort=-strength", [3.0, 2.0, 4.2]),
        ("sort=p_value&page=99&min_lift=much&run=7x", [4.2, 3.0, 2.0]),
    ],
)
def test_the_address_narrows_and_sorts_the_list(run, goods, analyst, asked, lifts):
    three_rules(run, goods)

    page = analyst.get(f"/mining/rules/?{asked}")

    assert [row.item.lift for row in page.context["page"].table] == lifts


def test_a_product_is_not_taken_for_another_whose_number_begins_alike(run, goods, analyst):
    one = ProductFactory(pk=7_000_001, sku="ONE")
    ten = ProductFactory(pk=70_000_010, sku="TEN")
    rule_of(run, [ten], goods[:1])
    rule_of(run, goods[:1], [one])

    page = analyst.get("/mining/rules/?product=ONE")

    assert rules_on(page) == [f"Infusion set → {one.name}"]


def test_redundant_rules_are_folded_and_chance_can_be_left_out(run, goods, analyst):
    a, b, c = goods
    general = rule_of(run, [a], [c], lift=3)
    rule_of(run, [a, b], [c], lift=2, is_redundant=True, general_id=general.pk)
    rule_of(run, [b], [c], lift=1.5, may_be_chance=True)

    def lifts(asked):
        return [row.item.lift for row in analyst.get(f"/mining/rules/{asked}").context["page"].table]

    assert lifts("") == [3.0, 1.5]
    assert lifts("?rules=sure") == [3.0]
    assert lifts("?rules=all") == [3.0, 2.0, 1.5]


def test_a_run_over_categories_is_searched_by_category(goods, analyst):
    drugs, wool = CategoryFactory(code="DRUG", name="Drugs"), CategoryFactory(code="WOOL", name="Wool")
    run = RunFactory(is_active=True, level=MiningRun.Level.CATEGORY)
    rule_of(run, [drugs], [wool])

    assert rules_on(analyst.get("/mining/rules/?product=WOOL")) == ["Drugs → Wool"]
    assert rules_on(analyst.get("/mining/rules/?product=INF")) == []


def test_without_a_run_the_page_leads_to_the_form(analyst):
    page = analyst.get("/mining/rules/").content.decode()

    assert "Nothing was mined yet. Let the shop’s sales tell what is bought together." in page
    assert 'href="/mining/run/"' in page


def test_a_cashier_may_not_see_rules(run, goods):
    three_rules(run, goods)

    answer = signed_in("Cashier").get("/mining/rules/")

    assert answer.status_code == 403
    assert "Infusion set" not in answer.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_few_questions_for_any_number_of_rules(run, goods, analyst, rows):
    for rule in three_rules(run, goods)[rows:]:
        rule.delete()
    analyst.get("/mining/rules/")

    with CaptureQueriesContext(connection) as asked:
        page = analyst.get("/mining/rules/")

    assert len(page.context["page"].table) == rows
    assert len(asked) == 8


def test_the_file_holds_both_sides_in_columns_of_their_own(run, goods, analyst):
    rule_of(run, goods[:2], goods[2:], lift=2.514)

    answer = analyst.get("/mining/rules/?export=csv")
    rows = list(csv.reader(b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()))

    assert rows[0][:4] == ["Who buys", "Also takes", "Lift", "Confidence (%)"]
    assert rows[1][:4] == ["Infusion set and Three-way stopcock", "Cotton", "2.51", "50.00"]


# --- As data ---------------------------------------------------------------------------
def data(client, asked=""):
    return client.get(f"/mining/rules/{asked}", headers={"accept": "application/json"})


def test_the_rules_are_answered_as_data_in_the_agreed_shape(run, goods, analyst):
    three_rules(run, goods)

    answer = data(analyst, "?sort=support&limit=2")

    assert answer.json() == [
        {"antecedent": ["Three-way stopcock"], "consequent": ["Cotton"], "support": 0.2, "confidence": 0.6, "lift": 3},
        {"antecedent": ["Cotton"], "consequent": ["Infusion set"], "support": 0.1, "confidence": 0.75, "lift": 2},
    ]
    assert "Accept" in answer["Vary"]


def test_a_browser_gets_the_page(run, goods, analyst):
    answer = analyst.get("/mining/rules/", headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})

    assert answer["Content-Type"].startswith("text/html")


def test_data_without_a_run_is_an_empty_list(analyst):
    assert data(analyst).json() == []


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("sort=price", "“sort” must be lift, confidence or support."),
        ("limit=0", "“limit” must be a number from 1 to 1000."),
        ("limit=1001", "“limit” must be a number from 1 to 1000."),
        ("limit=²", "“limit” must be a number from 1 to 1000."),
        ("limit=" + "9" * 5000, "“limit” must be a number from 1 to 1000."),
        ("min_lift=much", "Lift from: Enter a number."),
    ],
)
def test_data_refuses_what_it_cannot_read_with_a_sentence(run, goods, analyst, asked, sentence):
    answer = data(analyst, f"?{asked}")

    assert answer.status_code == 400
    assert answer.json() == {"error": sentence}


# --- One rule ----------------------------------------------------------------------------
def sales_on(page) -> list[str]:
    return sorted(row.item.invoice_number for row in page.context["page"].table)


def test_a_rule_opens_the_very_sales_behind_it(shop, run, goods, analyst):
    a, b, c = goods
    sold = Sold(shop)
    both = [sold.sell(a, b), sold.sell(a, b, c)]
    sold.sell(a)
    sold.sell(b, c)
    sold.sell(a, b, day=date(2026, 10, 31))
    rule = rule_of(run, [a], [b], count=2)

    page = analyst.get(f"/mining/rules/{rule.pk}/")

    assert sales_on(page) == both
    assert page.context["page"].count == rule.count
    assert "since the run" not in page.content.decode()


def test_a_line_that_came_back_is_behind_no_rule(shop, run, goods, analyst):
    a, b, c = goods
    sold = Sold(shop)
    kept, back, other = sold.sell(a, b), sold.sell(a, b), sold.sell(a, b, c)
    sold.take_back(back, b)
    sold.take_back(other, c)
    rule = rule_of(run, [a], [b], count=3)

    page = analyst.get(f"/mining/rules/{rule.pk}/")

    assert sales_on(page) == sorted([kept, other])
    assert "2 of 3 sales: since the run" in page.content.decode()


def test_a_rule_of_one_warehouse_counts_its_sales_only(shop, goods, analyst):
    a, b, _c = goods
    branch = WarehouseFactory(code="CAB")
    for one in (a, b):
        stock_up(one, branch, 10)
    here = Sold(shop).sell(a, b)
    Sold(branch).sell(a, b)
    rule = rule_of(RunFactory(warehouse=shop), [a], [b], count=1)

    assert sales_on(analyst.get(f"/mining/rules/{rule.pk}/")) == [here]


def test_a_rule_between_categories_opens_sales_with_goods_of_both(shop, goods, analyst):
    a, b, c = goods
    sold = Sold(shop)
    both = sold.sell(a, b)
    sold.sell(a, c)
    run = RunFactory(level=MiningRun.Level.CATEGORY, left_out=[c.pk])
    rule = rule_of(run, [a.category], [b.category], count=1)
    left_out = rule_of(run, [a.category], [c.category], count=0)

    assert sales_on(analyst.get(f"/mining/rules/{rule.pk}/")) == [both]
    assert sales_on(analyst.get(f"/mining/rules/{left_out.pk}/")) == []


def test_a_general_rule_holds_the_redundant_ones_and_they_lead_to_it(run, goods, analyst):
    a, b, c = goods
    general = rule_of(run, [a], [c])
    folded = rule_of(run, [a, b], [c], is_redundant=True, general_id=general.pk, may_be_chance=True)

    of_general, of_folded = (analyst.get(f"/mining/rules/{one.pk}/") for one in (general, folded))

    assert of_general.context["folded"] == [(folded.pk, rule_sentence(folded))]
    assert "1 rule says no more than this one" in of_general.content.decode()
    assert f'href="/mining/rules/{general.pk}/"' in of_folded.content.decode()
    assert "This may be chance" in of_folded.content.decode()


def test_a_rule_that_is_not_there_is_not_found(analyst):
    assert analyst.get("/mining/rules/999/").status_code == 404
