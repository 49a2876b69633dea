import pytest
from auditlog.models import LogEntry
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from inventori.errors import DomainError, InvalidInput, NotAllowed
from inventori.permissions import ADMIN, MANAGER
from master.models import PaymentMethod
from master.payments import payment_method_save, payment_method_set_active
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

LIST = "master:payment_method_list"
USUAL = [
    ("CASH", "", "CASH", False, 10, True),
    ("QRIS", "", "QRIS", False, 20, True),
    ("CARD", "", "CARD", False, 30, True),
    ("TRANSFER", "", "TRANSFER", False, 40, True),
    ("OTHER", "", "OTHER", False, 50, True),
]


@pytest.fixture
def admin(client):
    client.force_login(UserFactory(role=ADMIN))
    client.cookies["django_language"] = "en"
    return client


def stored():
    return list(PaymentMethod.objects.values_list("code", "name", "kind", "asks_reference", "position", "is_active"))


def filled(**more):
    return {"name": "GoPay", "code": "gopay", "kind": "OTHER", "asks_reference": "on", "position": "15", **more}


def page_of(method, page="change"):
    return reverse(f"master:payment_method_{page}", args=[method.pk])


def said(answer):
    return [str(message) for message in answer.context["messages"]]


def test_the_five_usual_ways_to_pay_are_there_from_the_start_under_their_usual_names(admin):
    page = admin.get(reverse(LIST)).context["page"]

    assert stored() == USUAL
    assert [row.name for row in page.table] == ["Cash", "QRIS", "Card", "Bank transfer", "Other"]


def test_the_usual_names_are_in_the_reader_s_language():
    with translation.override("id"):
        assert str(PaymentMethod.objects.get(code="CASH")) == "tunai"


def test_a_new_way_to_pay_is_saved_with_its_code_in_capitals(admin):
    answer = admin.post(reverse("master:payment_method_create"), filled(), follow=True)

    assert said(answer) == ["GoPay is saved."]
    assert stored() == [USUAL[0], ("GOPAY", "GoPay", "OTHER", True, 15, True), *USUAL[1:]]


def test_everything_but_the_code_can_be_changed(admin):
    card = PaymentMethod.objects.get(code="CARD")

    admin.post(page_of(card), filled(name="EDC BCA", code="EDC", kind="CARD", position="5"))

    assert stored() == [("CARD", "EDC BCA", "CARD", True, 5, True), *(row for row in USUAL if row[0] != "CARD")]


def test_cash_may_have_another_name_and_place_and_stays_cash_without_a_reference(admin):
    admin.post(page_of(PaymentMethod.objects.get(code="CASH")), filled(name="Tunai", kind="CARD", position="99"))

    assert stored() == [*USUAL[1:], ("CASH", "Tunai", "CASH", False, 99, True)]


@pytest.mark.parametrize(
    ("sent", "errors"),
    [
        ({"code": "card"}, {"code": ["CARD already belongs to card."]}),
        ({"code": "Go/Pay"}, {"code": ["A code has letters, digits and hyphens only."]}),
        ({"code": "x" * 21}, {"code": ["Ensure this value has at most 20 characters (it has 21)."]}),
        (
            {"kind": "CASH"},
            {"kind": ["There is one cash, CASH, because there is one drawer. Choose another kind."]},
        ),
        ({"name": " "}, {"name": ["Give it a name, so that the till can tell it from the others."]}),
        ({"position": "1000"}, {"position": ["Enter a position from 0 to 999."]}),
        ({"position": "-1"}, {"position": ["Ensure this value is greater than or equal to 0."]}),
    ],
)
def test_a_way_to_pay_that_cannot_be_is_refused_beside_its_field(admin, sent, errors):
    page = admin.post(reverse("master:payment_method_create"), filled(**sent))

    assert page.context["form"].errors == errors
    assert stored() == USUAL


def test_another_method_cannot_become_cash(admin):
    page = admin.post(page_of(PaymentMethod.objects.get(code="CARD")), filled(kind="CASH"))

    assert page.context["form"].errors == {
        "kind": ["There is one cash, CASH, because there is one drawer. Choose another kind."]
    }
    assert stored() == USUAL


