"""Alerts where people meet them: list, bell, dashboard, and the e-mail of the day."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from inventory.alerts import reorder_points_apply
from inventory.models import ReorderAlert, ReorderPolicy
from replenishment.alerting import alert_rows
from replenishment.models import ReplenishmentSettings
from replenishment.services.alert_mail import alerts_check_and_mail
from tests.factories import ProductFactory, UserFactory, WarehouseFactory, stock_up

pytestmark = pytest.mark.django_db


class Shop:
    """Two products at their reorder points: Soap lasts 5 days of 7 that its supplier needs, Comb 20."""

    def __init__(self):
        self.warehouse = WarehouseFactory(name="Main", code="MAIN")
        self.manager = UserFactory(role="Manager", email="boss@example.org", language="en")
        self.soap = self.product("Soap", on_hand=10, demand=2, rop=20)
        self.comb = self.product("Comb", on_hand=20, demand=1, rop=20)
        self.apply()

    def product(self, name, *, on_hand, demand, rop, lead=7):
        product = ProductFactory(name=name, uom="pcs")
        stock_up(product, self.warehouse, on_hand)
        ReorderPolicy.objects.create(
            product=product, warehouse=self.warehouse, avg_daily_demand=demand, rop=rop, lead_time_days=lead
        )
        return product

    def apply(self):
        return reorder_points_apply(warehouse=self.warehouse)


@pytest.fixture
def shop():
    return Shop()


@pytest.fixture
def client(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def test_what_runs_out_first_stands_first_with_its_cover(shop):
    rows = alert_rows(shop.warehouse)

    assert [(row.alert.product.name, row.available, row.cover, row.is_urgent) for row in rows] == [
        ("Soap", 10, "5 days left, supplier needs 7 days", True),
        ("Comb", 20, "20 days left, supplier needs 7 days", False),
    ]


def test_an_empty_shelf_and_a_product_nobody_asks_for_have_their_own_words(shop):
    shop.product("Gone", on_hand=1, demand=2, rop=3)
    shop.product("Still", on_hand=1, demand=0, rop=3)
    stock_up(shop.soap, shop.warehouse, -10)
    shop.apply()

    said = {row.alert.product.name: row.cover for row in alert_rows()}

    assert said["Soap"] == "none left, supplier needs 7 days"
    assert said["Gone"] == "0 days left, supplier needs 7 days"
    assert said["Still"] == "nothing is asked for now, supplier needs 7 days"


def test_the_list_shows_them_and_costs_the_same_for_one_and_for_three(client, shop, django_assert_num_queries):
    client.force_login(shop.manager)
    client.get(reverse("replenishment:alert_list"))
    with django_assert_num_queries(9):
        page = client.get(reverse("replenishment:alert_list")).content.decode()
    shop.product("Third", on_hand=1, demand=1, rop=20)
    shop.apply()

    with django_assert_num_queries(9):
        more = client.get(reverse("replenishment:alert_list")).content.decode()

    assert "2 products to order, 1 of them would run out" in page
    assert "3 products to order, 2 of them would run out" in more
    assert "5 days left, supplier needs 7 days" in page


def test_the_bell_counts_for_those_who_order(client, shop):
    client.force_login(shop.manager)

    bell = client.get(reverse("replenishment:bell")).content.decode()

    assert '<span class="bell-count is-urgent">2</span>' in bell
    assert bell.index("Soap") < bell.index("Comb")


def test_those_who_do_not_order_have_no_bell(client, shop):
    client.force_login(UserFactory(role="Warehouse"))

    assert client.get(reverse("replenishment:bell")).status_code == 403
    assert reverse("replenishment:bell") not in client.get(reverse("inventory:stock_list")).content.decode()
    assert "Soap" in client.get(reverse("replenishment:alert_list")).content.decode()


def test_the_dashboard_counts_them(client, shop):
    client.force_login(shop.manager)

    tiles = client.get(reverse("summary:dashboard")).context["tiles"]

    (tile,) = [tile for tile in tiles if tile.label == "To reorder"]
    assert (tile.figure, tile.change, tile.tone) == ("2", "1 runs out first", "bad")


# --- By e-mail ------------------------------------------------------------------------
@pytest.fixture
def post(settings):
    settings.MAIL_IS_SET_UP = True
    ReplenishmentSettings.objects.get_or_create(pk=1)
    return mail.outbox


def test_new_alerts_are_mailed_once(shop, post):
    said = alerts_check_and_mail()
    again = alerts_check_and_mail()

    assert (said, again) == ("0 raised, 0 cleared, 1 mailed", "")
    (letter,) = post
    assert letter.to == ["boss@example.org"]
    assert letter.subject == "2 products to order, 2 of them new · Inventori"
    assert letter.body.splitlines()[0] == (
        "Soap (Main): 10 pcs at a reorder point of 20. 5 days left, supplier needs 7 days."
    )


def test_the_next_day_tells_only_where_something_is_new(shop, post):
    alerts_check_and_mail()

    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert alerts_check_and_mail() == ""
        shop.product("Third", on_hand=1, demand=1, rop=20)
        said = alerts_check_and_mail()

    assert said == "1 raised, 0 cleared, 1 mailed"
    assert post[1].subject == "3 products to order, 1 of them new · Inventori"


def test_a_second_alert_of_the_same_day_waits_for_tomorrow(shop, post):
    alerts_check_and_mail()
    shop.product("Third", on_hand=1, demand=1, rop=20)

    alerts_check_and_mail()

    assert len(post) == 1
    assert ReorderAlert.objects.filter(mailed_at=None).count() == 1


def test_nobody_is_written_to_who_may_not_order_or_where_it_is_switched_off(shop, post):
    UserFactory(role="Warehouse", email="lager@example.org")
    ReplenishmentSettings.objects.update(mails_alerts=False)
    alerts_check_and_mail()
    assert post == []

    ReplenishmentSettings.objects.update(mails_alerts=True)
    alerts_check_and_mail()
    assert [letter.to for letter in post] == [["boss@example.org"]]


def test_a_mail_server_that_refuses_is_tried_again(shop, post, settings, monkeypatch):
    def refuse(self, fail_silently=False):
        raise OSError("no route to host")

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMessage.send", refuse)
        with pytest.raises(OSError, match="no route to host"):
            alerts_check_and_mail()

    assert alerts_check_and_mail() == "0 raised, 0 cleared, 1 mailed"


def test_held_units_are_not_available(shop):
    from inventory.alerts import units_hold

    units_hold(warehouse=shop.warehouse, units={shop.soap.pk: Decimal(4)})

    assert alert_rows()[0].available == 6
