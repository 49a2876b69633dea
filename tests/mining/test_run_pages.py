"""The pages of runs."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from inventori import jobs
from inventori.models import Job
from inventori.posting import new_key
from inventory.selectors import business_today
from mining.models import MiningRun
from mining.services.runs import Asked, run_start
from tests.factories import ProductFactory, ShopProfileFactory, UserFactory, WarehouseFactory
from tests.mining.shop import sold

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def waiting(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


@pytest.fixture
def shop(client):
    class Shop:
        def __init__(self):
            ShopProfileFactory()
            self.by, self.warehouse = UserFactory(role="Analyst"), WarehouseFactory()
            self.today = business_today(self.warehouse)
            self.tea, self.milk = ProductFactory(name="Tea"), ProductFactory(name="Milk")
            self.bag = ProductFactory(name="Bag", sku="BAG-1")
            for products in [[self.tea, self.milk, self.bag]] * 6 + [[self.tea, self.bag]] * 2 + [[self.bag]] * 2:
                sold(products, warehouse=self.warehouse, by=self.by, day=self.today)
            client.force_login(self.by)
            client.cookies["django_language"] = "en"

        def form(self, **values):
            first = (self.today - timedelta(days=30)).isoformat()
            usual = {"date_from": first, "date_to": self.today.isoformat(), "customers": "ALL", "level": "PRODUCT"}
            numbers = {"max_length": "4", "min_support": "20", "min_confidence": "70", "min_lift": "1"}
            return usual | numbers | {"left_out": "BAG-1", "key": new_key(), **values}

        def mine(self, **values):
            asked = Asked(self.today - timedelta(days=30), self.today, min_count=2, **values)
            run = run_start(asked=asked, key=new_key(), by=self.by)
            jobs.run_job.func(run.job_id)
            return MiningRun.objects.get(pk=run.pk)

    return Shop()


def text_of(response):
    return response.content.decode()


def test_the_form_opens_with_the_last_three_months(client, shop):
    form = client.get(reverse("mining:run")).context["form"]

    assert form["date_to"].value() == shop.today
    assert (shop.today - form["date_from"].value()).days >= 89


def test_the_form_opens_as_the_last_good_run_was_asked(client, shop):
    shop.mine(min_confidence=Decimal("0.65"), left_out=[shop.bag.pk])

    form = client.get(reverse("mining:run")).context["form"]

    assert (form["min_confidence"].value(), form["min_count"].value(), form["left_out"].value()) == (65, 2, "BAG-1")


def test_sending_the_form_starts_the_run_and_leads_to_its_job(client, shop):
    response = client.post(reverse("mining:run"), shop.form())

    run = MiningRun.objects.get()
    assert response.url == reverse("job_show", args=[run.job_id])
    assert (run.min_support, run.min_confidence, run.left_out) == (Decimal("0.2"), Decimal("0.7"), [shop.bag.pk])


def test_sending_the_form_twenty_times_starts_one(client, shop):
    form = shop.form()

    answers = {client.post(reverse("mining:run"), form).url for _n in range(20)}

    assert (MiningRun.objects.count(), Job.objects.count(), len(answers)) == (1, 1, 1)


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"min_support": ""}, "min_support", "Give the minimum support or the minimum count."),
        ({"min_support": "0"}, "min_support", "The minimum support lies above 0 and is at most 100 %."),
        ({"left_out": "NO-SUCH"}, "left_out", "“NO-SUCH” names no product, or several."),
        ({"date_to": "2999-01-01"}, "date_to", "The last day lies in the future."),
    ],
)
def test_a_refused_form_says_why_beside_the_field_and_starts_nothing(client, shop, values, field, sentence):
    response = client.post(reverse("mining:run"), shop.form(**values))

    assert response.status_code == 400
    assert response.context["form"].errors[field] == [sentence]
    assert MiningRun.objects.count() == 0


def test_the_estimate_follows_the_form(client, shop):
    page = text_of(client.get(reverse("mining:run_estimate"), shop.form()))

    assert "Expect 1 itemsets of two and more items and 2 rules from 10 sales." in page


def test_the_estimate_of_half_a_form_says_what_is_missing(client, shop):
    page = text_of(client.get(reverse("mining:run_estimate"), {"min_support": "x"}))

    assert "as soon as the form is filled in" in page


def test_the_history_names_who_what_and_whose_rules_are_in_force(client, shop):
    shop.mine()

    page = text_of(client.get(reverse("mining:run_list")))

    assert "in force" in page
    assert "2 sales" in page
    assert str(shop.by) in page


@pytest.mark.parametrize("rows", [1, 3])
def test_the_history_asks_the_database_the_same_number_of_questions(client, shop, django_assert_max_num_queries, rows):
    for n in range(rows):
        shop.mine(max_length=n + 2)

    with django_assert_max_num_queries(9):
        client.get(reverse("mining:run_list"))


def test_the_page_of_a_run_shows_what_was_asked_and_how_it_went(client, shop):
    run = shop.mine(left_out=[shop.bag.pk])

    response = client.get(reverse("mining:run_show", args=[run.pk]))

    assert response.context["levels"] == [(1, 2), (2, 1)]
    assert ("Left out", "Bag") in response.context["facts"]
    assert "Put into force again" not in text_of(response)


def test_the_page_of_the_finished_job_leads_to_the_run(client, shop):
    run = shop.mine()

    assert reverse("mining:run_show", args=[run.pk]) in text_of(client.get(reverse("job_show", args=[run.job_id])))


def test_an_older_run_is_put_into_force_from_its_page(client, shop):
    older, _newer = shop.mine(), shop.mine(max_length=2)
    assert "Put into force again" in text_of(client.get(reverse("mining:run_show", args=[older.pk])))

    client.post(reverse("mining:run_activate", args=[older.pk]))

    assert MiningRun.objects.get(is_active=True) == older


def test_two_runs_are_compared_the_older_first(client, shop):
    older, newer = shop.mine(), shop.mine(left_out=[shop.bag.pk])

    response = client.get(reverse("mining:run_compare"), {"a": newer.pk, "b": older.pk})

    assert (response.context["before"], response.context["now"]) == (older, newer)
    assert response.context["found"].new == []
    # Bag stands in 10 of the 12 rules of before.
    assert len(response.context["found"].gone) == older.rules - newer.rules


@pytest.mark.parametrize("query", ["", "?a=1", "?a=x&b=y"])
def test_comparing_without_two_runs_leads_back_to_the_history(client, shop, query):
    assert client.get(reverse("mining:run_compare") + query).url == reverse("mining:run_list")


def test_runs_over_products_and_categories_are_not_compared(client, shop):
    one = shop.mine()
    other = shop.mine(level="CATEGORY", max_length=2)

    response = client.get(reverse("mining:run_compare"), {"a": one.pk, "b": other.pk})

    assert response.url == reverse("mining:run_show", args=[other.pk])
