"""The report card: how suggestions were decided, what that came to, and who sees what."""

import csv
import io

import pytest
import time_machine
from django.urls import reverse

from replenishment.models import Suggestion
from replenishment.record import record
from replenishment.services.judging import suggestions_judge
from replenishment.verdict_words import verdict_sentence
from tests.factories import ShopProfileFactory, UserFactory
from tests.replenishment.judged_shop import START, JudgedShop

pytestmark = pytest.mark.django_db
PAGE = "/reorder/record/"


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as clock:
        yield clock


@pytest.fixture
def shop(clock):
    ShopProfileFactory()
    return JudgedShop(clock)


@pytest.fixture
def client(client):
    client.cookies["django_language"] = "en"
    return client


def judge(shop, *, day=17):
    shop.go_to(day)
    suggestions_judge()
    return Suggestion.objects.latest("pk")


def page(client, shop, role="Manager", **asked):
    client.force_login(UserFactory(role=role))
    return client.get(PAGE, asked)


def cut_to_twelve(shop):
    shop.twelve_instead_of_24()
    shop.others_come(16)
    return judge(shop)


# --- In words ---------------------------------------------------------------------------
def test_a_changed_suggestion_says_what_each_number_came_to(shop):
    one = cut_to_twelve(shop)

    assert verdict_sentence(one, sees_costs=True) == (
        "Ordered 12 instead of 24: short on 3 days, IDR 18,000 lost, IDR 300 to hold. "
        "With 24: never short, IDR 1,260 to hold. "
        "On 6 days the shelf was empty; they count with the usual demand."
    )


def test_who_may_not_see_costs_reads_of_units(shop):
    one = cut_to_twelve(shop)

    assert verdict_sentence(one, sees_costs=False) == (
        "Ordered 12 instead of 24: short on 3 days, 6 not served. With 24: never short, 6 left over. "
        "On 6 days the shelf was empty; they count with the usual demand."
    )


def test_an_accepted_one_has_one_number_and_a_rejected_one_nothing(shop):
    accepted = shop.decide(24)
    judge(shop, day=10)
    assert verdict_sentence(_fresh(accepted), sees_costs=True) == (
        "Ordered 24 as suggested: never short, IDR 870 to hold."
    )

    Suggestion.objects.update(decision="REJECTED", decided_qty=0)
    assert verdict_sentence(_fresh(accepted), sees_costs=False) == (
        "Ordered nothing instead of 24: never short, 29 left over. With 24: never short, 29 left over."
    )


def test_what_is_not_judged_yet_says_from_when_on(shop):
    one = shop.decide(12, reason="CASH")

    assert verdict_sentence(one, sees_costs=True) == "It is judged from 11-03-2027 on."


def test_goods_that_came_after_others_tell_nothing(shop):
    one = shop.decide(12, reason="CASH")
    shop.others_come(11)
    shop.comes(one, 12)
    judge(shop, day=14)

    assert verdict_sentence(_fresh(one), sees_costs=True) == (
        "The goods did not come early enough to tell the two numbers apart."
    )


def _fresh(one):
    one.refresh_from_db()
    return one


# --- Added up ----------------------------------------------------------------------------
def test_decisions_are_added_up_by_reason_and_by_person(shop):
    boss = UserFactory(role="Manager", first_name="Ratna", last_name="")
    shop.twelve_instead_of_24()
    second, third = shop.more_goods("Second"), shop.more_goods("Third")
    shop.go_to(8)
    shop.decide(24, product=second, key="second", by=boss)
    shop.decide(0, product=third, reason="CASH", key="third", by=boss)
    judge(shop, day=14)

    found = record(Suggestion.objects.all())

    total = found.total
    assert (total.accepted, total.changed, total.rejected, total.count, found.waiting) == (1, 1, 1, 3, 2)
    # Only the first is judged: two units short on day 13, 30 unit-days kept against 110.
    assert (total.judged, total.person_days, total.app_days, total.days_more) == (1, 1, 0, 1)
    assert (total.person_cost, total.app_cost, total.saved, total.lost) == (6_300, 1_120, -5_180, 5_180)
    assert [(str(tally.label), tally.changed, tally.rejected) for tally in found.by_reason] == [("no money now", 1, 1)]
    assert [(tally.label, tally.accepted, tally.other) for tally in found.by_person] == [
        ("Ratna", 1, 1),
        (str(shop.by), 0, 1),
    ]


# --- The page ----------------------------------------------------------------------------
def test_without_decisions_the_page_says_what_to_do(client, shop):
    shown = page(client, shop).content.decode()

    assert "No suggestion was decided in these days." in shown
    assert reverse("replenishment:order_plan") in shown


def test_the_page_shows_both_numbers_and_what_deciding_otherwise_cost(client, shop):
    cut_to_twelve(shop)

    answer = page(client, shop)

    shown = answer.content.decode()
    assert "App against you, last 90 days" in shown
    assert "Ordered 12 instead of 24: short on 3 days, IDR 18,000 lost" in shown
    assert "Deciding otherwise cost you" in shown
    assert (answer.context["record"].total.lost, answer.context["page"].count) == (17_040, 1)


def test_who_may_not_see_costs_sees_no_sum(client, shop):
    cut_to_twelve(shop)

    shown = page(client, shop, role="Warehouse").content.decode()

    assert "short on 3 days, 6 not served" in shown
    assert "18,000" not in shown
    assert "17,040" not in shown
    assert "Money saved" not in shown


def test_the_file_holds_what_the_person_may_see(client, shop):
    cut_to_twelve(shop)

    for role, saved in (("Manager", True), ("Warehouse", False)):
        text = b"".join(page(client, shop, role=role, export="csv").streaming_content).decode("utf-8-sig")
        header, row = csv.reader(io.StringIO(text))
        assert ("Money saved" in header) == saved
        assert row[:5] == ["Paracetamol", "2027-03-01", "24.000", "12.000", "changed"]
        assert ("-17040.00" in row) == saved


def test_decisions_of_longer_ago_are_found_by_the_longer_range(client, shop):
    shop.decide(24)
    shop.go_to(100)

    assert page(client, shop).context["record"].total.count == 0
    assert page(client, shop, days="365").context["record"].total.accepted == 1
    assert page(client, shop, days="nonsense").context["record"].total.count == 0


def test_the_page_costs_the_same_for_one_and_for_three(client, shop, django_assert_num_queries):
    shop.decide(12, reason="CASH")
    client.force_login(shop.by)
    client.get(PAGE)

    with django_assert_num_queries(11):
        assert client.get(PAGE).context["page"].count == 1
    for name in ("Second", "Third"):
        shop.decide(24, product=shop.more_goods(name), key=name)

    with django_assert_num_queries(11):
        assert client.get(PAGE).context["page"].count == 3
