"""The pages of replays: ask, watch, read, take over; who sees what."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from inventori.models import Job
from inventori.posting import new_key
from inventori.templatetags.inventori import money
from inventory.models import ReorderPolicy
from inventory.selectors import business_today
from master.models import Product
from replenishment.models import Replay
from replenishment.replay_chart import line_chart, week_starts, weekly
from replenishment.replay_view import in_coins
from replenishment.selectors import replenishment_settings
from replenishment.services.replays import replay_start
from tests.factories import ProductFactory, ShopProfileFactory, SupplierFactory, UserFactory, WarehouseFactory

from .past import came_in, days_between, sold

pytestmark = pytest.mark.django_db
START = "/reorder/replay/begin/"


@pytest.fixture
def client(client):
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def manager(client):
    ShopProfileFactory()
    person = UserFactory(role="Manager")
    client.force_login(person)
    return person


@pytest.fixture
def warehouse():
    return WarehouseFactory(name="Toko")


@pytest.fixture
def goods(warehouse, manager):
    yesterday = business_today(warehouse) - timedelta(days=1)
    first = yesterday - timedelta(days=99)
    found = []
    for n in range(3):
        product = ProductFactory(name=f"Goods {n}", supplier=SupplierFactory(lead_time_days=3))
        came_in(product, warehouse, 3_000, first - timedelta(days=1), by=manager)
        by_day = {day: (1 + at % 4) * (3 - n) for at, day in enumerate(days_between(first, yesterday))}
        sold(product, warehouse, by_day, by=manager)
        found.append(product)
    return found


def asked(warehouse, **changes):
    return {
        "key": new_key(),
        "warehouse": warehouse.pk,
        "months": 1,
        "wanted_fill_rate": "97.5",
        "what": "all",
        "group": "A",
        **changes,
    }


def replayed(warehouse, by):
    return replay_start(
        warehouse=warehouse,
        months=1,
        wanted_fill_rate=Decimal("97.5"),
        asked={"scope": "all"},
        key=new_key(),
        by=by,
    )


def page_of(client, replay, query=""):
    answer = client.get(reverse("replenishment:replay_show", args=[replay.pk]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_replay_is_asked_for_on_the_page_and_its_results_stand_side_by_side(client, manager, warehouse, goods):
    answer = client.post(START, asked(warehouse))

    replay = Replay.objects.get()
    assert answer.url == reverse("replenishment:replay_show", args=[replay.pk])
    page = page_of(client, replay)
    assert replay.wanted_fill_rate == Decimal("97.5")
    for words in ("Side by side", "as it is now", "Min-Max", "Average stock value", "What each service level is worth"):
        assert words in page
    assert "Goods 0" in page
    assert f"/reorder/replay/{replay.pk}/" in client.get("/reorder/replay/").content.decode()


def test_a_double_click_starts_one_replay(client, manager, warehouse, goods):
    form = asked(warehouse)

    first, second = client.post(START, form), client.post(START, form)

    assert first.url == second.url
    assert (Replay.objects.count(), Job.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"months": "0"}, "greater than or equal to 1"),
        ({"months": "x"}, "Enter a whole number"),
        ({"wanted_fill_rate": "100"}, "less than or equal to 99.99"),
        ({"wanted_fill_rate": "many"}, "is no number"),
        ({"what": "category"}, "Choose a category."),
        ({"what": "chosen", "chosen": "nothing-like-it"}, "names no product"),
        ({"what": "chosen", "chosen": " "}, "Enter at least one product."),
        ({"what": "class", "group": "B"}, "No active product of this choice"),
        ({"key": ""}, "no valid posting key"),
    ],
)
def test_what_cannot_be_replayed_is_said_beside_the_form_and_starts_nothing(
    client, manager, warehouse, goods, changes, sentence
):
    answer = client.post(START, asked(warehouse, **changes))

    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert (Replay.objects.count(), Job.objects.count()) == (0, 0)


def test_chosen_products_and_a_class_are_replayed_alone(client, manager, warehouse, goods):
    ReorderPolicy.objects.create(product=goods[2], warehouse=warehouse, abc_class="B")

    client.post(START, asked(warehouse, what="chosen", chosen=f"{goods[1].sku}\n{goods[0].sku}\n"))
    client.post(START, asked(warehouse, what="class", group="B"))

    by_class, chosen = Replay.objects.all()
    assert chosen.parameters["products"] == [goods[0].pk, goods[1].pk]
    assert by_class.parameters["products"] == [goods[2].pk]
    assert (by_class.parameters["scope"], by_class.parameters["name"]) == ("class", "B")


def test_a_running_replay_shows_its_progress_and_the_bar_reloads_the_page_when_it_is_done(
    client, manager, warehouse, goods
):
    replay = replayed(warehouse, manager)
    address = reverse("replenishment:replay_show", args=[replay.pk])
    Job.objects.filter(pk=replay.job_id).update(status="RUNNING", done=5, total=20, message="Min-Max: August 2026")

    page = client.get(address).content.decode()
    bar = client.get(f"{address}?progress=1")

    assert f'hx-get="{address}?progress=1"' in page
    assert "Min-Max: August 2026" in page
    assert "Side by side" not in page
    assert "HX-Refresh" not in bar.headers
    Job.objects.filter(pk=replay.job_id).update(status="DONE")
    assert client.get(f"{address}?progress=1").headers["HX-Refresh"] == "true"


def test_whoever_may_not_see_costs_sees_no_value_anywhere(client, manager, warehouse, goods):
    replay = replayed(warehouse, manager)
    client.force_login(UserFactory(role="Analyst"))

    page = page_of(client, replay)
    sneaking = page_of(client, replay, "?show=value&sort=by_current")

    for shown in (page, sneaking):
        assert "Average stock value" not in shown
        assert "Stock value, week by week" not in shown
        assert "least stock that reaches it" not in shown
        assert "average stock value" not in shown
    replay.refresh_from_db()
    value = money(in_coins(replay.results["policies"]["EOQ"]["value"]))
    assert value not in page
    client.force_login(manager)
    assert value in page_of(client, replay)


def test_whoever_may_only_look_finds_no_button_and_is_refused(client, manager, warehouse, goods):
    replay = replayed(warehouse, manager)
    client.force_login(UserFactory(role="Analyst"))

    page = page_of(client, replay)
    answers = [
        client.post(START, asked(warehouse)),
        client.post(reverse("replenishment:replay_use", args=[replay.pk]), {"method": "MINMAX", "class": "A"}),
        client.post(reverse("replenishment:replay_level", args=[replay.pk]), {"group": "A"}),
    ]

    assert "Use it" not in page
    assert "Choose Goods 0" not in page
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert Replay.objects.count() == 1
    assert not ReorderPolicy.objects.filter(method="MINMAX").exists()
    assert replenishment_settings().service_level_a == 97


def test_the_list_by_product_sorts_filters_and_exports_the_measure_that_is_shown(client, manager, warehouse, goods):
    replay = replayed(warehouse, manager)

    answer = client.get(reverse("replenishment:replay_show", args=[replay.pk]) + "?show=fill&sort=demand&export=csv")

    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";" if ";" in text.splitlines()[0] else ","))
    assert rows[0] == [
        "Product",
        "SKU",
        "Class",
        "Asked for",
        "now",
        "fixed lot",
        "EOQ",
        "Min-Max",
        "up to",
    ]
    assert [row[0] for row in rows[1:]] == ["Goods 2", "Goods 1", "Goods 0"]
    assert all(0 < Decimal(row[4].replace(",", ".")) <= 1 for row in rows[1:])
    Product.objects.filter(name="Goods 1").update(name="Comb", search_text="comb")
    assert "Goods 1" not in page_of(client, replay, "?q=comb")
    assert "Comb" in page_of(client, replay, "?q=comb")
    assert "Goods 2" not in page_of(client, replay, "?q=comb")


def test_the_level_that_was_found_is_set_by_one_press(client, manager, warehouse, goods):
    replay = replayed(warehouse, manager)
    replay.refresh_from_db()
    level = Decimal(str(replay.results["calibration"]["ALL"]["level"]))

    answer = client.post(reverse("replenishment:replay_level", args=[replay.pk]), {"group": "ALL"}, follow=True)

    assert "The service level is now" in answer.content.decode()
    settings = replenishment_settings()
    assert {settings.service_level_a, settings.service_level_b, settings.service_level_c} == {level}


def test_a_method_is_used_for_a_class_or_for_the_ticked_products_by_one_press(client, manager, warehouse, goods):
    replay = replayed(warehouse, manager)
    address = reverse("replenishment:replay_use", args=[replay.pk])

    ticked = client.post(address, {"method": "MINMAX", "product": [goods[1].pk]}, follow=True).content.decode()
    by_class = client.post(address, {"method": "UPTO", "class": "A"}, follow=True).content.decode()
    refused = client.post(address, {"method": "MINMAX"}, follow=True).content.decode()

    assert "1 product is ordered by “Min-Max” from now on." in ticked
    assert "products are ordered by “up to a level, by review day” from now on." in by_class
    assert "Tick the products" in refused
    methods = dict(ReorderPolicy.objects.values_list("product_id", "method"))
    assert methods[goods[0].pk] == "UPTO"
    assert ReorderPolicy.objects.get(product=goods[0]).review_days == 7


def test_a_rate_that_no_level_reaches_is_said_and_offers_no_button(client, manager, warehouse, goods):
    replay = replayed(warehouse, manager)
    replay.refresh_from_db()
    found = {
        "level": 98.0,
        "rate": 96.0,
        "is_reached": False,
        "is_least": False,
        "tried": [[98.0, 96.0], [99.99, 96.0]],
    }
    replay.results["calibration"] = dict.fromkeys(["A", "B", "C", "ALL"], found)
    replay.save()

    page = page_of(client, replay)

    assert "No level reaches 97.50" in page
    assert "Set the service level" not in page


def test_a_list_of_three_products_asks_no_more_than_one_of_one(
    client, manager, warehouse, goods, django_assert_num_queries
):
    one = replay_start(
        warehouse=warehouse,
        months=1,
        wanted_fill_rate=Decimal(98),
        asked={"scope": "chosen", "products": [goods[0].pk]},
        key=new_key(),
        by=manager,
    )
    three = replayed(warehouse, manager)

    for replay in (one, three):
        page_of(client, replay)
        with django_assert_num_queries(7):
            page_of(client, replay)


# --- Drawings ----------------------------------------------------------------------------
def test_a_chart_draws_its_highest_value_at_the_top_and_nothing_at_the_bottom():
    drawn = line_chart({"A": [0, 2, 4], "B": [4, 4, 4]}, {"A": "a", "B": "b"})

    assert [line.points for line in drawn.lines] == ["0.0,160.0 300.0,80.0 600.0,0.0", "0.0,0.0 300.0,0.0 600.0,0.0"]
    assert line_chart({"A": [0, 0]}, {"A": "a"}).lines[0].points == "0.0,160.0 600.0,160.0"
    assert line_chart({"A": [3]}, {"A": "a"}).lines[0].points == "0.0,0.0"
    assert line_chart({}, {}).lines == []


def test_weeks_are_of_seven_days_and_the_last_may_be_shorter(warehouse):
    today = business_today(warehouse)

    assert weekly([7] * 7 + [1, 2]) == [7.0, 1.5]
    assert week_starts(today, 9) == [today, today + timedelta(days=7)]
