from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import identify_hasher
from django.db import connection

from accounts import services
from accounts.models import PinAttempt, User
from inventori.errors import InvalidInput, NotAllowed
from inventori.permissions import ADMIN, CASHIER, MANAGER
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 21, 5, tzinfo=UTC)


@pytest.fixture
def cashier():
    return UserFactory(role=CASHIER)


@pytest.fixture
def manager():
    return services.user_set_pin(user=User.objects.get(pk=UserFactory(role=MANAGER).pk), pin="2468", by=None)


def ask(cashier, pin, right="sale_cancel"):
    return services.pin_verify(pin=pin, right=right, by=cashier)


def test_the_pin_of_a_manager_names_the_manager(cashier, manager):
    found = ask(cashier, "2468")

    assert found == manager
    assert PinAttempt.objects.count() == 0


def test_a_pin_is_kept_as_a_hash_only(manager):
    kept = User.objects.filter(pk=manager.pk).values().get()

    assert "2468" not in kept.values()
    assert identify_hasher(kept["pin_hash"]).verify("2468", kept["pin_hash"])


def test_a_wrong_pin_is_refused_and_counted(cashier, manager):
    with pytest.raises(NotAllowed) as refusal:
        ask(cashier, "1357")

    assert refusal.value.code == "pin_wrong"
    assert PinAttempt.objects.filter(by=cashier).count() == 1


def test_the_pin_of_someone_without_the_right_is_refused(cashier, manager):
    with pytest.raises(NotAllowed):
        ask(cashier, "2468", right="master_delete")


def test_the_pin_of_a_deactivated_manager_is_refused(cashier, manager):
    services.user_deactivate(user=manager, by=UserFactory(role=ADMIN))

    with pytest.raises(NotAllowed):
        ask(cashier, "2468")


def test_an_empty_pin_matches_nobody(cashier, manager):
    with pytest.raises(NotAllowed):
        ask(cashier, "")


def test_after_five_wrong_pins_even_the_right_one_waits_a_minute(cashier, manager):
    with time_machine.travel(NOON, tick=False):
        for guess in range(5):
            with pytest.raises(NotAllowed):
                ask(cashier, f"000{guess}")
        with pytest.raises(NotAllowed) as refusal:
            ask(cashier, "2468")
    with time_machine.travel(NOON + timedelta(seconds=60), tick=False):
        found = ask(cashier, "2468")

    assert refusal.value.code == "pin_throttled"
    assert found == manager


def test_the_wrong_pins_of_one_cashier_do_not_stop_another(cashier, manager):
    for guess in range(5):
        with pytest.raises(NotAllowed):
            ask(cashier, f"000{guess}")

    assert ask(UserFactory(role=CASHIER), "2468") == manager


@pytest.mark.parametrize("pin", ["123", "123456789", "12a4", "١٢٣٤"])
def test_a_pin_has_four_to_eight_digits(manager, pin):
    with pytest.raises(InvalidInput):
        services.user_set_pin(user=manager, pin=pin, by=manager)

    assert User.objects.get(pk=manager.pk).check_pin("2468")


def test_a_cashier_gets_no_pin(cashier):
    with pytest.raises(InvalidInput):
        services.user_set_pin(user=cashier, pin="2468", by=cashier)

    assert User.objects.get(pk=cashier.pk).pin_hash == ""


def test_a_manager_sets_their_own_pin_and_never_sees_it_again(client):
    manager = UserFactory(role=MANAGER)
    client.force_login(manager)

    client.post("/profile/pin/", {"pin": "9753"})
    page = client.get("/profile/").text

    assert User.objects.get(pk=manager.pk).check_pin("9753")
    assert 'value="9753"' not in page


def test_an_admin_takes_a_pin_away(client, manager):
    client.force_login(UserFactory(role=ADMIN))

    client.post(f"/users/{manager.pk}/pin/remove/")

    assert User.objects.get(pk=manager.pk).pin_hash == ""


def test_a_demoted_manager_keeps_no_pin_that_works(cashier, manager):
    services.user_change(user=manager, role=CASHIER, first_name="", last_name="", email="", by=UserFactory(role=ADMIN))

    with pytest.raises(NotAllowed):
        ask(cashier, "2468")
    assert User.objects.get(pk=manager.pk).pin_hash == ""


@pytest.mark.django_db(transaction=True)
def test_guessing_in_parallel_gets_no_more_than_five_tries(cashier, manager):
    def guess(number):
        try:
            ask(cashier, f"00{number:02}")
        except NotAllowed as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as threads:
        codes = list(threads.map(guess, range(12)))

    assert sorted(codes) == ["pin_throttled"] * 7 + ["pin_wrong"] * 5
