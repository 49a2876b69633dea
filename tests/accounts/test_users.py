import pytest
from django.test import Client

from accounts import services
from accounts.models import User
from accounts.services import LastAdmin
from inventori.errors import InvalidInput
from inventori.permissions import ADMIN, ANALYST, CASHIER, MANAGER, RIGHTS, ROLE_LABELS, WAREHOUSE, rights_of
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return UserFactory(username="boss", role=ADMIN)


@pytest.fixture
def at_work(admin):
    client = Client(headers={"accept-language": "en"})
    client.force_login(admin)
    return client


def change(user, by, role):
    return services.user_change(user=user, role=role, first_name="A", last_name="B", email="", by=by)


@pytest.mark.parametrize("role", ROLE_LABELS)
def test_a_role_has_exactly_the_rights_of_the_table(role):
    user = User.objects.get(pk=UserFactory(role=role).pk)

    held = {name for name in RIGHTS if user.can(name)}

    assert held == rights_of(role)


def test_user_create_gives_exactly_one_role_and_hashes_the_password(admin):
    user = services.user_create(username="rudi", password="long enough 9", role=WAREHOUSE, by=admin)

    assert list(user.groups.values_list("name", flat=True)) == [WAREHOUSE]
    assert user.password != "long enough 9"
    assert user.check_password("long enough 9")
    assert not user.is_staff


def test_user_create_refuses_a_taken_user_name(admin):
    with pytest.raises(InvalidInput) as refusal:
        services.user_create(username="boss", password="long enough 9", role=CASHIER, by=admin)

    assert refusal.value.field == "username"
    assert User.objects.count() == 1


def test_user_create_refuses_a_role_that_does_not_exist(admin):
    with pytest.raises(InvalidInput):
        services.user_create(username="rudi", password="long enough 9", role="Owner", by=admin)

    assert not User.objects.filter(username="rudi").exists()


def test_a_changed_role_replaces_the_old_one(admin):
    user = UserFactory(role=ANALYST)

    change(user, admin, MANAGER)

    assert list(user.groups.values_list("name", flat=True)) == [MANAGER]


def test_an_admin_cannot_take_the_admin_role_from_themselves(admin):
    UserFactory(role=ADMIN)

    with pytest.raises(LastAdmin):
        change(admin, admin, MANAGER)

    assert User.objects.get(pk=admin.pk).role == ADMIN


def test_the_last_active_admin_can_be_neither_demoted_nor_deactivated(admin):
    # Somebody without a role acts here, as a script would.
    root = User.objects.create(username="root", is_superuser=True)
    UserFactory(role=ADMIN, is_active=False)

    with pytest.raises(LastAdmin):
        change(admin, root, CASHIER)
    with pytest.raises(LastAdmin):
        services.user_deactivate(user=admin, by=root)

    assert User.objects.get(pk=admin.pk).is_active
    assert User.objects.get(pk=admin.pk).role == ADMIN


def test_an_admin_cannot_deactivate_themselves(admin, at_work):
    UserFactory(role=ADMIN)

    answer = at_work.post(f"/users/{admin.pk}/deactivate/", follow=True)

    assert "You cannot deactivate yourself. Ask another admin." in answer.text
    assert User.objects.get(pk=admin.pk).is_active


def test_a_deactivated_person_is_out_with_the_next_request(admin):
    user = UserFactory()
    client = Client()
    client.force_login(user)
    before = client.get("/profile/").status_code

    services.user_deactivate(user=user, by=admin)
    after = client.get("/profile/")

    assert before == 200
    assert after["Location"].startswith("/sign-in/")


def test_a_changed_role_counts_from_the_next_request(admin):
    user = UserFactory(role=ADMIN)
    client = Client()
    client.force_login(user)
    before = client.get("/users/").status_code

    change(user, admin, CASHIER)
    after = client.get("/users/").status_code

    assert (before, after) == (200, 403)


def test_a_password_set_by_an_admin_ends_the_sessions_of_that_person(at_work):
    user = UserFactory()
    client = Client()
    client.force_login(user)

    at_work.post(f"/users/{user.pk}/password/", {"password": "another long 7"})

    assert client.get("/profile/").status_code == 302
    assert User.objects.get(pk=user.pk).check_password("another long 7")


def test_an_admin_who_sets_their_own_password_stays_signed_in(at_work, admin):
    at_work.post(f"/users/{admin.pk}/password/", {"password": "another long 7"})

    assert at_work.get("/users/").status_code == 200


def test_a_weak_password_is_refused_and_the_old_one_stays(at_work):
    user = UserFactory()

    answer = at_work.post(f"/users/{user.pk}/password/", {"password": "12345678"})

    assert answer.status_code == 200
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)


def test_the_page_creates_a_user_and_shows_a_taken_name_beside_its_field(at_work):
    form = {"username": "rudi", "password": "long enough 9", "role": CASHIER, "first_name": "Rudi"}

    created = at_work.post("/users/new/", form)
    again = at_work.post("/users/new/", form)

    assert created["Location"] == "/users/"
    assert again.status_code == 200
    assert again.context["form"].has_error("username")
    assert User.objects.filter(username="rudi").count() == 1


def test_a_refused_form_comes_back_filled(at_work):
    answer = at_work.post("/users/new/", {"username": "rudi", "first_name": "Rudi Hartono", "role": ""})

    assert 'value="Rudi Hartono"' in answer.text
    assert "data-error-summary" in answer.text


@pytest.mark.parametrize("role", [MANAGER, WAREHOUSE, CASHIER, ANALYST])
def test_only_an_admin_manages_users(role, admin):
    client = Client()
    client.force_login(UserFactory(role=role))

    answers = [
        client.get("/users/"),
        client.post(f"/users/{admin.pk}/deactivate/"),
        client.post(f"/users/{admin.pk}/password/", {"password": "another long 7"}),
        client.post(f"/users/{admin.pk}/", {"role": CASHIER}),
    ]

    assert [answer.status_code for answer in answers] == [403] * 4
    assert User.objects.get(pk=admin.pk).role == ADMIN


@pytest.mark.parametrize("extra", [1, 3])
def test_the_list_of_users_asks_the_database_the_same_number_of_times(at_work, extra, django_assert_num_queries):
    UserFactory.create_batch(extra)

    with django_assert_num_queries(LIST_QUERIES):
        answer = at_work.get("/users/")

    assert answer.context["page"].count == extra + 1


# Session, person with role, shop and warehouse for the frame; then count and rows.
LIST_QUERIES = 6
