import pytest
from django.urls import reverse

from accounts.models import User
from inventori.permissions import WAREHOUSE
from sales.keys import ACTIONS, keys_for
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PAGE = "sales:till_keys"


@pytest.fixture
def cashier(client):
    user = UserFactory()
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


def stored(user):
    return User.objects.get(pk=user.pk).till_keys


def said(answer):
    return [str(message) for message in answer.context["messages"]]


def test_the_page_has_a_row_for_every_action_with_its_key(client, cashier):
    cashier.till_keys = {"pay": "End"}
    cashier.save()

    page = client.get(reverse(PAGE))

    shown = {bound.name: bound.value() for _title, rows in page.context["form"].parts for bound, _usual in rows}
    assert shown == {action.name: action.default for action in ACTIONS} | {"pay": "End"}
    assert "Usually F9" in page.text


def test_saving_the_page_as_it_came_moves_nothing(client, cashier):
    answer = client.post(reverse(PAGE), keys_for(cashier), follow=True)

    assert said(answer) == ["Your keys are saved."]
    assert stored(cashier) == {}
    assert reverse("sales:till_keys_usual") not in answer.text


def test_a_person_moves_their_own_keys_and_nobody_else_s(client, cashier):
    other = UserFactory()

    client.post(reverse(PAGE), keys_for(cashier) | {"pay": "end", "hold": "F8", "resume": "F7"})

    assert stored(cashier) == {"pay": "End", "hold": "F8", "resume": "F7"}
    assert stored(other) == {}


def test_an_emptied_field_brings_the_usual_key_back(client, cashier):
    cashier.till_keys = {"pay": "End", "hold": "Insert"}
    cashier.save()

    client.post(reverse(PAGE), keys_for(cashier) | {"pay": ""})

    assert stored(cashier) == {"hold": "Insert"}


def test_wrong_keys_are_refused_each_beside_its_field_and_come_back_as_typed(client, cashier):
    cashier.till_keys = {"hold": "Insert"}
    cashier.save()

    page = client.post(
        reverse(PAGE), keys_for(cashier) | {"pay": "F5", "note": "F2", "customer": "k", "grid": "x" * 31}
    )
    again = client.post(reverse(PAGE), keys_for(cashier) | {"pay": "F5", "note": "F2", "customer": "k"})

    assert page.context["form"].errors == {"grid": ["Ensure this value has at most 30 characters (it has 31)."]}
    assert again.context["form"].errors == {
        "pay": ["The browser keeps F5 for itself. Choose another key."],
        "note": ["F2 means “Quantity” already. Choose another key."],
        "customer": ["k is typed into the field. Choose another key, such as F2."],
    }
    assert 'value="F5"' in again.text
    assert stored(cashier) == {"hold": "Insert"}


def test_the_usual_keys_come_back_at_once(client, cashier):
    cashier.till_keys = {"pay": "End", "hold": "Insert"}
    cashier.save()

    answer = client.post(reverse("sales:till_keys_usual"), follow=True)

    assert said(answer) == ["The usual keys are back."]
    assert stored(cashier) == {}


def test_the_profile_leads_who_sells_to_their_keys(client, cashier):
    assert reverse(PAGE) in client.get(reverse("accounts:profile")).text


def test_who_does_not_sell_is_neither_led_there_nor_let_in(client):
    client.force_login(UserFactory(role=WAREHOUSE))

    assert reverse(PAGE) not in client.get(reverse("accounts:profile")).text
    assert client.post(reverse(PAGE), {"pay": "End"}).status_code == 403
