from datetime import UTC, datetime

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse

from inventori.permissions import CASHIER, WAREHOUSE
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
SIGN_IN = "/sign-in/"


def sign_in(client: Client, username: str, password: str = PASSWORD, **extra: str):
    return client.post(SIGN_IN, {"username": username, "password": password, **extra})


def test_sign_in_lands_on_the_page_that_the_role_works_on(client):
    UserFactory(username="agus", role=WAREHOUSE)

    answer = sign_in(client, "agus")
    home = client.get(answer["Location"])

    assert answer["Location"] == "/"
    assert home["Location"] == reverse("inventory:stock_list")


def test_sign_in_sets_the_language_and_appearance_the_person_chose(client):
    UserFactory(username="siti", language="id", theme="dark")

    answer = sign_in(client, "siti")

    assert answer.cookies[settings.LANGUAGE_COOKIE_NAME].value == "id"
    assert answer.cookies["theme"].value == "dark"


def test_sign_in_does_not_follow_an_address_of_another_host(client):
    UserFactory(username="siti")

    answer = sign_in(client, "siti", next="//elsewhere.example/")

    assert answer["Location"] == "/"


def test_a_wrong_password_signs_nobody_in_and_keeps_the_user_name(client):
    UserFactory(username="siti")

    answer = sign_in(client, "siti", "wrong")

    assert answer.status_code == 200
    assert 'value="siti"' in answer.text
    assert "_auth_user_id" not in client.session


def test_a_deactivated_person_cannot_sign_in(client):
    UserFactory(username="siti", is_active=False)

    sign_in(client, "siti")

    assert "_auth_user_id" not in client.session


def test_sign_out_needs_a_post_and_ends_the_session(client):
    client.force_login(UserFactory())

    refused = client.get("/sign-out/")
    done = client.post("/sign-out/")

    assert refused.status_code == 405
    assert done["Location"] == SIGN_IN
    assert "_auth_user_id" not in client.session


def test_the_demo_logins_are_shown_in_demo_mode_only(client, settings):
    settings.DEMO = False
    closed = client.get(SIGN_IN).text
    settings.DEMO = True
    open_ = client.get(SIGN_IN).text

    assert "demo-cashier" not in closed
    assert open_.count("data-demo-password=") == 5


class TestThrottling:
    @pytest.fixture(autouse=True)
    def axes_on(self, settings):
        settings.AXES_ENABLED = True

    def test_the_sixth_attempt_is_told_how_long_to_wait_even_with_the_right_password(self, client):
        UserFactory(username="siti")
        with time_machine.travel(datetime(2026, 11, 21, 8, tzinfo=UTC), tick=False):
            for _attempt in range(5):
                sign_in(client, "siti", "wrong")
        with time_machine.travel(datetime(2026, 11, 21, 8, 3, tzinfo=UTC), tick=False):
            answer = sign_in(client, "siti")

        assert answer.status_code == 429
        assert answer.context["minutes"] == 12
        assert "_auth_user_id" not in client.session

    def test_another_till_behind_the_same_address_still_signs_in(self, client):
        UserFactory(username="siti")
        UserFactory(username="rudi", role=CASHIER)
        for _attempt in range(6):
            sign_in(client, "siti", "wrong")

        sign_in(client, "rudi")

        assert "_auth_user_id" in client.session

    def test_the_wait_ends_after_a_quarter_of_an_hour(self, client):
        UserFactory(username="siti")
        with time_machine.travel(datetime(2026, 11, 21, 8, tzinfo=UTC), tick=False):
            for _attempt in range(6):
                sign_in(client, "siti", "wrong")
        with time_machine.travel(datetime(2026, 11, 21, 8, 15, 1, tzinfo=UTC), tick=False):
            sign_in(client, "siti")
            signed_in = "_auth_user_id" in client.session

        assert signed_in