def test_cash_is_not_offered_as_the_kind_of_another_method(admin):
    page = admin.get(reverse("master:payment_method_create"))

    assert [value for value, _label in page.context["form"].fields["kind"].widget.choices] == [
        "CARD",
        "QRIS",
        "TRANSFER",
        "OTHER",
    ]


def test_a_way_to_pay_is_deactivated_and_activated_again(admin):
    card = PaymentMethod.objects.get(code="CARD")

    off = admin.post(page_of(card, "deactivate"), follow=True)
    is_active_between = PaymentMethod.objects.get(code="CARD").is_active
    on = admin.post(page_of(card, "activate"), follow=True)

    assert (said(off), said(on)) == (["Card is no longer in use. Its history stays."], ["Card is in use again."])
    assert not is_active_between
    assert stored() == USUAL


def test_cash_cannot_be_deactivated(admin):
    cash = PaymentMethod.objects.get(code="CASH")

    answer = admin.post(page_of(cash, "deactivate"), follow=True)

    assert said(answer) == ["Cash cannot be deactivated: a till without it could give no change."]
    assert page_of(cash, "deactivate") not in answer.text
    assert stored() == USUAL


def test_the_code_of_a_method_is_fixed_for_every_caller():
    card = PaymentMethod.objects.get(code="CARD")
    card.code = "EDC"

    with pytest.raises(DomainError, match="The code CARD is fixed: payments carry it") as refused:
        payment_method_save(method=card, by=UserFactory(role=ADMIN))

    assert refused.value.field == "code"
    assert stored() == USUAL


@pytest.mark.parametrize("change", [{"kind": "CARD"}, {"is_active": False}])
def test_cash_stays_cash_and_in_use_for_every_caller(change):
    cash = PaymentMethod.objects.get(code="CASH")
    vars(cash).update(change)

    with pytest.raises(DomainError):
        payment_method_save(method=cash, by=UserFactory(role=ADMIN))

    assert stored() == USUAL


def test_a_code_that_came_in_between_is_refused():
    method = PaymentMethod(code="CARD", name="EDC", kind="CARD")

    with pytest.raises(InvalidInput, match="EDC was not saved: its code already belongs to another payment method"):
        payment_method_save(method=method, by=UserFactory(role=ADMIN))

    assert stored() == USUAL


def test_the_database_itself_keeps_cash_the_only_one():
    with pytest.raises(IntegrityError), transaction.atomic():
        PaymentMethod.objects.create(code="CASH2", name="Second drawer", kind="CASH")
    with pytest.raises(IntegrityError), transaction.atomic():
        PaymentMethod.objects.filter(code="CASH").update(kind="CARD")

    assert stored() == USUAL


def test_a_manager_changes_no_way_to_pay():
    manager, card = UserFactory(role=MANAGER), PaymentMethod.objects.get(code="CARD")
    card.name = "EDC"

    with pytest.raises(NotAllowed, match="Only an admin may change payment methods"):
        payment_method_save(method=card, by=manager)
    with pytest.raises(NotAllowed, match="Only an admin may change payment methods"):
        payment_method_set_active(method=card, is_active=False, by=manager)

    assert stored() == USUAL


def test_a_change_stands_in_the_audit_trail(admin):
    card = PaymentMethod.objects.get(code="CARD")

    admin.post(page_of(card, "deactivate"))

    assert LogEntry.objects.get_for_object(card).latest().changes == {"is_active": ["True", "False"]}


def test_the_django_admin_saves_through_the_same_rules_and_deletes_none(admin):
    card = PaymentMethod.objects.get(code="CARD")

    refused = admin.post(reverse("admin:master_paymentmethod_change", args=[card.pk]), filled(kind="CASH"))
    deleted = admin.post(reverse("admin:master_paymentmethod_delete", args=[card.pk]), {"post": "yes"})

    assert "There is one cash, CASH, because there is one drawer. Choose another kind." in refused.text
    assert deleted.status_code == 403
    assert stored() == USUAL


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_database_as_often_for_three_methods_as_for_one(admin, rows, django_assert_num_queries):
    PaymentMethod.objects.exclude(code__in=["CASH", "QRIS", "CARD"][:rows]).delete()

    with django_assert_num_queries(6):
        page = admin.get(reverse(LIST))

    assert len(page.context["page"].table) == rows
