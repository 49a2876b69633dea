"""Menu, rights in templates, and what apps add to the frame."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory

from accounts.models import User
from inventori import context, navigation
from inventori.permissions import ADMIN, CASHIER, RIGHTS, ROLE_LABELS
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def request_of(role, path="/"):
    request = RequestFactory().get(path)
    request.user = User.objects.get(pk=UserFactory(role=role).pk)
    return request


def urls(groups):
    return [entry.url for group in groups for entry in group.entries]


def test_the_menu_shows_only_what_the_role_may_open():
    admin, cashier = request_of(ADMIN), request_of(CASHIER)

    assert "/users/" in urls(navigation.groups_for(admin))
    assert "/users/" not in urls(navigation.groups_for(cashier))


@pytest.mark.parametrize("role", ROLE_LABELS)
def test_nothing_in_a_role_s_menu_answers_that_it_is_forbidden(client, role):
    request = request_of(role)
    client.force_login(request.user)

    answers = {url: client.get(url).status_code for url in urls(navigation.groups_for(request))}

    assert {url: status for url, status in answers.items() if status not in (200, 302)} == {}


def test_the_longest_matching_address_is_the_current_place():
    groups = navigation.groups_for(request_of(ADMIN, "/users/new/"))

    assert navigation.current_entry(groups).url == "/users/"


def test_every_right_named_in_the_menu_exists():
    named = {right for _title, places in navigation.PLACES for place in places for right in place.rights}

    assert named <= set(RIGHTS)


def test_a_phone_shows_at_most_four_places_of_the_role():
    for role in ROLE_LABELS:
        assert len(navigation.phone_entries(request_of(role))) <= 4


def test_a_misspelt_right_in_a_template_is_an_error():
    rights = context.Rights(request_of(ADMIN).user)

    assert rights["user_manage"]
    with pytest.raises(ImproperlyConfigured):
        rights["user_manages"]


def test_a_registered_provider_adds_to_the_frame_of_signed_in_people_only(client, monkeypatch):
    monkeypatch.setattr(context, "_providers", [])
    provider = context.register(lambda request: {"answer": 42})
    context.register(provider)

    signed_in = context.frame(request_of(ADMIN))
    stranger = client.get("/sign-in/").context

    assert context._providers == [provider]
    assert signed_in["answer"] == 42
    assert "answer" not in stranger


def test_no_page_of_the_frame_holds_inline_style_or_script(client):
    client.force_login(UserFactory(role=ADMIN))

    for path in ("/users/", "/users/new/", "/profile/"):
        page = client.get(path).text
        assert " style=" not in page
        assert " onclick=" not in page
        assert "<style" not in page
        assert "<script>" not in page
        assert "http://" not in page.replace("http://testserver", "")


def test_a_page_that_is_not_there_still_has_the_frame(client):
    client.force_login(UserFactory(role=ADMIN))

    answer = client.get("/nothing-here/")

    assert answer.status_code == 404
    assert 'id="sidebar"' in answer.text


def test_a_stranger_gets_a_404_without_the_menu(client):
    answer = client.get("/nothing-here/")

    assert answer.status_code == 404
    assert 'id="sidebar"' not in answer.text
