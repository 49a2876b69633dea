import doctest

import pytest

from accounts.models import User
from inventori.errors import NotAllowed
from inventori.permissions import ANALYST
from sales import keys as table
from sales.keys import ACTIONS, keys_for
from sales.services.keys import KeysRefused, till_keys_save
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def cashier():
    return UserFactory()


def stored(user):
    return User.objects.get(pk=user.pk).till_keys


def test_the_example_of_the_table_is_true():
    assert doctest.testmod(table).failed == 0


def test_the_usual_keys_can_all_be_saved_as_they_are(cashier):
    assert till_keys_save(keys=keys_for(cashier), by=cashier) == {}
    assert table.wrong_keys({action.name: action.default for action in ACTIONS}) == {}


def test_only_what_was_moved_is_kept_and_unknown_actions_are_left_out(cashier):
    till_keys_save(keys={"pay": "End", "quantity": "F2", "hold": "", "dance": "F1"}, by=cashier)

    assert stored(cashier) == {"pay": "End"}
    assert keys_for(cashier) == {action.name: action.default for action in ACTIONS} | {"pay": "End"}


def test_a_forgotten_action_among_the_kept_keys_is_ignored(cashier):
    cashier.till_keys = {"dance": "F1", "hold": "Insert"}

    assert "dance" not in keys_for(cashier)
    assert keys_for(cashier)["hold"] == "Insert"


def test_two_actions_change_their_keys_with_each_other(cashier):
    till_keys_save(keys={"hold": "F8", "resume": "F7"}, by=cashier)

    assert stored(cashier) == {"hold": "F8", "resume": "F7"}


def test_a_key_is_tidied_as_it_was_typed(cashier):
    till_keys_save(keys={"pay": " shift+pageup "}, by=cashier)

    assert stored(cashier) == {"pay": "Shift+PageUp"}


def test_the_payment_may_use_a_key_of_the_basket(cashier):
    till_keys_save(keys={"preset_1": "F9"}, by=cashier)

    assert stored(cashier) == {"preset_1": "F9"}


@pytest.mark.parametrize(
    ("action", "key", "sentence"),
    [
        ("quantity", "F9", "F9 means “Pay” already. Choose another key."),
        ("preset_2", "F1", "F1 means “First quick amount” already. Choose another key."),
        ("pay", "F5", "The browser keeps F5 for itself. Choose another key."),
        ("pay", "Shift+F5", "The browser keeps Shift+F5 for itself. Choose another key."),
        ("pay", "F11", "The browser keeps F11 for itself. Choose another key."),
        ("pay", "F12", "The browser keeps F12 for itself. Choose another key."),
        ("pay", "Tab", "The browser keeps Tab for itself. Choose another key."),
        ("pay", "Ctrl+P", "The browser keeps Ctrl+P for itself. Choose another key."),
        ("pay", "Shift+Alt+F2", "The browser keeps Shift+Alt+F2 for itself. Choose another key."),
        ("pay", "Enter", "The till itself needs Enter. Choose another key."),
        ("pay", "escape", "The till itself needs Escape. Choose another key."),
        ("pay", "?", "The till itself needs ?. Choose another key."),
        ("pay", "b", "b is typed into the field. Choose another key, such as F2."),
        ("pay", "7", "7 is typed into the field. Choose another key, such as F2."),
        ("pay", "Shift+B", "Shift+B is typed into the field. Choose another key, such as F2."),
        ("preset_1", "+", "+ is typed into the field. Choose another key, such as F2."),
        ("pay", "Hyper", "The till knows no key “Hyper”. Write it like F2 or Shift+F2."),
        ("pay", "F" * 500, f"The till knows no key “{'F' * 500}”. Write it like F2 or Shift+F2."),
    ],
)
def test_a_key_that_cannot_stand_is_refused_and_nothing_is_kept(cashier, action, key, sentence):
    till_keys_save(keys={"hold": "Insert"}, by=cashier)

    with pytest.raises(KeysRefused) as refused:
        till_keys_save(keys={action: key, "resume": "Home"}, by=cashier)

    assert refused.value.wrong == {action: sentence}
    assert stored(cashier) == {"hold": "Insert"}


def test_every_wrong_key_is_named_at_once(cashier):
    with pytest.raises(KeysRefused) as refused:
        till_keys_save(keys={"pay": "F5", "hold": "F2", "note": "F2"}, by=cashier)

    assert refused.value.wrong == {
        "pay": "The browser keeps F5 for itself. Choose another key.",
        "hold": "F2 means “Quantity” already. Choose another key.",
        "note": "F2 means “Quantity” already. Choose another key.",
    }
    assert stored(cashier) == {}


def test_who_does_not_sell_has_no_keys_of_the_till():
    analyst = UserFactory(role=ANALYST)

    with pytest.raises(NotAllowed, match="Only who sells at the till has keys"):
        till_keys_save(keys={"pay": "End"}, by=analyst)

    assert stored(analyst) == {}
