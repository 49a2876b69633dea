"""Who is signed in comes with their role in one statement, anew at each request."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import RequestFactory
from django.urls import reverse

from accounts.backends import PeopleBackend
from accounts.models import User
from inventori.permissions import ADMIN, CASHIER, MANAGER, RIGHTS, WAREHOUSE
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def signed_in(user):
    return PeopleBackend().get_user(user.pk)


def test_the_person_their_role_and_rights_take_one_statement(django_assert_num_queries):
    user = UserFactory(role=MANAGER)

    with django_assert_num_queries(1):
        person = signed_in(user)
        held = (person, person.role, person.can("sell"), person.can("user_manage"))

    assert held == (user, MANAGER, True, False)


def test_a_role_taken_away_is_gone_at_the_next_request(client):
    user = UserFactory(role=WAREHOUSE)
    client.force_login(user)
    before = client.get(reverse("inventory:stock_list")).status_code

    user.groups.clear()
    without = client.get(reverse("inventory:stock_list")).status_code
    user.groups.add(Group.objects.get(name=CASHIER))
    as_cashier = client.get(reverse("inventory:move_list")).status_code

    assert (before, without, as_cashier) == (200, 403, 403)


def test_a_person_without_a_role_may_do_nothing_whatever_django_says():
    user = UserFactory()
    user.groups.set([Group.objects.create(name="Friends")])
    user.user_permissions.set(Permission.objects.filter(codename="sell"))

    person = signed_in(user)

    assert [right for right in RIGHTS if person.can(right)] == []


def test_a_superuser_keeps_every_right_until_deactivated():
    user = User.objects.create(username="root", is_superuser=True)
    before = [right for right in RIGHTS if signed_in(user).can(right)]

    User.objects.filter(pk=user.pk).update(is_active=False)
    user.refresh_from_db()

    assert before == list(RIGHTS)
    assert signed_in(user) is None
    assert [right for right in RIGHTS if user.can(right)] == []


def test_an_inactive_person_is_nobody():
    assert signed_in(UserFactory(is_active=False)) is None
    assert PeopleBackend().get_user(-1) is None


def test_djangos_own_permissions_still_answer_for_its_admin():
    admin = signed_in(UserFactory(role=ADMIN, is_staff=True))

    assert admin.has_perm("accounts.admin_site")
    assert not admin.has_perm("accounts.no_such_right")


def test_a_session_of_the_sign_in_page_comes_back_with_the_person(client, settings):
    user = UserFactory()
    client.post(reverse("accounts:sign_in"), {"username": user.username, "password": "correct horse 42"})

    assert client.session["_auth_user_backend"] == "accounts.backends.PeopleBackend"
    assert client.get(reverse("accounts:profile")).status_code == 200


def test_the_password_is_still_djangos_to_check():
    user = UserFactory()
    request = RequestFactory().post("/")

    assert PeopleBackend().authenticate(request, username=user.username, password="correct horse 42") == user
    assert PeopleBackend().authenticate(request, username=user.username, password="wrong") is None
